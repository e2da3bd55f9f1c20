/** An evaluation as an array job of Slurm: a script of which every task evaluates a part. */
import type { OptionKind } from '../ui/option-kinds.ts';
import { arrayJob, operand, optionWord, PROGRAM, TASK, THREADS } from '../ui/array-job.ts';
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

/** The script; what is merged in the end is not merged by a task. */
export function slurmScript({ chip, options, given, results, file, folder, tasks }: EvalJob): string {
  const words = Object.entries(options).flatMap(([name, { row }]) => {
    const value = given[name] as string | number | boolean | readonly string[] | undefined;
    if (value === undefined || value === false || String(value) === String(row.default)) return [];
    if (value === true) return [`--${name}`];
    return [value].flat().map((each) => optionWord(name, each));
  });
  const parts = Array.from({ length: tasks }, (_, k) => quoted(`${file}.part-${k + 1}.gz`));
  const merged = [operand(chip), ...parts, ...results.map(([name, value]) => optionWord(name, value))];
  return arrayJob({
    ...{ name: 'eval', tasks, folder },
    lines: [
      `part="${TASK}"`,
      `${PROGRAM} eval ${[operand(chip), ...words].join(' ')} --part "$part/${tasks}" -o ${quoted(`${file}.part-`)}"$part.gz" --workers ${THREADS}`,
    ],
    last: ['adds them up', `${PROGRAM} merge ${merged.join(' ')}`],
  });
}
