/**
 * The numbered messages. Families: E01xx files and options, E02xx networks, E03xx conversion and fit, E04xx chip files,
 * E05xx assembly, E06xx data, E07xx runs, E09xx faults of the programs, W.... warnings. test/errors/ shows for each an
 * input that causes it.
 */
import { CODES_OF_PARTS } from './codes-of-parts.ts';
import type { MessageRow } from './message-row.ts';
import { WARNINGS } from './warnings.ts';

export const DIAGNOSTICS = {
  E0101: {
    title: 'file not found',
    explanation: 'The named file does not exist or cannot be read. Check the path and its permissions.',
  },
  E0102: {
    title: 'file cannot be written',
    explanation: 'The output could not be written. Check that the folder exists and has room.',
  },
  E0103: {
    title: 'invalid option value',
    explanation: 'An option has a value outside what it accepts. The message names the accepted values.',
  },
  E0104: {
    title: 'unknown target',
    explanation: 'The target is neither built in (`snnc targets`) nor a readable target file.',
  },
  E0105: {
    title: 'invalid target file',
    explanation: 'A target file must follow the schema spec/target.schema.json. The message names the path.',
  },
  E0107: {
    title: 'wrong usage',
    explanation: 'The command line names something unknown or leaves out what is needed. `--help` shows what there is.',
  },
  E0108: {
    title: 'invalid record',
    explanation:
      'The file is not a record of the format that the command reads. Records follow their schemas in spec/. The message names the format or the path.',
  },
  E0109: {
    title: 'invalid plan of a sweep',
    explanation:
      'A plan names an option that points do not have, or one in two of its parts; a list or range has no values; or there are more than 10,000 points. The message names the option.',
  },
  E0110: {
    title: 'target cannot be changed so',
    explanation:
      'The figures of the target do not follow from what was changed: they were stated for one process, or the formulas of edge hold for a range of processes only (spec/targets.md).',
  },
  E0201: {
    title: 'not a network file',
    explanation:
      'The file is neither an ONNX model, nor a NIR graph, nor a .net file of lava-dl, nor a net.json document.',
  },
  E0202: {
    title: 'invalid network document',
    explanation:
      'A net.json does not follow spec/net.schema.json, or names or programs in it do not fit each other (spec/net-format.md); or a NIR graph or .net file is damaged or incomplete (spec/nir.md, spec/netx.md). The message names the path of each fault.',
  },
  E0203: {
    title: 'unsupported operator',
    explanation:
      'The network uses an operator that has no exact meaning on the chip. Nothing is ever converted silently. For max pooling: the maximum of spike trains is not the maximum of their rates; retrain with average pooling.',
  },
  E0204: {
    title: 'unsupported operator attribute',
    explanation: 'The operator is known, but this setting of it is not. The message names both.',
  },
  E0205: {
    title: 'inconsistent shapes',
    explanation: 'Two parts of the network do not fit each other. The message gives both shapes.',
  },
  E0206: {
    title: 'invalid ONNX model',
    explanation: 'The file could not be read as ONNX, or is inconsistent in itself.',
  },
  E0207: {
    title: 'structure cannot be converted',
    explanation:
      'A network has one input and one output, layers between them, and nothing in it that no layer of neurons can stand for; the message names what is in the way. A network of populations is spiking already: it is built, not converted. Conventional layers beside populations stand in front of them, where the input reaches them, or behind one of them.',
  },
  E0208: {
    title: 'number out of range',
    explanation:
      'A weight, bias or statistic is NaN or infinite; or a number of a neuron is beyond its range, such as a leak above 1 or a threshold that is not above 0.',
  },
  E0209: {
    title: 'network too large',
    explanation:
      'The activations or weights exceed what the compiler holds in memory, or the names what a chip file holds. The message gives the limit.',
  },
  E0301: {
    title: 'calibration needed',
    explanation: 'Thresholds come from data. Give --calibrate, or use a network whose activations are all clipped.',
  },
  E0302: {
    title: 'calibration data do not fit',
    explanation: 'The shape of the calibration data differs from the input of the network.',
  },
  E0303: {
    title: 'membrane potential does not fit',
    explanation: 'The range proof needs more bits than the target has for the membrane potential.',
    misfit: true,
  },
  E0304: {
    title: 'payload does not fit',
    explanation: 'The axon counter would overflow. Smaller pooling windows or a target with wider payloads fit.',
    misfit: true,
  },
  E0305: { title: 'too many cores', explanation: 'The network needs more cores than the target has.', misfit: true },
  E0306: {
    title: 'in-axons do not fit',
    explanation: 'One neuron needs more distinct axons than a core of the target has; a fan-in cannot be split.',
    misfit: true,
  },
  E0307: {
    title: 'synapse memory does not fit',
    explanation: 'One neuron needs more synapse memory than a core of the target has.',
    misfit: true,
  },
  E0308: {
    title: 'program does not fit',
    explanation: 'The instructions of a core exceed its program memory.',
    misfit: true,
  },
  E0309: {
    title: 'parameters do not fit',
    explanation: 'Thresholds, biases and initial potentials of a core exceed its parameter memory.',
    misfit: true,
  },
  E0310: {
    title: 'sink table does not fit',
    explanation: 'The sink table of a core exceeds its memory.',
    misfit: true,
  },
  E0311: {
    title: 'routing table does not fit',
    explanation: 'A router needs more entries than the target has.',
    misfit: true,
  },
  E0312: {
    title: 'weight width not available',
    explanation: 'The target does not store weights of the requested width.',
    misfit: true,
  },
  E0313: {
    title: 'delay does not fit',
    explanation:
      'A connection (of layers: one that skips some) needs a longer delay than the axon scheduler of the target has slots for.',
    misfit: true,
  },
  E0314: {
    title: 'too many axon groups',
    explanation: 'A core needs more axon groups than the target has.',
    misfit: true,
  },
  E0315: {
    title: 'size beyond the instruction set',
    explanation: 'A dimension exceeds the width of its instruction field.',
    misfit: true,
  },
  E0316: {
    title: 'too many neurons',
    explanation: 'The network has more neurons than all cores of the target together.',
    misfit: true,
  },
  E0317: {
    title: 'target is another machine',
    explanation:
      'The chip that the target describes differs in kind from the machine that networks are built for, so a converted network would not compute the same there. `snnc targets <name>` lists the constraints and what comes nearest.',
    misfit: true,
  },
  E0318: {
    title: 'cycle with too little delay',
    explanation:
      'Populations hear each other in a cycle whose connections have fewer steps of delay together than there are connections. A spike is heard one tick after it was sent at the earliest, so there is no order in which such populations could run. Steps of several ticks (--step-ticks) give them time where there is any delay.',
  },
  E0320: {
    title: 'packets do not carry the payload',
    explanation:
      'A code sends the count of a neuron as the payload of one packet, and packets of the target have fewer bits for it, or none. So do neurons that fire several times in a step, and conventional layers beside populations.',
    misfit: true,
  },
  E0322: {
    title: 'network needs an end',
    explanation:
      'A chip without an end (--endless) runs as long as it is fed, and sends the spikes of its output as they come. So a potential that is read at the end, layers that count what comes in an inference, outputs that fire several times in a step, and neurons whose potential can grow for ever have no place in it.',
  },
  E0401: { title: 'not a chip file', explanation: 'The file does not start with the signature of a chip file.' },
  E0402: {
    title: 'chip file of another version',
    explanation: 'The file was written in a format version that this program does not read.',
  },
  E0403: { title: 'chip file is truncated', explanation: 'The file ends before the place named.' },
  E0404: {
    title: 'chip file is damaged',
    explanation: 'A checksum does not match: the bytes were changed after the file was written.',
  },
  E0405: {
    title: 'chip file is inconsistent',
    explanation: 'The checksums match, but the content contradicts itself or the target. The message names the place.',
  },
  E0406: {
    title: 'range proof fails',
    explanation: 'The program could drive a membrane potential out of its width, so its result would not be defined.',
  },
  E0407: {
    title: 'section missing',
    explanation: 'The file lacks a section that the command needs; it may have been stripped.',
  },
  E0501: { title: 'assembly error', explanation: 'The assembler could not read the line named.' },
  E0601: {
    title: 'unknown data format',
    explanation:
      'The data are neither .npy, .npz, IDX, CIFAR-10 binary, PNG, JPEG, a .csv table nor a recording of events in a format that is known (spec/event-data.md).',
  },
  E0602: { title: 'damaged data file', explanation: 'The data file ends early or contradicts its header.' },
  E0603: { title: 'input shape differs', explanation: 'The samples do not have the shape of the input of the chip.' },
  E0604: {
    title: 'labels do not fit',
    explanation:
      'There are not as many labels or targets as samples, a label has no class, or targets are not as many as outputs.',
  },
  E0605: { title: 'no such sample', explanation: 'The sample index is beyond the end of the data.' },
  E0606: {
    title: 'unsupported data',
    explanation: 'The data format is recognised, but this element type or layout is not read.',
  },
  E0607: {
    title: 'no spikes for a value',
    explanation:
      'The coding of `--encode` has no spikes for values below 0: poisson and ttfs have none for any, delta only where the input of the chip takes payloads below 0.',
  },
  E0701: {
    title: 'input exceeds the proven range',
    explanation: 'An input value lies outside of what the range proof assumed.',
  },
  E0702: {
    title: 'self-test failed',
    explanation: 'The emulator and the recorded answers of the reference interpreter differ.',
  },
  E0703: { title: 'difference found', explanation: 'The emulator and the reference interpreter differ.' },
  E0704: { title: 'deadline missed', explanation: 'An inference took longer than --deadline.' },
  E0705: {
    title: 'not enough memory for the kernels',
    explanation:
      'The WebAssembly kernels keep a chip in one memory of at most 4 GiB, and the machine must have it free. Packets of a tick that a core in event mode sends are kept too, up to 2^24.',
  },
  E0706: {
    title: 'probes record too much',
    explanation:
      'The file of --probe-out would be larger than what is written. Probe single neurons (layer:channel,y,x), or fewer samples.',
  },
  E0707: {
    title: 'chip without an end',
    explanation:
      'The chip has no inferences, so there is nothing that could be run once, evaluated or compared. It takes a stream of events (`snnemu stream`); chips with an end take samples.',
  },
  E0708: {
    title: 'stream of events not accepted',
    explanation:
      'A line of the stream is not an event of the chip: ticks that do not ascend, an element that the input does not have, or one that comes twice in a tick. The message names the line.',
  },
  E0709: {
    title: 'stream too long',
    explanation: 'A chip counts its ticks from the last reset in 32 bits. After a reset it runs as many again.',
  },
  E0710: {
    title: 'point without a result',
    explanation:
      'The thread that computed a point of a sweep ended by itself, as one does that runs out of memory. The point is not stored, so the next sweep tries it again. Fewer --workers leave more memory to each.',
  },
  E0711: {
    title: 'no point meets the limits',
    explanation:
      'None of the points that `snnc tune` chose from keeps all limits, by what was measured of them, so no chip is written. The report says for each limit whether it would do alone, and how far it would have to give way.',
  },
  E0712: {
    title: 'energy budget exceeded',
    explanation:
      'The inferences took more energy in the mean than --energy-budget. Where figures are unknown the sum is partial: it can exceed a budget, and is never said to keep it.',
  },
  ...CODES_OF_PARTS,
  E0901: {
    title: 'internal fault',
    explanation: 'A fault of this program, not of its input. Please report it with the file that caused it.',
  },
  ...WARNINGS,
} as const satisfies Record<string, MessageRow>;

export type DiagnosticCode = keyof typeof DIAGNOSTICS;

/** Codes that nothing causes any more. They are never used again. */
export const RETIRED_CODES = ['E0106'] as const;

/** Whether a message says that a network does not fit its target. */
export const isMisfit = (code: DiagnosticCode): boolean => 'misfit' in DIAGNOSTICS[code];
