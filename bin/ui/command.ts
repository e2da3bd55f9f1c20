/** What a command line consists of, as data from which parser, help and completion are made. */
import type { Arguments, InferredOptionTypes, PositionalOptions } from 'yargs';
import type { ExitCode } from './exit.ts';
import type { Io } from './io.ts';
import type { OptionKind, ValueOf } from './option-kinds.ts';

type OptionTable = Readonly<Record<string, OptionKind<unknown>>>;
type OperandTable = Readonly<Record<string, PositionalOptions>>;

/** The values that a command gets. */
export type Values<O extends OptionTable, P extends OperandTable> = {
  readonly [K in keyof O]: ValueOf<O[K]>;
} & Readonly<InferredOptionTypes<P>>;

interface Definition<O extends OptionTable, P extends OperandTable> {
  readonly name: string;
  /** Operands as the help shows them: `<model>`, `[name]`. */
  readonly operands: string;
  readonly summary: string;
  readonly operandTable: P;
  readonly options: O;
  /** Command line → what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** Imports what it needs only when it is called, so that `--help` is quick. */
  readonly run: (values: Values<O, P>, io: Io) => Promise<ExitCode>;
}

export interface Command {
  readonly name: string;
  readonly operands: string;
  readonly summary: string;
  readonly operandTable: OperandTable;
  readonly options: OptionTable;
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** @param given what the parser made of the arguments */
  readonly run: (given: Arguments, io: Io) => Promise<ExitCode>;
}

export interface Program {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

/**
 * The values of what was given, with the types that the tables say.
 *
 * @param given what the parser made of the arguments
 * @throws DiagnosticError E0103
 */
export async function readValues<const O extends OptionTable, const P extends OperandTable>(
  { operandTable, options }: { readonly operandTable: P; readonly options: O },
  given: Readonly<Record<string, unknown>>,
): Promise<Values<O, P>> {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(operandTable)) values[name] = given[name];
  for (const [name, option] of Object.entries(options)) values[name] = await option.read(given[name], name);
  // Operands are what the parser says, options what their rows say: the one place where that is taken on trust.
  return values as Values<O, P>;
}

/** Checks the definition of a command; its `run` gets the values with the types that its tables say. */
export function command<const O extends OptionTable, const P extends OperandTable>(
  definition: Definition<O, P>,
): Command {
  const { run, ...rest } = definition;
  return { ...rest, run: async (given, io) => run(await readValues(rest, given), io) };
}
