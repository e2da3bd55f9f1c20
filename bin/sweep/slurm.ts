/** A sweep as an array job of Slurm: a script of which every task computes its part of the plan. */
import { arrayJob, operand, optionWord, PROGRAM, TASK, THREADS } from '../ui/array-job.ts';
import type { Assignment } from './point-options.ts';

/** What else than options of points stands on the command line of a sweep. */
export interface SweepLine {
  readonly plan: string;
  readonly options: Assignment;
  /** Values of --grid, --range, --set, and the others: name → value, each as it was typed. */
  readonly flags: readonly (readonly [name: string, value: string | true])[];
}

interface SweepJob {
  readonly line: SweepLine;
  /** What only who collects the results needs: `-o`, `--csv`, `--front`. */
  readonly results: SweepLine['flags'];
  readonly store: string;
  /** Folder that names of files are relative to. */
  readonly folder: string;
  readonly tasks: number;
}

/** The script. Tasks share the store and each appends to a file of its own there. */
export function slurmScript({ line, results, store, folder, tasks }: SweepJob): string {
  const { plan, options, flags } = line;
  const optionFlags = Object.entries(options)
    .filter(([name, value]) => value !== false && !name.startsWith('target.'))
    .map(([name, value]) => [name, value as string | true] as const);
  const settings = Object.entries(options)
    .filter(([name]) => name.startsWith('target.'))
    .map(([name, value]) => ['set', `${name.slice('target.'.length)}=${String(value)}`] as const);
  const words = (all: SweepLine['flags']): string =>
    all.map(([name, value]) => (value === true ? ` --${name}` : ` ${optionWord(name, value)}`)).join('');
  const sweep = `${PROGRAM} sweep ${operand(plan)}${words([...optionFlags, ...settings, ...flags, ['store', store]])}`;
  return arrayJob({
    ...{ name: 'sweep', tasks, folder },
    lines: [`${sweep} --part "${TASK}/${tasks}" --workers ${THREADS} --quiet`],
    last: ['shows what they computed', `${sweep}${words(results)}`],
  });
}
