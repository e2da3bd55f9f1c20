/** An evaluation as an array job of Slurm: a script of which every task evaluates a part. */
import type { OptionKind } from '../ui/option-kinds.ts';
import { quoted } from '../ui/command-text.ts';

interface EvalJob {
  readonly chip: string;
  /** Options of the command that are not those of a part or of its results, and what was given for them. */
  readonly options: Readonly<Record<string, OptionKind<unknown>>>;
  readonly given: Readonly<Record<string, unknown>>;
  /** What only who merges needs: `--json`, `--csv`. */
  readonly results: readonly (readonly [name: string, value: string])[];
  /** Of the script, and what its parts are called by. */
  readonly file: string;
  /** Folder that names of files are relative to. */
  readonly folder: string;
  readonly tasks: number;
}

/** The script. The program is `snnemu`, or what SNNEMU says: `SNNEMU="npx snnemu" sbatch eval.sh`. */
export function slurmScript({ chip, options, given, results, file, folder, tasks }: EvalJob): string {
  const words = Object.entries(options).flatMap(([name, { row }]) => {
    const value = given[name] as string | number | boolean | readonly string[] | undefined;
    if (value === undefined || value === false || String(value) === String(row.default)) return [];
    if (value === true) return [`--${name}`];
    return [value].flat().map((each) => quoted(`--${name}=${String(each)}`));
  });
  const operand = quoted(chip.startsWith('-') ? `./${chip}` : chip);
  const program = '${SNNEMU:-snnemu}';
  const parts = Array.from({ length: tasks }, (_, k) => quoted(`${file}.part-${k + 1}.gz`));
  const merged = results.map(([name, value]) => ` ${quoted(`--${name}=${value}`)}`).join('');
  return `#!/usr/bin/env bash
#SBATCH --job-name=snnemu-eval
#SBATCH --array=1-${tasks}
#SBATCH --cpus-per-task=1
set -euo pipefail
cd ${quoted(folder)}
part="\${SLURM_ARRAY_TASK_ID:?a task of an array job has it}"
${program} eval ${[operand, ...words].join(' ')} --part "$part/${tasks}" -o ${quoted(`${file}.part-`)}"$part.gz" --workers "\${SLURM_CPUS_PER_TASK:-1}"
# When all tasks are done, this adds them up: (cd ${quoted(folder)} && ${program} merge ${operand} ${parts.join(' ')}${merged})
`;
}
