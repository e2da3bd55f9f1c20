/** The command line that runs, as a shell takes it again. */
import type { Io } from './io.ts';

/** Words that a shell leaves as they are. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** @returns undefined where nothing was typed */
export const commandText = ({ commandLine }: Io): string | undefined =>
  commandLine?.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ');
