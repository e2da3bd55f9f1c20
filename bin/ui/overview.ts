/** What `--help` and `--version` print where no command is named: made from the table of commands, without the parser. */
import type { Program } from './command.ts';
import { columnsOf, type Io, STANDARD_WIDTH } from './io.ts';

/** Longer lines are hard to read, however wide the terminal. */
export const LARGEST_WIDTH = 110;

export const EPILOGUE = `Exit codes: 0 done, 1 internal fault, 2 wrong usage, 3 an input is missing,
invalid or does not fit, 4 a comparison or self-test found a difference,
5 a deadline was missed, 130 interrupted (143 by SIGTERM).`;

/** Columns of a help text, where the terminal has so many: undefined in a pipe. */
export const widthOfHelp = (columns: number | undefined): number => Math.min(LARGEST_WIDTH, columns ?? STANDARD_WIDTH);

export const helpWidth = (io: Io): number => widthOfHelp(columnsOf(io.stdout, io));

/** The commands of a program, or its version; undefined where the arguments ask for something else. */
export function overview(program: Program, argv: readonly string[], io: Io): string | undefined {
  const [only, ...others] = argv;
  if (others.length > 0) return undefined;
  if (only === '--version') return `${program.name} ${io.version}`;
  return only === '--help' || only === 'help' ? help(program, helpWidth(io)) : undefined;
}

function help({ name, summary, commands }: Program, width: number): string {
  const rows = commands.map((entry) => [`${entry.name} ${entry.operands}`.trim(), entry.summary] as const);
  return [
    ...brokenAt(summary, width),
    '',
    `${name} <command> …`,
    '',
    'Commands:',
    ...columns(
      rows.map(([line, meaning]) => [`${name} ${line}`, meaning]),
      width,
    ),
    '',
    'Options:',
    ...columns(
      [
        ['--help', `of ${name} or of a command, as in ${name} ${commands[0]!.name} --help`],
        ['--version', 'show the version'],
      ],
      width,
    ),
    '',
    EPILOGUE,
  ].join('\n');
}

/** Two columns; the second one is broken at blanks, and its further lines are indented. */
function columns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const indent = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows.flatMap(([left, right]) =>
    brokenAt(right, width - indent).map((line, k) => (k === 0 ? `  ${left}` : '').padEnd(indent) + line),
  );
}

/** Lines of at most so many characters, as far as the words allow. */
function brokenAt(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)!} ${word}`;
    if (lines.length === 0 || longer.length > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
