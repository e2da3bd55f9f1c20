/** What a command line consists of, as data from which parser, help and completion are made. */
import type { Arguments, InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import type { ExitCode } from './exit.ts';
import type { Io } from './io.ts';

type OptionTable = Readonly<Record<string, Options>>;
type OperandTable = Readonly<Record<string, PositionalOptions>>;

/** The values that a command gets. */
export type Values<O extends OptionTable, P extends OperandTable> = InferredOptionTypes<O> & InferredOptionTypes<P>;

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
  readonly run: (values: Arguments, io: Io) => Promise<ExitCode>;
}

/** A part of the planned command line that this version does not have. */
export interface Later {
  readonly commands: readonly string[];
  /** Without the dashes. */
  readonly options: readonly string[];
}

export interface Program {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
  readonly later: Later;
}

/** Checks the definition of a command; its `run` gets the values with the types that its tables say. */
export function command<const O extends OptionTable, const P extends OperandTable>(
  definition: Definition<O, P>,
): Command {
  const { run, ...rest } = definition;
  // The parser delivers what the tables say: the one place where that is taken on trust.
  return { ...rest, run: (values, io) => run(values as unknown as Values<O, P>, io) };
}
