/** Command lines, as a shell takes them again. */
import type { Io } from './io.ts';

/** A word of bash, in one line whatever is in it. */
export function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!/\p{Cc}/u.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  const escaped = word.replace(/[\p{Cc}\\']/gu, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `$'${escaped}'`;
}

/** The one that runs; undefined where nothing was typed. */
export const commandText = ({ commandLine }: Io): string | undefined => commandLine?.map(quoted).join(' ');
