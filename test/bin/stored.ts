/** What the build wrote down of the help, by the words of a command. */
import { readFileSync } from 'node:fs';
import { keyOfArguments, storedHelpFile } from '../../bin/ui/stored-help.ts';

export function storedHelp(line: string, width: number): string | undefined {
  const [program, ...argv] = line.split(' ') as [string, ...string[]];
  const path = new URL(`../../dist/bundle/${storedHelpFile(program, width)}`, import.meta.url);
  const texts = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  return texts[keyOfArguments(argv)];
}
