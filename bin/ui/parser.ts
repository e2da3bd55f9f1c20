/** Arguments → a command and its values. The parser is a large library: `--help` and `--version` do without. */
import yargs, { type Arguments, type Argv, type Options } from 'yargs';
import { fail } from '../../isa/diagnostics.ts';
import type { Command, Program } from './command.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { inFullWidth, type Io } from './io.ts';
import type { OptionKind } from './option-kinds.ts';
import { EPILOGUE, helpWidth } from './overview.ts';
import { suggestion } from '../../isa/suggest.ts';

/** With this option the completion script of a shell asks what could come next. */
export const COMPLETIONS = 'get-yargs-completions';

/** Arguments after which the parser prints help, or what the help would say. */
const ASKS_FOR_HELP = new RegExp(`^((--)?help|--${COMPLETIONS})(=|$)`);

/** Words of options that have few. */
type Words = ReadonlyMap<OptionKind<unknown>, string[]>;
type Handler = (values: Arguments) => Promise<void>;

/** What of the texts is wanted: the parser lays them out before each command, which costs more than all other parsing. */
interface Texts {
  readonly words: Words;
  readonly isHelpAsked: boolean;
}

/**
 * Runs the command that the arguments name.
 *
 * @returns its exit code; 0 where the arguments ask for help alone
 * @throws DiagnosticError E0107 where the arguments are none that the program takes, and what the command throws
 */
export async function parse(program: Program, argv: readonly string[], io: Io): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const parser = newParser(program, argv, io);
  const texts: Texts = {
    words: argv.includes(`--${COMPLETIONS}`) ? await wordsOf(program, argv) : new Map(),
    isHelpAsked: argv.some((argument) => ASKS_FOR_HELP.test(argument)),
  };
  if (texts.isHelpAsked) parser.epilogue(EPILOGUE);
  for (const entry of program.commands)
    addCommand(parser, program, entry, texts, async (values) => {
      const names = [...Object.keys(entry.operandTable), ...Object.keys(entry.options)];
      const given = { command: entry.name, values: Object.fromEntries(names.map((name) => [name, values[name]])) };
      const own = { ...io, given };
      exit = await entry.run(values, values.wide === true ? inFullWidth(own) : own);
    });
  let printed = '';
  // With a callback yargs hands over its text instead of printing it; faults are thrown by the handler of `fail`.
  await parser.parseAsync(dashesAsValues(argv), {}, (_error, _values, output) => {
    printed = output;
  });
  if (printed !== '') io.stdout.write(`${printed}\n`);
  return exit;
}

function newParser(program: Program, argv: readonly string[], io: Io): Argv {
  const usage = (message: string): never =>
    fail(
      'E0107',
      usageMessage(program, argv, message),
      undefined,
      `${program.name} --help shows the commands and options`,
    );
  return (
    yargs()
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
      .wrap(helpWidth(io))
      // Its own scripts know no fish; only its lists of words are used.
      .completion('completions-of-the-parser', false)
      .fail((message: string | null, error: Error | undefined) => {
        // The parser's own errors are wrong usage too, such as an option at the end that lacks its value.
        if (error !== undefined && error.name !== 'YError') throw error;
        usage(message ?? error?.message ?? 'the arguments could not be read');
      })
  );
}

function addCommand(parser: Argv, program: Program, entry: Command, texts: Texts, handler: Handler): void {
  const { name, operands, summary, operandTable, options } = entry;
  parser.command(
    `${name} ${operands}`.trim(),
    summary,
    (builder) => {
      const rows = rowsOf(options, texts.words);
      for (const [key, operand] of Object.entries(operandTable)) builder.positional(key, operand);
      builder.options(rows).check((values) => givenOnce(values, { ...operandTable, ...rows }));
      if (texts.isHelpAsked) describe(builder, program, entry);
      else for (const key of ['help', 'version', ...Object.keys({ ...operandTable, ...rows })]) builder.hide(key);
      return builder;
    },
    (values) => handler(values),
  );
}

/** What the help of a command says besides its options. */
function describe(builder: Argv, program: Program, { name, operands, summary, examples }: Command): void {
  for (const [line, meaning] of examples) builder.example(`${program.name} ${line}`, meaning);
  builder.usage(`$0 ${name} ${operands}\n\n${summary}`);
}

/** The words of the options that were typed: they are looked up for completion alone, since some load much. */
async function wordsOf({ commands }: Program, argv: readonly string[]): Promise<Words> {
  const words = new Map<OptionKind<unknown>, string[]>();
  for (const [name, option] of commands.flatMap(({ options }) => Object.entries(options)))
    if (option.words !== undefined && argv.includes(`--${name}`)) words.set(option, [...(await option.words())]);
  return words;
}

/** The rows of options as the parser takes them. Words are said to it for completion; otherwise the kind checks them. */
const rowsOf = (options: Command['options'], words: Words): Record<string, Options> =>
  Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const choices = words.get(option);
      return [name, { ...option.row, ...(choices !== undefined && { choices }) }];
    }),
  );

/** Which of two values of an option was meant nobody knows, unless it takes several. */
function givenOnce(
  values: Readonly<Record<string, unknown>>,
  table: Readonly<Record<string, { readonly array?: boolean | undefined }>>,
): true {
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

/**
 * yargs names what it does not know; what was probably meant is added: an option of the command that was given, or a
 * command. An option that another command knows under this very name is said to be one of that command.
 */
function usageMessage({ commands }: Program, argv: readonly string[], message: string): string {
  const command = commands.find(({ name }) => name === argv[0]);
  const [first = '', ...more] = /^Unknown (?:arguments?|commands?): (.*)$/.exec(message)?.[1]?.split(', ') ?? [];
  if (first === '')
    return `${message.charAt(0).toLowerCase()}${message.slice(1)}${command === undefined ? '' : misplaced(command, argv)}`;
  const own = command === undefined ? commands : [command];
  const options = own.flatMap((entry) => [...Object.keys(entry.options), ...aliases(entry)]);
  const known = command === undefined ? [...options, ...commands.map(({ name }) => name)] : options;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const meant = command?.options[first] === undefined ? synonymOf(first, known) : undefined;
  const hint = meant === undefined ? suggestion(first.slice(0, 64), known) : `; did you mean "${meant}"?`;
  return `unknown argument "${first}"${others}${hint}`;
}

/** Names under which commands take their samples: who knows one of them means that of the command that was given. */
const SAMPLE_OPTIONS = ['input', 'data', 'calibrate'];

const synonymOf = (typed: string, known: readonly string[]): string | undefined =>
  SAMPLE_OPTIONS.includes(typed) ? SAMPLE_OPTIONS.find((name) => known.includes(name)) : undefined;

/** Where an argument is missing: the option that was given in its place, which is another command's. */
function misplaced({ options }: Command, argv: readonly string[]): string {
  const given = argv.flatMap((argument) => /^--([^=]+)/.exec(argument)?.[1] ?? []);
  const unknown = given.find((name) => !(name in options) && synonymOf(name, Object.keys(options)) !== undefined);
  return unknown === undefined
    ? ''
    : `; "${unknown}" is not known here, did you mean "${synonymOf(unknown, Object.keys(options))!}"?`;
}

const aliases = ({ options }: Command): string[] =>
  Object.values(options).flatMap(({ row: { alias } }) => (alias === undefined ? [] : [alias].flat()));
