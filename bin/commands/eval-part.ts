/** `snnemu eval --part`: a share of the samples, kept so that `snnemu merge` makes of all shares what one run would have made. */
import { requireEnd } from '../../emulator/index.ts';
import { fail, type EvalPart, InputLossAccount, MOST_PARTS } from '../../isa/index.ts';
import { plural, printable } from '../../report/index.ts';
import { PartWriter } from '../eval-parts/part-writer.ts';
import type { Dataset } from '../data/index.ts';
import type { Part } from '../sweep/part.ts';
import { type ChipFile, readChipFile } from '../ui/chip-file.ts';
import { dataFile } from '../ui/data.ts';
import { recordOfData, tellData } from '../ui/events.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { originOf } from '../ui/origin.ts';
import { startProgress } from '../ui/progress.ts';
import { publish } from '../ui/results.ts';
import { type EvalValues, hasGraph, listed, openScored, stimuli } from './eval.ts';
import { ParallelSession } from './parallel-session.ts';
import { RunSession, type SessionOptions } from './run-session.ts';

export interface EvalPartValues extends EvalValues {
  readonly part: Part | undefined;
  readonly output: string | undefined;
}

/** What is made of the record, or of all samples, at once: a part has neither. */
export const OF_THE_WHOLE = ['json', 'csv', 'html', 'raster', 'build', 'probe', 'samples', 'neurobench'] as const;

/**
 * Runs a part of the data, and writes it.
 *
 * @throws DiagnosticError E0107 for options that only the whole has; as `evaluate`
 */
export async function evaluatePart(values: EvalPartValues, io: Io): Promise<ExitCode> {
  const { chip: path, output, labels, targets, part } = values;
  if (part === undefined) fail('E0107', '--output without --part', undefined, 'the record goes to --json');
  if (output === undefined)
    fail('E0107', '--part without the file of the part', undefined, 'name it: --part 3/8 -o part-3.gz');
  refuseWhole(values, '--part', OF_THE_WHOLE);
  const named = [labels, targets].filter((name) => name !== undefined);
  await checkOutputs(io, [output], [path, dataFile(io, values.data), ...named.map((name) => dataFile(io, name))]);
  const file = await readChipFile(io, path);
  requireEnd(file.chip);
  const data = await openScored(file.chip, values, io);
  const head = await headOf(values, part, file, data, io);
  const writer = await PartWriter.open(io, output, head);
  try {
    await runPart(values, { file, data, head, writer }, io);
  } finally {
    await writer.discard();
  }
  const ran = plural(head.end - head.first, 'sample');
  await publish(io, {
    text: () => `${ran} of ${head.samples}, part ${part.part} of ${part.of}: ${printable(output)}\n`,
  });
  tellData(data, io);
  return EXIT.done;
}

/** @throws DiagnosticError E0107 for an option of the whole beside one that divides it */
export function refuseWhole(values: EvalValues, beside: string, names: readonly (typeof OF_THE_WHOLE)[number][]): void {
  const name = names.find((each) => values[each] !== undefined);
  if (name !== undefined)
    fail(
      'E0107',
      `--${name} beside ${beside}: it is of all samples`,
      undefined,
      'give it to `snnemu merge`, where it has it, or run without parts',
    );
}

async function headOf(
  values: EvalPartValues,
  { part, of }: Part,
  { chip, sha256, bytes }: ChipFile,
  data: Dataset,
  io: Io,
): Promise<EvalPart> {
  if (of > MOST_PARTS) fail('E0103', `--part: an evaluation has at most ${MOST_PARTS} parts`);
  const samples = Math.min(data.count, values.limit ?? Infinity);
  const origin = await originOf(io, { chip, sha256, bytes });
  const { timing, kernel, heads, curve, 'top-k': topK, 'energy-budget': energyBudget, deadline } = values;
  return {
    format: 'snn-eval-part/1',
    tool: `snnemu ${io.version}`,
    ...{ part, of, samples },
    first: Math.floor(((part - 1) * samples) / of),
    end: Math.floor((part * samples) / of),
    chipSha256: sha256,
    options: {
      ...{ timing, kernel, curve },
      outputs: listed(chip, samples, io),
      ...(topK !== undefined && { topK }),
      ...(heads !== undefined && { heads: heads === 'pixels' ? heads : [...heads] }),
      float: !values['no-float'] && (data.labelled || data.targeted) && hasGraph(chip, io),
      ...(deadline !== undefined && { deadline }),
      ...(energyBudget !== undefined && { energyBudget }),
      perTick: values['per-tick'],
    },
    ...(origin !== undefined && { origin }),
  };
}

interface RunningPart {
  readonly file: ChipFile;
  readonly data: Dataset;
  readonly head: EvalPart;
  readonly writer: PartWriter;
}

async function runPart(values: EvalPartValues, { file, data, head, writer }: RunningPart, io: Io): Promise<void> {
  const { chip } = file;
  const { heads, workers = io.processors } = values;
  const { first, end } = head;
  const options: SessionOptions = {
    ...sessionOptions(head, values.chip),
    float: head.options.float,
    keeper: writer,
    first,
  };
  const threads = Math.min(workers, end - first);
  const session = threads > 1 ? new ParallelSession(io, file, options, threads) : new RunSession(io, file, options);
  const loss = {
    add(x: Float64Array, payloads: Int16Array): void {
      const own = new InputLossAccount(chip.input);
      own.add(x, payloads);
      writer.expect(own.result());
    },
  };
  const progress = await startProgress(io, 'running', 'samples');
  try {
    let done = 0;
    if (first < end)
      for await (const _ of session.inferAll(
        stimuli(data, { chip, range: { start: first, limit: end - first }, loss, heads }, io),
      ))
        progress.update(++done, end - first);
  } finally {
    progress.stop();
  }
  await writer.finish({ ...session.result(), ...recordOfData(data) });
}

/** What the account of a run is made with, by the first line of a part. @param path of the chip file */
export const sessionOptions = ({ options }: EvalPart, path: string): SessionOptions => ({
  path,
  timing: options.timing,
  kernel: options.kernel as SessionOptions['kernel'],
  outputs: options.outputs,
  topK: options.topK,
  places: options.heads,
  curve: options.curve,
  latency: {
    deadline: options.deadline,
    'energy-budget': options.energyBudget,
    'per-tick': options.perTick,
  },
});
