/** One point: a build and an evaluation of what it made, in memory. */
import { createHash } from 'node:crypto';
import {
  type BuildRecord,
  type Diagnostic,
  diagnostic,
  DiagnosticError,
  readChip,
  type RunRecord,
  type SweepOutcome,
} from '../../isa/index.ts';
import { figuresOf } from '../../report/index.ts';
import { readRequest, runBuild } from '../commands/build-request.ts';
import { evaluateChip } from '../commands/eval.ts';
import { BUILD_OPTIONS, CHIP_OPERAND, MODEL_OPERAND } from '../commands/options.ts';
import { EVAL_OPTIONS } from '../commands/eval-options.ts';
import type { ChipFile } from '../ui/chip-file.ts';
import { readValues } from '../ui/command.ts';
import { tellEvents } from '../ui/events.ts';
import type { Io } from '../ui/io.ts';
import { asTheUserSeesIt, printDiagnostics } from '../ui/messages.ts';
import { type Assignment, givenFor } from './point-options.ts';

/** What a thread needs to know of a point. */
export interface PointJob {
  readonly network: string;
  readonly folder: string;
  /** All options of the point that have a value. */
  readonly options: Assignment;
  readonly version: string;
}

export interface Computed {
  readonly outcome: SweepOutcome;
  /** Whether the outcome follows from the inputs alone; what does not is tried again. */
  readonly isLasting: boolean;
}

/** Files that cannot be read or written, and faults of the program, may be gone next time. */
const PASSING = new Set(['E0101', 'E0102', 'E0705', 'E0901']);

type Done = Extract<SweepOutcome, { status: 'done' }>;
type Failed = Extract<SweepOutcome, { status: 'failed' }>;

/** Computes a point; whatever goes wrong is its outcome. */
export async function computePoint({ network, folder, options, version }: PointJob): Promise<Computed> {
  let told = '';
  const io = silentIo(folder, version, (text) => (told += text));
  let stage: Failed['stage'] = 'build';
  try {
    const { file, record } = await buildPoint(network, options, io);
    stage = 'eval';
    const outcome = await evaluatePoint(file, options, io);
    return { outcome: { ...outcome, conversion: conversionOf(record), notes: linesOf(told) }, isLasting: true };
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

async function buildPoint(
  network: string,
  options: Assignment,
  io: Io,
): Promise<{ readonly file: ChipFile; readonly record: BuildRecord }> {
  const given = givenFor('build', BUILD_OPTIONS, options);
  const values = await readValues(
    { operandTable: MODEL_OPERAND, options: BUILD_OPTIONS },
    // A line of results has no ledger.
    { ...given, model: network, 'ledger-samples': '0' },
  );
  const request = await readRequest(values, io, { outputs: [], selfTest: options['no-self-test'] !== true });
  const { bytes, record, warnings } = await runBuild(request, values, io);
  printDiagnostics(warnings, io);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file: { chip: readChip(bytes, CHIP_NAME), bytes, sha256 }, record };
}

/** The chip of a point is in no file; messages call it so. */
const CHIP_NAME = 'chip.bin';

async function evaluatePoint(file: ChipFile, options: Assignment, io: Io): Promise<Omit<Done, 'conversion' | 'notes'>> {
  const values = await readValues(
    { operandTable: CHIP_OPERAND, options: EVAL_OPTIONS },
    { ...givenFor('eval', EVAL_OPTIONS, options), chip: CHIP_NAME },
  );
  const { record, events, faults } = await evaluateChip(file, values, io);
  tellEvents(events, io);
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

const conversionOf = ({ conversion: { mode, code, correct, window, ticks } }: BuildRecord): Done['conversion'] => ({
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

function recorded(found: Diagnostic, io: Io): Failed['diagnostics'][number] {
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
