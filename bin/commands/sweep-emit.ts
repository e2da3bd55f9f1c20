/** `snnemu sweep --emit`: the sweep as a script, instead of its results. */
import { resolve } from 'node:path';
import { fail } from '../../isa/index.ts';
import { plural } from '../../report/index.ts';
import type { Assignment } from '../sweep/point-options.ts';
import type { Point } from '../sweep/points.ts';
import { slurmScript, type SweepLine } from '../sweep/slurm.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { publish } from '../ui/results.ts';
import type { Emitted } from './emitted.ts';
import type { SweepValues } from './sweep-values.ts';

/** More tasks than that are more than the usual limit of an array. */
const MOST_TASKS = 100;

/** Flags that say what the points are, or where they go. */
const OF_THE_PLAN = ['grid', 'range', 'samples', 'sampling', 'sampling-seed'] as const;
const OF_THE_RESULTS = ['output', 'csv', 'html', 'front'] as const;

/**
 * @param given options of points on the command line
 * @param inputs files that the script may not overwrite
 */
export async function emitSweep(
  { file }: Emitted,
  { values, given, points, inputs }: EmittedSweep,
  io: Io,
): Promise<ExitCode> {
  for (const beside of ['queue', 'part'] as const)
    if (values[beside] !== undefined)
      fail('E0107', `--${beside} beside --emit: the script says itself who computes which points`);
  await checkOutputs(io, [file], inputs);
  const keys = new Set(points.map(({ record }) => record.key)).size;
  const tasks = values.tasks ?? Math.min(keys, MOST_TASKS);
  const line = { plan: values.plan, options: given, flags: flagsOf(values, OF_THE_PLAN) };
  const results = flagsOf(values, OF_THE_RESULTS);
  const script = slurmScript({ line, results, store: values.store, folder: resolve(io.cwd), tasks });
  const text = `${plural(points.length, 'point')} in ${plural(tasks, 'task')}: sbatch ${file}\n`;
  await publish(io, { text: () => text, files: [{ path: file, content: script }] });
  return EXIT.done;
}

interface EmittedSweep {
  readonly values: SweepValues;
  readonly given: Assignment;
  readonly points: readonly Point[];
  readonly inputs: readonly string[];
}

const flagsOf = (values: SweepValues, names: readonly string[]): SweepLine['flags'] =>
  names.flatMap((name) => {
    const value = values[name] as string | number | readonly string[] | undefined;
    if (value === undefined) return [];
    if (typeof value !== 'object') return [[name, String(value)] as const];
    return name === 'front' ? [[name, value.join(',')] as const] : value.map((each) => [name, each] as const);
  });
