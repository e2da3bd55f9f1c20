/** What `build` and `check` have in common: from the values of the command line to a finished build. */
import { basename } from 'node:path';
import {
  type Beside,
  buildChip,
  type BuildHooks,
  type BuildOptions,
  type BuildRequest,
  type BuildResult,
  PASSES,
  type PassName,
  type Preprocessing,
  readNetwork,
  type ReadOptions,
  CONVERSION_MODES,
  CONVERSIONS,
  CORRECTIONS,
  ASSIGNMENTS,
  PLACEMENT_METHODS,
  type ThresholdRule,
} from '../../compiler/index.ts';
import { fail, type Sample, type Shape } from '../../isa/index.ts';
import type { Values } from '../ui/command.ts';
import { isTargetFile, readNames, readTarget } from '../ui/chip-file.ts';
import { dataFile, openData, readSamples } from '../ui/data.ts';
import { checkOutputs, readInput, sideFileReader } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { startProgress } from '../ui/progress.ts';
import { isJsonOnStdout } from '../ui/results.ts';
import { finiteNumber, oneOf, positiveNumber, wholeNumber } from '../ui/values.ts';
import { evidenceInThread, isWorthAThread } from './evidence-thread.ts';
import type { BUILD_OPTIONS, CONVERSION_OPTIONS, MODEL_OPERAND } from './options.ts';

export type BuildValues = Values<typeof BUILD_OPTIONS, typeof MODEL_OPERAND>;
export type ConversionValues = Values<typeof CONVERSION_OPTIONS, typeof MODEL_OPERAND>;

const LARGEST_WINDOW = 4096;
const STANDARD_WINDOW = '32';
const LARGEST_LIMIT = 1_000_000_000;
const SELF_TEST_SAMPLES = 4;
const LARGEST_SEED = 2 ** 32 - 1;
/** Samples of the ledger are kept in memory. */
const LARGEST_LEDGER = 1024;

/**
 * Reads what the command line names.
 *
 * @param outputs files that the command is going to write
 * @throws DiagnosticError for values out of range and files that are not what they should be
 */
export async function readRequest(
  values: BuildValues,
  io: Io,
  { outputs, selfTest }: { readonly outputs: readonly string[]; readonly selfTest: boolean },
): Promise<BuildRequest> {
  await checkOutputs(io, outputs, inputPaths(values, io));
  const options = await readOptions(values, io, selfTest);
  const network = {
    source: await readInput(io, values.model),
    fileName: basename(values.model),
    readSideFile: sideFileReader(io, values.model, outputs),
  };
  const { calibrate } = values;
  return {
    ...network,
    options,
    ...(calibrate !== undefined && { calibration: calibrationSamples(calibrate, network, io) }),
  };
}

/** The files that the command line names to be read. */
function inputPaths({ model, calibrate, target, 'labels-file': labels }: BuildValues, io: Io): string[] {
  const named = [model, calibrate === undefined ? undefined : dataFile(io, calibrate), labels];
  if (isTargetFile(target)) named.push(target);
  return named.filter((path) => path !== undefined);
}

/** A network file that has been read, but not understood. */
export type NetworkFile = ReadOptions & { readonly source: Uint8Array };

/** Shape of the input of a network. @throws DiagnosticError E02xx */
export const inputShape = (network: NetworkFile): Shape => readNetwork(network.source, network).nodes[0]!.shape;

async function readOptions(values: BuildValues, io: Io, selfTest: boolean): Promise<BuildOptions> {
  const mode = oneOf('mode', values.mode ?? 'default', CONVERSION_MODES);
  const { presets } = CONVERSIONS[mode];
  readPassName(values['dump-after']);
  const labels = values['labels-file'];
  return {
    mode,
    rule: values.threshold === undefined ? presets.rule : readRule(values.threshold),
    per: oneOf('per', values.per ?? presets.per, ['layer', 'channel']),
    window: wholeNumber('T', values.T ?? STANDARD_WINDOW, 1, LARGEST_WINDOW),
    stated: statedOptions(values),
    weightBits: ([1, 2, 4, 8] as const)[
      ['1', '2', '4', '8'].indexOf(oneOf('weight-bits', values['weight-bits'], ['1', '2', '4', '8']))
    ]!,
    correct: oneOf('correct', values.correct, CORRECTIONS),
    balance: values.balance,
    assignment: oneOf('map', values.map, ASSIGNMENTS),
    placement: {
      method: oneOf('place', values.place, PLACEMENT_METHODS),
      seed: wholeNumber('seed', values.seed, 0, LARGEST_SEED),
    },
    ledgerSamples: wholeNumber('ledger-samples', values['ledger-samples'], 0, LARGEST_LEDGER),
    preprocessing: readPreprocessing(values),
    calibrationLimit: wholeNumber('calibrate-limit', values['calibrate-limit'], 1, LARGEST_LIMIT),
    selfTestSamples: selfTest ? SELF_TEST_SAMPLES : 0,
    target: await readTarget(io, values.target),
    labels: labels === undefined ? undefined : await readNames(io, labels),
    tool: `snnc ${io.version}`,
  };
}

/** Options that a converted network must agree with. */
function statedOptions({ mode, T, threshold, per }: BuildValues): NonNullable<BuildOptions['stated']> {
  const given = { mode, window: T, threshold, per };
  return (['mode', 'window', 'threshold', 'per'] as const).filter((name) => given[name] !== undefined);
}

function readRule(text: string): ThresholdRule {
  const percent = /^percentile:(.*)$/.exec(text)?.[1];
  if (percent === undefined) return { kind: oneOf('threshold', text, ['mse', 'max', 'percentile:p']) as 'mse' | 'max' };
  const value = positiveNumber('threshold percentile:', percent);
  if (value > 100) fail('E0103', `--threshold ${text}: a percentile is at most 100`);
  return { kind: 'percentile', percent: value };
}

function readPreprocessing({ scale, mean, std }: BuildValues): Preprocessing | undefined {
  if (scale === undefined && mean === undefined && std === undefined) return undefined;
  return {
    scale: positiveNumber('scale', scale ?? '255'),
    mean: (mean ?? '0').split(',').map((value) => finiteNumber('mean', value)),
    std: (std ?? '1').split(',').map((value) => positiveNumber('std', value)),
  };
}

function readPassName(name: string | undefined): PassName | undefined {
  if (name === undefined) return undefined;
  return oneOf(
    'dump-after',
    name,
    PASSES.map(([pass]) => pass),
  );
}

/** Opened when the build asks for it, so that faults of the network are named before those of the data. */
async function* calibrationSamples(spec: string, network: NetworkFile, io: Io): AsyncGenerator<Sample> {
  yield* readSamples(io, await openData(io, spec, inputShape(network)));
}

/** Runs the build with a progress bar and the dump that was asked for. */
export const runBuild = (request: BuildRequest, values: BuildValues, io: Io): Promise<BuildResult> =>
  withHooks(values, io, (hooks) => buildChip(request, hooks, besideOf(io)));

/** What is found out of the network alone goes on in a thread where there is a processor core for it. */
const besideOf =
  ({ processors }: Io): Beside =>
  (job, hooks) =>
    processors > 1 && isWorthAThread(job) ? evidenceInThread(job, hooks) : undefined;

/**
 * Does the work with a progress bar and the dump that was asked for.
 *
 * @param finished whether all passes were asked whether they are needed
 */
export async function withHooks<R>(
  values: Pick<BuildValues, 'dump-after' | 'json'>,
  io: Io,
  work: (hooks: BuildHooks) => Promise<R>,
  finished: (result: R) => boolean = () => true,
): Promise<R> {
  const dumpAfter = values['dump-after'];
  const dumpTo = isJsonOnStdout(values.json) ? io.stderr : io.stdout;
  let dumped = false;
  const progress = await startProgress(io, 'calibrating', 'samples');
  const hooks: BuildHooks = {
    now: io.now,
    signal: io.signal,
    onProgress: (_pass, done, total) => progress.update(done, total),
    onPass: (pass, text) => {
      progress.stop();
      if (pass !== dumpAfter) return;
      dumpTo.write(`${text()}\n`);
      dumped = true;
    },
  };
  try {
    const result = await work(hooks);
    const skipped = finished(result) ? PASSES.find(([name]) => name === dumpAfter && !dumped) : undefined;
    if (skipped !== undefined) dumpTo.write(`${skipped[0]} was not needed (${skipped[1]})\n`);
    return result;
  } finally {
    progress.stop();
  }
}
