/**
 * Help as the build wrote it down. To lay it out takes the parser, and longer than most commands do, and it comes out alike each
 * time: the build keeps it for the widths that are asked for most, and for others it is laid out.
 */
import { readFileSync } from 'node:fs';
import { columnsOf, STANDARD_WIDTH } from './io.ts';
import { LARGEST_WIDTH, widthOfHelp } from './overview.ts';
import { endWhereUnheard, terminalOf } from './streams.ts';

/** Columns for which the build keeps the help: of pipes and narrow terminals, and of wide ones. */
export const STORED_WIDTHS: readonly number[] = [STANDARD_WIDTH, LARGEST_WIDTH];

/** Where it lies, beside the program. */
export const storedHelpFile = (program: string, width: number): string => `help/${program}-${width}.json`;

/** Arguments as the key of their text: none can hold this character. */
export const keyOfArguments = (argv: readonly string[]): string => argv.join('\0');

/**
 * Prints what the arguments of this process ask for, where it is kept. Touches the process, as process.ts does.
 *
 * @param beside address of the program's module
 * @returns whether it did; where not, the program has to
 */
export function printStoredHelp(program: string, beside: string): boolean {
  const argv = process.argv.slice(2);
  if (!argv.some((argument) => argument === '--help' || argument === 'help' || argument === '--version')) return false;
  const stdout = terminalOf(process.stdout);
  const width = widthOfHelp(columnsOf(stdout, process));
  const text = STORED_WIDTHS.includes(width) ? storedText(program, width, argv, beside) : undefined;
  if (text === undefined) return false;
  endWhereUnheard();
  stdout.write(text);
  return true;
}

function storedText(program: string, width: number, argv: readonly string[], beside: string): string | undefined {
  try {
    const texts = JSON.parse(readFileSync(new URL(storedHelpFile(program, width), beside), 'utf8')) as unknown;
    return new Map(Object.entries(texts as Record<string, string>)).get(keyOfArguments(argv));
  } catch {
    // Nothing is kept beside the sources.
    return undefined;
  }
}
