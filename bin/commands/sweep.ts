/** `snnemu sweep` */
import { type ComparisonAxis, type SweepInput, sweepRecord, type SweepRecord } from '../../isa/index.ts';
import { workerEntry } from '../../emulator/index.ts';
import { plural, renderSweepText, sweepCsv } from '../../report/index.ts';
import { computeAll } from '../sweep/crew.ts';
import type { PointJob } from '../sweep/compute.ts';
import { FILE_OPTIONS, Inputs, keyOf } from '../sweep/inputs.ts';
import { type Plan, readPlan, type SweepFlags } from '../sweep/plan.ts';
import { type Assignment, POINT_OPTIONS, withStandards } from '../sweep/point-options.ts';
import { SweepStore } from '../sweep/store.ts';
import { dataFile } from '../ui/data.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics, printNote } from '../ui/messages.ts';
import { startProgress } from '../ui/progress.ts';
import { publish } from '../ui/results.ts';

export interface SweepValues extends SweepFlags {
  readonly store: string;
  readonly output: string | undefined;
  readonly csv: string | undefined;
  readonly front: readonly ComparisonAxis[] | undefined;
  readonly workers: number | undefined;
  readonly quiet: boolean;
  /** Options of points. */
  readonly [option: string]: unknown;
}

type Point = Omit<SweepRecord, 'outcome'>;

export async function sweep(values: SweepValues, io: Io): Promise<ExitCode> {
  const plan = await readPlan(values, namedOptions(values), io);
  const points = await preparePoints(plan, { ...io, cwd: plan.folder });
  if (points.some(({ varied }) => !('timing' in plan.options || 'timing' in varied)))
    printNote('latency is computed cycle by cycle; --timing none leaves it and what it costs out', io);
  const { output, csv, store: folder, workers = io.processors, front, quiet } = values;
  const outputs = [output, csv].filter((path) => path !== undefined);
  await checkOutputs(io, outputs, [values.plan, ...inputPaths(points, { ...io, cwd: plan.folder })]);
  const store = await SweepStore.open(io, folder);
  try {
    printDiagnostics(store.warnings, io);
    const failures = await computeMissing(points, { plan, store, workers }, io);
    // What comes out of a store has the order of the schema; what was just computed gets it too.
    const records = points.map((point) =>
      sweepRecord.schema.parse({ ...point, outcome: store.outcome(point.key) ?? failures.get(point.key) }),
    );
    await publish(io, {
      text: (style) => (quiet ? '' : renderSweepText(records, { ...style, axes: front })),
      files: [
        ...(output === undefined
          ? []
          : [{ path: output, content: records.map((record) => `${JSON.stringify(record)}\n`).join('') }]),
        ...(csv === undefined ? [] : [{ path: csv, content: sweepCsv(records, front) }]),
      ],
    });
    // That single points have none is a result; that none has is none.
    return records.some(({ outcome }) => outcome.status === 'done') ? EXIT.done : EXIT.input;
  } finally {
    await store.close();
  }
}

/** Options of points on the command line. */
function namedOptions(values: SweepValues): Assignment {
  const named: Record<string, string | boolean> = {};
  for (const name of POINT_OPTIONS.keys()) {
    const value = values[name];
    if (typeof value === 'string' || typeof value === 'boolean') named[name] = value;
  }
  return named;
}

/**
 * Every point with all of its options and inputs, and its key. Values that no option takes are named before anything is
 * computed.
 *
 * @param io whose folder is that of the plan
 * @throws DiagnosticError E0103 for a value, E0101, E0104, E0105 for an input
 */
async function preparePoints(plan: Plan, io: Io): Promise<Point[]> {
  const inputs = new Inputs(io);
  const tool = `snnemu ${io.version}`;
  const known = new Map<string, unknown>();
  const read = async (name: string, given: string | boolean): Promise<unknown> => {
    const typed = `${name}=${String(given)}`;
    if (!known.has(typed)) known.set(typed, await POINT_OPTIONS.get(name)!.kind.read(given, name));
    return known.get(typed);
  };
  const points: Point[] = [];
  for (const [k, varied] of plan.varied.entries()) {
    io.signal.throwIfAborted();
    const options = withStandards({ ...plan.options, ...varied });
    const meant = new Map<string, unknown>();
    const own: SweepInput[] = [await inputs.network(plan.network, textOf(options['output-name']))];
    for (const [name, given] of Object.entries(options))
      if (FILE_OPTIONS.has(name)) own.push(await inputs.of(name, String(given)));
      else meant.set(name, await read(name, given));
    const key = keyOf({ tool, folder: plan.folder, inputs: own, options: meant });
    points.push({ format: 'snn-sweep/1', tool, point: k + 1, key, varied, options, inputs: own });
  }
  return points;
}

const textOf = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The files that points are made from, which no output may be. */
const inputPaths = (points: readonly Point[], io: Io): Set<string> =>
  new Set(
    points.flatMap(({ inputs }) => inputs.filter(({ files }) => files > 0).map(({ name }) => dataFile(io, name))),
  );

interface Work {
  readonly plan: Plan;
  readonly store: SweepStore;
  readonly workers: number;
}

/**
 * Computes what the store does not have, each key once.
 *
 * @returns outcomes that are not stored, since they need not come again
 */
async function computeMissing(
  points: readonly Point[],
  { plan, store, workers }: Work,
  io: Io,
): Promise<ReadonlyMap<string, SweepRecord['outcome']>> {
  const missing = new Map<string, Point>();
  let stored = 0;
  for (const point of points)
    if (store.outcome(point.key) !== undefined) stored++;
    else if (!missing.has(point.key)) missing.set(point.key, point);
  const wanted = [...missing.values()];
  const same = points.length - stored - wanted.length;
  printNote(
    `${plural(points.length, 'point')}: ${stored} in the store, ${wanted.length} to be computed${same > 0 ? `, ${same} the same as one of these` : ''}`,
    io,
  );
  const failures = new Map<string, SweepRecord['outcome']>();
  const progress = await startProgress(io, 'sweeping', 'points');
  let done = 0;
  progress.update(done, wanted.length);
  const jobs = wanted.map(({ options }): PointJob => {
    return { network: plan.network, folder: plan.folder, options, version: io.version };
  });
  const entry = workerEntry('bin/commands/sweep-worker', import.meta.url);
  try {
    await computeAll(jobs, { entry, workers, signal: io.signal }, async (index, { outcome, isLasting }) => {
      const point = wanted[index]!;
      if (isLasting) await store.add({ ...point, outcome });
      else failures.set(point.key, outcome);
      progress.update(++done, wanted.length);
    });
    return failures;
  } catch (error) {
    progress.stop();
    if (io.signal.aborted)
      printNote(
        `${done} of ${wanted.length} points were computed and are kept; the same command goes on from there`,
        io,
      );
    throw error;
  } finally {
    progress.stop();
  }
}
