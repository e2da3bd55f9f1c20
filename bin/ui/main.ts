/** From arguments to an exit code. */
import yargs, { type Argv } from 'yargs';
import { diagnostic, type DiagnosticCode, DiagnosticError, fail } from '../../isa/diagnostics.ts';
import type { Command, Program } from './command.ts';
import { EXIT, exitCodeOf, type ExitCode } from './exit.ts';
import { Interruption, type Io } from './io.ts';
import { suggestion } from './suggest.ts';

const HELP_WIDTH = 110;
const EPILOGUE = `Exit codes: 0 done, 1 internal fault, 2 wrong usage, 3 an input is missing, invalid or does not fit,
4 a comparison or self-test found a difference, 5 a deadline was missed, 130 interrupted.`;

/**
 * Runs one command line.
 *
 * @param argv arguments without interpreter and script
 * @returns the exit code; never throws
 */
export async function main(program: Program, argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    refuseLater(program, argv);
    return await parse(program, argv, io);
  } catch (error) {
    return await explain(error, io);
  }
}

async function parse(program: Program, argv: readonly string[], io: Io): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const parser = newParser(program, io);
  for (const entry of program.commands)
    addCommand(parser, program, entry, async (values) => {
      exit = await entry.run(values, io);
    });
  let printed = '';
  // With a callback yargs hands over its text instead of printing it; faults are thrown by the handler of `fail`.
  await parser.parseAsync(dashesAsValues(argv), {}, (_error, _values, output) => {
    printed = output;
  });
  if (printed !== '') io.stdout.write(`${printed}\n`);
  return exit;
}

function newParser(program: Program, io: Io): Argv {
  const usage = (message: string): never =>
    fail('E0107', usageMessage(program, message), undefined, `${program.name} --help shows the commands and options`);
  return yargs()
    .scriptName(program.name)
    .usage(`${program.summary}\n\n$0 <command> …`)
    .exitProcess(false)
    .detectLocale(false)
    .parserConfiguration({
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      // Otherwise `--no-json` would be false where a text is expected.
      'boolean-negation': false,
    })
    .strict()
    .demandCommand(1, 'no command was given')
    .showHelpOnFail(false)
    .version(`${program.name} ${io.version}`)
    .wrap(Math.min(HELP_WIDTH, io.stdout.columns ?? HELP_WIDTH))
    .epilogue(EPILOGUE)
    .completion('completion', 'print a completion script for the shell')
    .fail((message: string | null, error: Error | undefined) => {
      // The parser's own errors are wrong usage too, such as an option at the end that lacks its value.
      if (error !== undefined && error.name !== 'YError') throw error;
      usage(message ?? error?.message ?? 'the arguments could not be read');
    });
}

function addCommand(parser: Argv, program: Program, entry: Command, handler: (values: never) => Promise<void>): void {
  const { name, operands, summary, operandTable, options, examples } = entry;
  parser.command(
    `${name} ${operands}`.trim(),
    summary,
    (builder) => {
      for (const [key, operand] of Object.entries(operandTable)) builder.positional(key, operand);
      for (const [line, meaning] of examples) builder.example(`${program.name} ${line}`, meaning);
      return builder
        .options(options)
        .usage(`$0 ${name} ${operands}\n\n${summary}`)
        .check((values) => givenOnce(values, { ...operandTable, ...options }));
    },
    (values) => handler(values as never),
  );
}

/** Which of two values of an option was meant nobody knows, unless it takes several. */
function givenOnce(values: Readonly<Record<string, unknown>>, table: Command['operandTable' | 'options']): true {
  for (const [key, value] of Object.entries(values))
    if (key !== '_' && Array.isArray(value) && table[key]?.array !== true)
      fail('E0107', `--${key} was given more than once`);
  return true;
}

/** A lone dash behind `--json` is its value; yargs takes it for an operand. */
function dashesAsValues(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of argv) {
    if (argument === '-' && joined.at(-1) === '--json') joined[joined.length - 1] = '--json=-';
    else joined.push(argument);
  }
  return joined;
}

/** Options and commands that are planned do not do something else meanwhile. */
function refuseLater({ name, later }: Program, argv: readonly string[]): void {
  const words = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  const [first] = words;
  if (first !== undefined && later.commands.includes(first))
    fail('E0106', `${name} ${first} is not available in this version`, undefined, `${name} --help shows what is`);
  for (const word of words) {
    const option = /^--(?:no-)?([a-z-]+)(?:=|$)/.exec(word)?.[1];
    if (option !== undefined && later.options.includes(option))
      fail('E0106', `--${option} is not available in this version`, undefined, `${name} --help shows what is`);
  }
}

/** yargs names what it does not know; what was probably meant is added. */
function usageMessage({ commands }: Program, message: string): string {
  const [first = '', ...more] = /^Unknown (?:arguments?|commands?): (.*)$/.exec(message)?.[1]?.split(', ') ?? [];
  if (first === '') return message.charAt(0).toLowerCase() + message.slice(1);
  const options = commands.flatMap((entry) => [...Object.keys(entry.options), ...aliases(entry)]);
  const known = [...options, ...commands.map((entry) => entry.name)];
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `unknown argument "${first}"${others}${suggestion(first.slice(0, 64), known)}`;
}

const aliases = ({ options }: Command): string[] =>
  Object.values(options).flatMap(({ alias }) => (alias === undefined ? [] : [alias].flat()));

/** Prints why a command ended early. */
async function explain(error: unknown, io: Io): Promise<ExitCode> {
  if (error instanceof Interruption || (io.signal.aborted && error === io.signal.reason)) {
    io.stderr.write('interrupted\n');
    return EXIT.interrupted;
  }
  const { printDiagnostics } = await import('./messages.ts');
  if (error instanceof DiagnosticError) {
    printDiagnostics(error.diagnostics, io);
    const first = error.diagnostics.find(({ severity }) => severity === 'error');
    return first === undefined ? EXIT.fault : exitCodeOf(first.code);
  }
  const code: DiagnosticCode = 'E0901';
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const remedy =
    'this is a fault of the program: please report it, with the command and its files; SNNC_DEBUG=1 prints where';
  printDiagnostics([diagnostic(code, message, undefined, remedy)], io);
  if (io.env.SNNC_DEBUG === '1' && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
  return exitCodeOf(code);
}
