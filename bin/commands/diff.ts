/** `snnemu diff` */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type KernelKind, requireEnd } from '../../emulator/index.ts';
import {
  type Chip,
  diagnostic,
  type DifferenceCause,
  type DiffRecord,
  fail,
  type NeuronDifference,
} from '../../isa/index.ts';
import { formatCount, plural } from '../../report/index.ts';
import { Comparer } from '../diff/comparer.ts';
import { readChipFile } from '../ui/chip-file.ts';
import { dataFile, readSamples, splitSampleSpec } from '../ui/data.ts';
import { toStimulus } from '../../library/stimulus.ts';
import type { EncodeValues } from '../ui/encoding.ts';
import { type EventValues, openChipData, refuseDataOptions, tellData } from '../ui/events.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../ui/exit.ts';
import { readGraph } from '../../library/graph.ts';
import { interruptible } from '../../library/interruptible.ts';
import type { Layout } from '../data/index.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { startProgress } from '../ui/progress.ts';
import { checkJsonOutput, publish } from '../ui/results.ts';

export interface DiffValues extends EventValues, EncodeValues {
  readonly chip: string;
  readonly input: string | undefined;
  readonly layout: Layout | undefined;
  readonly limit: number | undefined;
  readonly kernel: KernelKind;
  readonly json: string | undefined;
}

export async function diff(values: DiffValues, io: Io): Promise<ExitCode> {
  const { chip: path, input, kernel, json } = values;
  if (input === undefined) refuseDataOptions({ ...values, labels: undefined });
  await checkJsonOutput(io, json, input === undefined ? [path] : [path, dataFile(io, input)]);
  const { chip, sha256 } = await readChipFile(io, path);
  requireEnd(chip);
  const comparer = new Comparer(chip, readGraph(chip).quantised, kernel);
  const progress = await startProgress(io, 'comparing', 'samples');
  const record: DiffRecord = {
    format: 'snn-diff/1',
    chip: { file: path, sha256 },
    samples: 0,
    ticks: 0,
    spikes: 0,
    potentials: 0,
    difference: null,
  };
  try {
    for await (const { index, payloads, total } of stimuli(chip, values, io)) {
      const found = await comparer.compare(payloads, (steps) => interruptible(steps, io));
      record.samples++;
      record.ticks += chip.ticks;
      record.spikes += found.spikes;
      record.potentials += found.potentials;
      if (found.difference !== undefined) {
        record.difference = { sample: index, ...found.difference };
        break;
      }
      progress.update(record.samples, total);
    }
  } finally {
    progress.stop();
  }
  const { difference } = record;
  const counted = `${plural(record.samples, 'sample')}, ${plural(record.ticks, 'tick')}, ${plural(record.spikes, 'spike')} and ${plural(record.potentials, 'membrane potential')} compared`;
  await publish(io, {
    json,
    record: () => record,
    text: () => (difference === null ? `no difference: ${counted}\n` : `${explain(difference)}\n`),
  });
  if (difference === null) return EXIT.done;
  printDiagnostics([diagnostic('E0703', `sample ${difference.sample} differs`, { file: path })], io);
  return exitCodeOf('E0703');
}

/** The samples that are asked for, or those of the self-test. */
async function* stimuli(
  chip: Chip,
  values: DiffValues,
  io: Io,
): AsyncGenerator<{ readonly index: number; readonly payloads: Int16Array; readonly total: number }> {
  const { input: spec, limit: most = Infinity } = values;
  if (spec !== undefined) {
    const { data: path, index } = splitSampleSpec(spec);
    const data = await openChipData(io, path, chip, values);
    const total = index === undefined ? Math.min(most, data.count) : 1;
    if (data.count === 0) fail('E0605', 'the data hold no sample', { file: path });
    for await (const sample of readSamples(io, data, { start: index ?? 0, limit: total }))
      yield { ...toStimulus(sample, chip), total };
    tellData(data, io);
    return;
  }
  const samples = chip.selfTest?.samples ?? [];
  if (samples.length === 0)
    fail('E0407', 'the chip file has no self-test samples', { section: 'selfTest' }, 'give --input <data>');
  const total = Math.min(most, samples.length);
  for (const [index, { input }] of samples.slice(0, total).entries()) {
    await nextTurn();
    io.signal.throwIfAborted();
    yield { index, payloads: input, total };
  }
}

function explain(difference: NonNullable<DiffRecord['difference']>): string {
  if (difference.kind === 'readout') {
    const { sample, index, emulator, reference } = difference;
    return `sample ${sample}: all neurons agree, but read-out ${index} is ${emulator} in the emulator, ${reference} in the reference`;
  }
  const { sample, tick, layer, element, core, slot, emulator, reference, cause } = difference;
  const state = ({ potential, fired }: NeuronDifference['emulator']): string =>
    `V = ${formatCount(potential)}, ${fired ? 'fired' : 'silent'}`;
  return [
    `first difference: sample ${sample}, tick ${tick}, layer ${layer}, neuron (${element.c}, ${element.y}, ${element.x}) = index ${element.index}, core ${core}, slot ${slot}`,
    `  emulator   ${state(emulator)}`,
    `  reference  ${state(reference)}`,
    `  ${explainCause(cause)}`,
  ].join('\n');
}

function explainCause(cause: DifferenceCause | null): string {
  if (cause === null)
    return 'synapses and parameters of the neuron are those of the graph: the difference arises on the way or in execution';
  const values = `${cause.emulator} on the chip, ${cause.reference} in the graph`;
  if (cause.kind === 'parameter') return `${cause.parameter}: ${values}`;
  const { source, delay } = cause;
  const ticks = delay === 0 ? '' : `, delay ${delay}`;
  return `synapse from ${source.layer} (${source.c}, ${source.y}, ${source.x}) = index ${source.index}${ticks}: weight ${values}`;
}
