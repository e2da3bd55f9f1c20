/** Array jobs of Slurm: scripts of which every task computes a part. */
import { quoted } from './command-text.ts';

/** The program, as the script starts it: `snnemu`, or what SNNEMU says, as in `SNNEMU="npx snnemu" sbatch job.sh`. */
export const PROGRAM = '${SNNEMU:-snnemu}';
/** Number of the task, from 1. */
export const TASK = '${SLURM_ARRAY_TASK_ID:?a task of an array job has it}';
/** Threads of a task. */
export const THREADS = '"${SLURM_CPUS_PER_TASK:-1}"';

/** A file that the command is about, as a word: none is taken for an option. */
export const operand = (file: string): string => quoted(file.startsWith('-') ? `./${file}` : file);

/** An option with its value, as a word. */
export const optionWord = (name: string, value: unknown): string => quoted(`--${name}=${String(value)}`);

interface ArrayJob {
  readonly name: string;
  readonly tasks: number;
  /** Folder that names of files are relative to. */
  readonly folder: string;
  /** Lines of a task. */
  readonly lines: readonly string[];
  /** What is to be done when all tasks are: in words, and the line. */
  readonly last: readonly [what: string, line: string];
}

export const arrayJob = ({ name, tasks, folder, lines, last: [what, line] }: ArrayJob): string => `#!/usr/bin/env bash
#SBATCH --job-name=snnemu-${name}
#SBATCH --array=1-${tasks}
#SBATCH --cpus-per-task=1
set -euo pipefail
cd ${quoted(folder)}
${lines.join('\n')}
# When all tasks are done, this ${what}: (cd ${quoted(folder)} && ${line})
`;
