/**
 * Numbered diagnostics: every message a user can cause has a stable code, a place, and a remedy.
 *
 * The codes are never reused. `snnc explain E0312` prints the row of the table below.
 */
import type { TargetFigure } from './target.ts';

/** Where a fault was found. Every part is optional; those that are known are printed. */
export interface Place {
  readonly file?: string;
  /** Byte offset in the file. */
  readonly offset?: number;
  /** A path inside a structured file, such as `layers[2].weight`. */
  readonly path?: string;
  readonly line?: number;
  readonly layer?: string;
  readonly core?: number;
  readonly section?: string;
  /** Program word address in the core named by `core`. */
  readonly word?: number;
}

/** By how much a network exceeds a target. */
export interface Misfit {
  /** The figure that is too small. */
  readonly figure: TargetFigure;
  /** Least value that could do. */
  readonly needed: number;
  readonly available: number;
}

export type Severity = 'error' | 'warning';

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly place?: Place;
  /** What to change, in one sentence. */
  readonly remedy?: string;
  /** Where the network does not fit the target. */
  readonly misfit?: Misfit;
}

/**
 * code → [title, explanation]. Families: E01xx files and options, E02xx networks, E03xx conversion and fit,
 * E04xx chip files, E05xx assembly, E06xx data, E07xx runs, W.... warnings.
 */
export const DIAGNOSTICS = {
  E0101: ['file not found', 'The named file does not exist or cannot be read. Check the path and its permissions.'],
  E0102: ['file cannot be written', 'The output could not be written. Check that the folder exists and has room.'],
  E0103: [
    'invalid option value',
    'An option has a value outside what it accepts. The message names the accepted values.',
  ],
  E0104: ['unknown target', 'The target is neither built in (`snnc targets`) nor a readable target file.'],
  E0105: [
    'invalid target file',
    'A target file must follow the schema spec/target.schema.json. The message names the path.',
  ],
  E0106: [
    'option not available',
    'The option is part of the planned command line, but this version does not have it. It never does something else instead.',
  ],
  E0107: [
    'wrong usage',
    'The command line names something unknown or leaves out what is needed. `--help` shows what there is.',
  ],
  E0108: [
    'invalid record',
    'The file is not a record of the format that the command reads. Records follow their schemas in spec/. The message names the format or the path.',
  ],
  E0201: ['not a network file', 'The file is neither an ONNX model nor a net.json document.'],
  E0202: [
    'invalid net.json',
    'The document does not follow spec/net.schema.json. The message names the path of each fault.',
  ],
  E0203: [
    'unsupported operator',
    'The network uses an operator that has no exact meaning on the chip. Nothing is ever converted silently. For max pooling: the maximum of spike trains is not the maximum of their rates; retrain with average pooling.',
  ],
  E0204: [
    'unsupported operator attribute',
    'The operator is known, but this setting of it is not. The message names both.',
  ],
  E0205: ['inconsistent shapes', 'Two parts of the network do not fit each other. The message gives both shapes.'],
  E0206: ['invalid ONNX model', 'The file could not be read as ONNX, or is inconsistent in itself.'],
  E0207: [
    'structure cannot be converted',
    'Spiking layers need an activation between any two linear operators. The message names the two.',
  ],
  E0208: ['non-finite number', 'A weight, bias or statistic is NaN or infinite.'],
  E0209: [
    'network too large',
    'The activations or weights exceed what the compiler holds in memory. The message gives the limit.',
  ],
  E0301: [
    'calibration needed',
    'Thresholds come from data. Give --calibrate, or use a network whose activations are all clipped.',
  ],
  E0302: ['calibration data do not fit', 'The shape of the calibration data differs from the input of the network.'],
  E0303: [
    'membrane potential does not fit',
    'The range proof needs more bits than the target has for the membrane potential.',
  ],
  E0304: [
    'payload does not fit',
    'The axon counter would overflow. Smaller pooling windows or a target with wider payloads fit.',
  ],
  E0305: ['too many cores', 'The network needs more cores than the target has.'],
  E0306: [
    'in-axons do not fit',
    'One neuron needs more distinct axons than a core of the target has; a fan-in cannot be split.',
  ],
  E0307: ['synapse memory does not fit', 'One neuron needs more synapse memory than a core of the target has.'],
  E0308: ['program does not fit', 'The instructions of a core exceed its program memory.'],
  E0309: ['parameters do not fit', 'Thresholds, biases and initial potentials of a core exceed its parameter memory.'],
  E0310: ['sink table does not fit', 'The sink table of a core exceeds its memory.'],
  E0311: ['routing table does not fit', 'A router needs more entries than the target has.'],
  E0312: ['weight width not available', 'The target does not store weights of the requested width.'],
  E0313: [
    'delay does not fit',
    'A skip connection needs a longer delay than the axon scheduler of the target has slots for.',
  ],
  E0314: ['too many axon groups', 'A core needs more axon groups than the target has.'],
  E0315: ['size beyond the instruction set', 'A dimension exceeds the width of its instruction field.'],
  E0316: ['too many neurons', 'The network has more neurons than all cores of the target together.'],
  E0317: [
    'target is another machine',
    'The chip that the target describes differs in kind from the machine that networks are built for, so a converted network would not compute the same there. `snnc targets <name>` lists the constraints and what comes nearest.',
  ],
  E0401: ['not a chip file', 'The file does not start with the signature of a chip file.'],
  E0402: ['chip file of another version', 'The file was written in a format version that this program does not read.'],
  E0403: ['chip file is truncated', 'The file ends before the place named.'],
  E0404: ['chip file is damaged', 'A checksum does not match: the bytes were changed after the file was written.'],
  E0405: [
    'chip file is inconsistent',
    'The checksums match, but the content contradicts itself or the target. The message names the place.',
  ],
  E0406: [
    'range proof fails',
    'The program could drive a membrane potential out of its width, so its result would not be defined.',
  ],
  E0407: ['section missing', 'The file lacks a section that the command needs; it may have been stripped.'],
  E0501: ['assembly error', 'The assembler could not read the line named.'],
  E0601: ['unknown data format', 'The data are neither .npy, .npz, IDX, CIFAR-10 binary nor PNG.'],
  E0602: ['damaged data file', 'The data file ends early or contradicts its header.'],
  E0603: ['input shape differs', 'The samples do not have the shape of the input of the chip.'],
  E0604: ['labels do not fit', 'There are fewer labels than samples, or a label has no class.'],
  E0605: ['no such sample', 'The sample index is beyond the end of the data.'],
  E0606: ['unsupported data', 'The data format is recognised, but this element type or layout is not read.'],
  E0701: ['input exceeds the proven range', 'An input value lies outside of what the range proof assumed.'],
  E0702: ['self-test failed', 'The emulator and the recorded answers of the reference interpreter differ.'],
  E0703: ['difference found', 'The emulator and the reference interpreter differ.'],
  E0704: ['deadline missed', 'An inference took longer than --deadline.'],
  E0705: [
    'not enough memory for the kernels',
    'The WebAssembly kernels keep a chip in one memory of at most 4 GiB, and the machine must have it free.',
  ],
  E0706: [
    'probes record too much',
    'The file of --probe-out would be larger than what is written. Probe single neurons (layer:channel,y,x), or fewer samples.',
  ],
  E0901: [
    'internal fault',
    'A fault of this program, not of its input. Please report it with the file that caused it.',
  ],
  W0301: [
    'thresholds from clips',
    'No calibration data were given: the clip levels of the activations serve as thresholds.',
  ],
  W0302: [
    'threshold shrunk',
    'The threshold was made smaller so that the membrane potential fits the target; weights lose precision.',
  ],
  W0303: [
    'final activation dropped',
    'The last activation does not change which output is largest unless all are negative.',
  ],
  W0304: ['small calibration set', 'Fewer samples than asked for were available for calibration.'],
  W0305: [
    'stand-in calibration',
    'No calibration data were given: random images stood in for them, so thresholds and range proof are estimates.',
  ],
  W0306: [
    'weights too coarse',
    'The stored weights of a layer differ from the wanted ones by more than 22 % of their size (a squared error of 5 %). Narrow weights hold such a network only if it was trained with them.',
  ],
  W0701: [
    'trace cut short',
    'The trace reached its limit of events (--trace-limit, --vcd-limit) and ends there. The results of the run are whole.',
  ],
  W0702: [
    'runs differ in more than one thing',
    'The records compared are of different networks or samples, so their figures do not say what one change did.',
  ],
} as const satisfies Record<string, readonly [title: string, explanation: string]>;

export type DiagnosticCode = keyof typeof DIAGNOSTICS;

/** Thrown for every fault that a user can cause; carries one or more diagnostics. */
export class DiagnosticError extends Error {
  override readonly name = 'DiagnosticError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.diagnostics = diagnostics;
  }
}

/** Builds and throws a single-error {@link DiagnosticError}. */
export function fail(code: DiagnosticCode, message: string, place?: Place, remedy?: string): never {
  throw new DiagnosticError([diagnostic(code, message, place, remedy)]);
}

/** One diagnostic; its severity follows from the first letter of the code. */
export function diagnostic(code: DiagnosticCode, message: string, place?: Place, remedy?: string): Diagnostic {
  const severity = code.startsWith('W') ? 'warning' : 'error';
  return { code, severity, message, ...(place && { place }), ...(remedy !== undefined && { remedy }) };
}

/** `error[E0312]: message (layer conv1, core 3)` and, on a line of its own, the remedy. */
export function formatDiagnostic(d: Diagnostic): string {
  const where = d.place === undefined ? '' : formatPlace(d.place);
  const head = `${d.severity}[${d.code}]: ${d.message}${where === '' ? '' : ` (${where})`}`;
  return d.remedy === undefined ? head : `${head}\n  remedy: ${d.remedy}`;
}

function formatPlace(place: Place): string {
  const parts: string[] = [];
  if (place.file !== undefined) parts.push(place.line === undefined ? place.file : `${place.file}:${place.line}`);
  else if (place.line !== undefined) parts.push(`line ${place.line}`);
  if (place.path !== undefined) parts.push(`at ${place.path}`);
  if (place.layer !== undefined) parts.push(`layer ${place.layer}`);
  if (place.section !== undefined) parts.push(`section ${place.section}`);
  if (place.core !== undefined) parts.push(`core ${place.core}`);
  if (place.word !== undefined) parts.push(`word ${place.word}`);
  if (place.offset !== undefined) parts.push(`offset 0x${place.offset.toString(16)}`);
  return parts.join(', ');
}
