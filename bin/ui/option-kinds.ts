/**
 * Options by kind: a row says what an option accepts, and from it come the help, the completion, the check of what was
 * typed, and the type of the value that a command gets. What checks is loaded when there is something to check.
 */
import type { Options } from 'yargs';
import type { NamedRule } from '../../compiler/ir/named-rules.ts';

/** An option whose value is a V. */
export interface OptionKind<V> {
  /** For the parser and its help. */
  readonly row: Options;
  /**
   * The value of what was typed.
   *
   * @param given by the parser; undefined where the option is absent
   * @param name of the option, for messages
   * @throws DiagnosticError E0103
   */
  readonly read: (given: unknown, name: string) => V | Promise<V>;
  /** The words that can be its value, where those are few. */
  readonly words?: () => Promise<readonly string[]>;
}

/** The value that an option gives. */
export type ValueOf<K> = K extends OptionKind<infer V> ? V : never;

/** What all kinds that take a value have in common. */
interface About<V> {
  readonly describe: string;
  readonly alias?: string;
  /** The value where the option is absent. */
  readonly default?: V;
  /** The option must be there. */
  readonly required?: boolean;
}

/** undefined is among the values of an option that can be absent and has no default. */
type Given<V, A extends About<V>> = A extends { readonly default: V } | { readonly required: true } ? V : V | undefined;

/** Known at once, or once a module is loaded that is too large for `--help`. */
type Late<T> = T | (() => Promise<T>);

const known = async <T extends readonly unknown[] | number>(value: Late<T>): Promise<T> =>
  typeof value === 'function' ? value() : value;

/** An option that is there or not. */
export const flag = (describe: string): OptionKind<boolean> => ({
  row: { type: 'boolean', default: false, describe },
  read: (given) => given === true,
});

/** One of some words, or numbers. */
export const choice = <const W extends string | number, const A extends About<W>>(
  words: Late<readonly W[]>,
  about: A,
): OptionKind<Given<W, A>> => ({
  ...valued<W, A>(about, async (text, name) => {
    const { oneOf } = await import('./values.ts');
    return oneOf(name, text, await known<readonly W[]>(words));
  }),
  words: async () => (await known<readonly W[]>(words)).map(String),
});

/** Whether a word behind an option is the name of a JSON file. */
export const isJsonFile = (text: string): text is JsonFile => text.endsWith('.json');

export type JsonFile = `${string}.json`;

/** As a choice, or a JSON file that says more than a word could. */
export function choiceOrFile<V extends string>(
  { row, read, words }: OptionKind<V>,
  or: string,
): OptionKind<V | JsonFile> {
  return {
    row: { ...row, describe: `${row.describe}; ${or}` },
    read: (given, name) => (typeof given === 'string' && isJsonFile(given) ? given : read(given, name)),
    ...(words !== undefined && { words }),
  };
}

/** A whole number from `min` to `max`. */
export const integer = <const A extends About<number>>(
  min: number,
  max: Late<number>,
  about: A,
): OptionKind<Given<number, A>> =>
  valued<number, A>(about, async (text, name) => {
    const { wholeNumber } = await import('./values.ts');
    return wholeNumber(name, text, min, await known(max));
  });

/** A number above zero. */
export const positive = <const A extends About<number>>(about: A): OptionKind<Given<number, A>> =>
  valued<number, A>(about, async (text, name) => (await import('./values.ts')).positiveNumber(name, text));

/**
 * What only a function can read.
 *
 * @param load loads the function, which throws E0103
 */
export const rule = <V, const A extends About<V>>(
  load: () => Promise<(text: string, name: string) => V>,
  about: A,
): OptionKind<Given<V, A>> => valued<V, A>(about, async (text, name) => (await load())(text, name));

/** A file, a name, or what can be read only together with a file. */
export const text = <const A extends About<string>>(about: A): OptionKind<Given<string, A>> =>
  valued<string, A>(about, (given) => given);

/** One of some words for all nodes of a NIR graph, or for nodes by name. */
export const choicePerNode = <const W extends string>(words: () => Promise<readonly W[]>, describe: string) => ({
  ...valued<W | readonly NamedRule<W>[], About<W | readonly NamedRule<W>[]>>({ describe }, async (text, name) => {
    const [{ oneOf, perNode }, known] = await Promise.all([import('./values.ts'), words()]);
    return perNode(text, (part) => oneOf(name, part, known));
  }),
  words,
});

/** Texts of an option that may be repeated. */
export const texts = (describe: string): OptionKind<readonly string[] | undefined> => ({
  row: { type: 'string', array: true, nargs: 1, requiresArg: true, describe },
  read: (given) => given as readonly string[] | undefined,
});

/**
 * Several words behind one option, which only a function can read.
 *
 * @param load loads the function, which throws E0103
 */
export const words = <V>(
  load: () => Promise<(words: readonly string[], name: string) => V>,
  { describe, count }: { readonly describe: string; readonly count: number },
): OptionKind<V | undefined> => ({
  row: { type: 'string', array: true, nargs: count, requiresArg: true, describe },
  read: async (given, name) => (given === undefined ? undefined : (await load())(given as readonly string[], name)),
});

/** A file, or nothing behind the option: then stdout. */
export const destination = (describe: string): OptionKind<string | undefined> => ({
  row: { type: 'string', describe },
  read: (given) => given as string | undefined,
});

function valued<V, A extends About<V>>(
  about: A,
  read: (text: string, name: string) => V | Promise<V>,
): OptionKind<Given<V, A>> {
  const { describe, alias, default: standard, required } = about;
  return {
    row: {
      type: 'string',
      requiresArg: true,
      describe,
      ...(alias !== undefined && { alias }),
      ...(standard !== undefined && { default: String(standard) }),
      ...(required === true && { demandOption: true }),
    },
    // The parser sees to it that an option that is required, or has a default, is not absent.
    read: (given, name) => (given === undefined ? undefined : read(given as string, name)) as Given<V, A>,
  };
}
