/** A sweep as an array job of Slurm: a script of which every task computes its part of the plan. */
import { quoted } from '../ui/command-text.ts';
import type { Assignment } from './point-options.ts';

/** What else than options of points stands on the command line of a sweep. */
export interface SweepLine {
  readonly plan: string;
  readonly options: Assignment;
  /** Values of --grid, --range, --set, and the others: name → value, each as it was typed. */
  readonly flags: readonly (readonly [name: string, value: string | true])[];
}

interface ArrayJob {
  readonly line: SweepLine;
  /** What only who collects the results needs: `-o`, `--csv`, `--front`. */
  readonly results: SweepLine['flags'];
  readonly store: string;
  /** Folder that names of files are relative to. */
  readonly folder: string;
  readonly tasks: number;
}

/**
 * The script. The program is `snnemu`, or what SNNEMU says: `SNNEMU="npx snnemu" sbatch sweep.sh`. Tasks share the store and
 * each appends to a file of its own there.
 */
export function slurmScript({ line, results, store, folder, tasks }: ArrayJob): string {
  const { plan, options, flags } = line;
  const optionFlags = Object.entries(options)
    .filter(([name, value]) => value !== false && !name.startsWith('target.'))
    .map(([name, value]) => [name, value as string | true] as const);
  const settings = Object.entries(options)
    .filter(([name]) => name.startsWith('target.'))
    .map(([name, value]) => ['set', `${name.slice('target.'.length)}=${String(value)}`] as const);
  const words = (all: SweepLine['flags']): string =>
    all.map(([name, value]) => (value === true ? ` --${name}` : ` ${quoted(`--${name}=${value}`)}`)).join('');
  const sweep = `sweep ${quoted(plan.startsWith('-') ? `./${plan}` : plan)}${words([...optionFlags, ...settings, ...flags, ['store', store]])}`;
  return `#!/usr/bin/env bash
#SBATCH --job-name=snnemu-sweep
#SBATCH --array=1-${tasks}
#SBATCH --cpus-per-task=1
set -euo pipefail
cd ${quoted(folder)}
\${SNNEMU:-snnemu} ${sweep} --part "\${SLURM_ARRAY_TASK_ID:?a task of an array job has it}/${tasks}" --workers "\${SLURM_CPUS_PER_TASK:-1}" --quiet
# When all tasks are done, this shows what they computed: (cd ${quoted(folder)} && \${SNNEMU:-snnemu} ${sweep}${words(results)})
`;
}
