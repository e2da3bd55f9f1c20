/** `snnemu sweep` */
import { resolve } from 'node:path';
import { sweepRecord, type SweepRecord } from '../../isa/index.ts';
import { workerEntry } from '../../emulator/index.ts';
import { plural, renderSweepText } from '../../report/index.ts';
import type { QueuePool } from '../queue/watch.ts';
import type { RedisAddress } from '../queue/address.ts';
import { computeAll, Crew, type PointPool } from '../sweep/crew.ts';
import type { PointJob } from '../sweep/compute.ts';
import { partName, pointsOfPart } from '../sweep/part.ts';
import { type Plan, readPlan } from '../sweep/plan.ts';
import { inputPaths, namedOptions, type Point, preparePoints } from '../sweep/points.ts';
import { POINTS, Store } from '../sweep/store.ts';
import { emitSweep } from './sweep-emit.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics, printNote } from '../ui/messages.ts';
import { startProgress } from '../ui/progress.ts';
import { publish } from '../ui/results.ts';
import { sweepResultPaths, sweepResults } from './sweep-results.ts';
import type { SweepValues } from './sweep-values.ts';

export async function sweep(values: SweepValues, io: Io): Promise<ExitCode> {
  const given = namedOptions(values);
  const plan = await readPlan(values, given, io);
  const all = await preparePoints(plan, `snnemu ${io.version}`, { ...io, cwd: plan.folder });
  const { part } = values;
  const points = part === undefined ? all : pointsOfPart(all, part);
  if (points.some(({ record: { varied } }) => !('timing' in plan.options || 'timing' in varied)))
    printNote('latency is computed cycle by cycle; --timing none leaves it and what it costs out', io);
  const { store: folder, workers = io.processors, front, quiet, emit } = values;
  const inputs = [values.plan, ...inputPaths(points, { ...io, cwd: plan.folder })];
  if (emit !== undefined) return emitSweep(emit, { values, given, points, inputs }, io);
  await checkOutputs(io, sweepResultPaths(values), inputs);
  const store = await Store.open(io, folder, POINTS, part && partName(part));
  try {
    printDiagnostics(store.warnings, io);
    const work = { plan, store, workers, folder: resolve(io.cwd, folder), queue: values.queue, shared: values.shared };
    const failures = await computeMissing(points, work, io);
    // What comes out of a store has the order of the schema; what was just computed gets it too.
    const records = points.map(({ record }) =>
      sweepRecord.schema.parse({ ...record, outcome: store.outcome(record.key) ?? failures.get(record.key) }),
    );
    await publish(io, {
      text: (style) => (quiet ? '' : renderSweepText(records, { ...style, axes: front })),
      files: await sweepResults(records, values, io),
    });
    // That single points have none is a result; that none has is none.
    return records.length === 0 || records.some(({ outcome }) => outcome.status === 'done') ? EXIT.done : EXIT.input;
  } finally {
    await store.close();
  }
}

/** Its libraries are loaded for it alone. */
const openQueue = async (...given: Parameters<typeof QueuePool.open>): Promise<QueuePool> =>
  (await import('../queue/watch.ts')).QueuePool.open(...given);

interface Work {
  readonly plan: Plan;
  readonly store: Store<SweepRecord>;
  /** Path of the store. */
  readonly folder: string;
  readonly workers: number;
  readonly queue: RedisAddress | undefined;
  readonly shared: string | undefined;
}

/**
 * Computes what the store does not have, each key once.
 *
 * @returns outcomes that are not stored, since they need not come again
 */
async function computeMissing(
  points: readonly Point[],
  { plan, store, folder, workers, queue, shared }: Work,
  io: Io,
): Promise<ReadonlyMap<string, SweepRecord['outcome']>> {
  const missing = new Map<string, Point>();
  let stored = 0;
  for (const point of points)
    if (store.outcome(point.record.key) !== undefined) stored++;
    else if (!missing.has(point.record.key)) missing.set(point.record.key, point);
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
  const sharing = new Map<string, number>();
  for (const { buildKey } of wanted) sharing.set(buildKey, (sharing.get(buildKey) ?? 0) + 1);
  const jobs = wanted.map(({ record: { options }, buildKey }): PointJob => {
    const { network, folder: of } = plan;
    const keepsBuild = sharing.get(buildKey)! > 1;
    return { network, folder: of, options, version: io.version, store: folder, buildKey, keepsBuild };
  });
  try {
    const pool: PointPool<PointJob, SweepRecord['outcome']> =
      queue === undefined
        ? new Crew({ entry: workerEntry('sweep-worker'), workers, signal: io.signal })
        : await openQueue({ address: queue, shared, points, wanted, folder: plan.folder }, io);
    await computeAll(jobs, pool, async (index, { outcome, isLasting }) => {
      const { record } = wanted[index]!;
      if (isLasting) await store.add({ ...record, outcome });
      else failures.set(record.key, outcome);
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
