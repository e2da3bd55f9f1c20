/** `--emit slurm FILE`: a script of the command, instead of its results. */
import { fail } from '../../isa/index.ts';

/** Kind of script and file. */
export interface Emitted {
  readonly kind: 'slurm';
  readonly file: string;
}

/** @throws DiagnosticError E0103 */
export function emitted(words: readonly string[], option: string): Emitted {
  const [kind, file, ...more] = words;
  if (kind === 'slurm' && file !== undefined && more.length === 0) return { kind, file };
  return fail(
    'E0103',
    `--${option} is followed by the kind of script and its file`,
    undefined,
    'write --emit slurm job.sh',
  );
}
