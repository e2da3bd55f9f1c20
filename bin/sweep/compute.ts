/** One point: a build and an evaluation of what it made, in memory. */
import {
  type BuildRecord,
  type ConversionOfPoint,
  type Diagnostic,
  diagnostic,
  DiagnosticError,
  type FailedPoint,
  type RunRecord,
  type SweepOutcome,
} from '../../isa/index.ts';
import { open } from '../../library/open.ts';
import { figuresOf } from '../../report/index.ts';
import { readRequest, runBuild } from '../commands/build-request.ts';
import { evaluateChip, type EvalValues } from '../commands/eval.ts';
import { BUILD_OPTIONS, CHIP_OPERAND, MODEL_OPERAND } from '../commands/options.ts';
import { EVAL_OPTIONS } from '../commands/eval-options.ts';
import type { ChipFile } from '../ui/chip-file.ts';
import { readValues } from '../ui/command.ts';
import { tellData } from '../ui/events.ts';
import type { Io } from '../ui/io.ts';
import { asTheUserSeesIt, printDiagnostics } from '../ui/messages.ts';
import { type Built, CHIP_NAME, keepBuild, keptBuildOf } from './builds.ts';
import type { CrewJob } from './crew.ts';
import type { Computed } from './point-thread.ts';
import { type Assignment, givenFor } from './point-options.ts';

/** What a thread needs to know of a point. */
export interface PointJob extends CrewJob {
  readonly network: string;
  readonly folder: string;
  /** All options of the point that have a value. */
  readonly options: Assignment;
  readonly version: string;
  /** Path of the store, where builds are looked for. */
  readonly store: string;
  /** Whether the build is kept there. */
  readonly keepsBuild: boolean;
}

/** Files that cannot be read or written, and faults of the program, may be gone next time. */
const PASSING = new Set(['E0101', 'E0102', 'E0705', 'E0901']);

type Done = Extract<SweepOutcome, { status: 'done' }>;

/** Computes a point; whatever goes wrong is its outcome. */
export const computePoint = (job: PointJob): Promise<Computed<Done>> =>
  computed(job, async (io, begins) => {
    const { file, conversion, notes } = await obtainBuild(job, io);
    begins('eval');
    const outcome = await evaluatePoint(file, job.options, io);
    return (told) => ({ ...outcome, conversion, notes: [...notes, ...told] });
  });

/**
 * What comes out of work on a point, or what was in its way.
 *
 * @param work in a silent world; returns what makes the outcome of all that was told in it since the build
 */
export async function computed<O>(
  { folder, version }: PointJob,
  work: (io: Io, begins: (stage: FailedPoint['stage']) => void) => Promise<(notes: readonly string[]) => O>,
): Promise<Computed<O>> {
  let told = '';
  const io = silentIo(folder, version, (text) => (told += text));
  let stage: FailedPoint['stage'] = 'build';
  try {
    const outcome = await work(io, (next) => (stage = next));
    return { outcome: outcome(linesOf(told)), isLasting: true };
  } catch (error) {
    const found = error instanceof DiagnosticError ? error.diagnostics : [faultOf(error)];
    const outcome = {
      status: 'failed' as const,
      stage,
      diagnostics: found.map((each) => recorded(each, io)),
      notes: linesOf(told),
    };
    return { outcome, isLasting: !found.some(({ code }) => PASSING.has(code)) };
  }
}

/** The build of a point: as it was kept, or made. */
export async function obtainBuild(job: PointJob, io: Io): Promise<Built> {
  const { store, buildKey, keepsBuild } = job;
  const kept = await keptBuildOf(io, store, buildKey);
  if (kept !== undefined) return kept;
  let told = '';
  const { stderr } = io;
  const own = { ...io, stderr: { ...stderr, write: (text: string) => void (told += text) } };
  try {
    const built = { ...(await buildPoint(job, own)), notes: linesOf(told) };
    if (keepsBuild) await keepBuild(io, store, buildKey, built);
    return built;
  } catch (error) {
    stderr.write(told);
    throw error;
  }
}

async function buildPoint({ network, options }: PointJob, io: Io): Promise<Omit<Built, 'notes'>> {
  const given = givenFor('build', BUILD_OPTIONS, options);
  const values = await readValues(
    { operandTable: MODEL_OPERAND, options: BUILD_OPTIONS },
    // A line of results has no ledger.
    { ...given, model: network, 'ledger-samples': '0' },
  );
  const request = await readRequest(values, io, { outputs: [], selfTest: options['no-self-test'] !== true });
  const { bytes, record, warnings } = await runBuild(request, values, io);
  printDiagnostics(warnings, io);
  return {
    file: open(bytes, CHIP_NAME),
    conversion: conversionOf(record),
  };
}

/** What the options of a point are for an evaluation. */
export const evaluationValues = (options: Assignment): Promise<EvalValues> =>
  readValues(
    { operandTable: CHIP_OPERAND, options: EVAL_OPTIONS },
    { ...givenFor('eval', EVAL_OPTIONS, options), chip: CHIP_NAME },
  );

async function evaluatePoint(file: ChipFile, options: Assignment, io: Io): Promise<Omit<Done, 'conversion' | 'notes'>> {
  const { record, data, faults } = await evaluateChip(file, await evaluationValues(options), io);
  tellData(data, io);
  printDiagnostics(faults, io);
  return {
    status: 'done',
    ...figuresOf(record),
    ...regressionOf(record),
    ...(record.deadline && { deadlineMissed: record.deadline.missed }),
    spikeDigest: record.spikeDigest,
  };
}

function regressionOf({ regression }: RunRecord): Pick<Done, 'regression'> {
  if (regression === undefined) return {};
  const { mae, rmse, r2 } = regression;
  return { regression: { mae, rmse, ...(r2 !== undefined && { r2 }) } };
}

const conversionOf = ({ conversion: { mode, code, correct, window, ticks } }: BuildRecord): ConversionOfPoint => ({
  mode,
  ...(code !== undefined && { code }),
  correct,
  window,
  ticks,
});

const faultOf = (error: unknown): Diagnostic =>
  diagnostic(
    'E0901',
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    undefined,
    'this is a fault of the program: please report it, with the plan and its files',
  );

function recorded(found: Diagnostic, io: Io): FailedPoint['diagnostics'][number] {
  const { code, message, place = {}, remedy } = asTheUserSeesIt(found, io);
  const where = Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | number
  >;
  return {
    code,
    message,
    ...(Object.keys(where).length > 0 && { place: where }),
    ...(remedy !== undefined && { remedy }),
  };
}

/** What was printed, a message each; lines that are indented belong to the one before. */
const linesOf = (told: string): string[] =>
  told
    .split(/\n(?! )/)
    .filter((line) => line !== '')
    .map((line) => line.replace(/\n\s*/g, '; '));

/** A world without a terminal and with one processor core: points run side by side, and each in its own thread. */
function silentIo(cwd: string, version: string, tell: (text: string) => void): Io {
  const plain = { isTTY: false, columns: undefined };
  return {
    version,
    cwd,
    env: {},
    stdout: { ...plain, write: () => undefined },
    stderr: { ...plain, write: tell },
    now: () => performance.now() / 1000,
    peakRssBytes: () => 0,
    processors: 1,
    // Who does not want the point any more ends the thread.
    signal: new AbortController().signal,
    // Points write no files.
    holdSignals: () => () => undefined,
  };
}
