/**
 * The instruction set: one row per instruction, each in its file of ops/. Encoder, decoder, assembler, disassembler,
 * verifier, the tables of spec/isa.md and the generators of the property tests derive from this table.
 */
import type {
  EventInstruction,
  FieldValues,
  OrderInstruction,
  ResetInstruction,
  Row,
  TickInstruction,
} from './instruction/row.ts';
import { OPS } from './ops/generated/index.ts';

export type { Field } from './instruction/fields.ts';
export type { Layout, Row } from './instruction/row.ts';
export { OPS };

export type Mnemonic = keyof typeof OPS;

type Operations = {
  readonly [M in Mnemonic]: { readonly op: M; readonly fields: FieldValues<(typeof OPS)[M]['words']> };
};

/** A decoded instruction of certain mnemonics: which one it is and the value of every field. */
export type OperationOf<M extends Mnemonic> = Operations[M];

/** The value of every field of a certain instruction. */
export type FieldsOf<M extends Mnemonic> = OperationOf<M>['fields'];

/** Any decoded instruction. */
export type Operation = OperationOf<Mnemonic>;

/** Mnemonics of the instructions whose rows are of a kind. */
type MnemonicsOf<Kind> = { readonly [M in Mnemonic]: (typeof OPS)[M] extends Kind ? M : never }[Mnemonic];

/** Instructions that say which of the others are executed. */
export type OrderMnemonic = MnemonicsOf<{ readonly orders: true }>;
/** Instructions that an event executes. */
export type EventMnemonic = MnemonicsOf<{ readonly trigger: 'event' }>;
/** Instructions that a tick executes. */
export type TickMnemonic = Exclude<MnemonicsOf<{ readonly trigger: 'tick' }>, OrderMnemonic>;
/** Instructions of the tick handler that send something. */
export type SendingMnemonic = {
  readonly [M in TickMnemonic]: FieldsOf<M> extends { readonly tree: number } ? M : never;
}[TickMnemonic];
/** Instructions that a reset executes. */
export type ResetMnemonic = MnemonicsOf<{ readonly trigger: 'reset' }>;

/** The handlers that execute something, and the instructions that each of them can. */
export interface Executed {
  readonly event: EventMnemonic;
  readonly tick: TickMnemonic;
  readonly reset: ResetMnemonic;
}

/** The whole table; a row that lacks a member does not compile. */
const ROWS: Readonly<Record<Mnemonic, Row>> = OPS;

/** The row of an instruction, for what all instructions have. */
export const rowOf = (op: Mnemonic): Row => ROWS[op];
/** The row of an instruction, to be called with the fields of an operation of that mnemonic. */
export const eventRow = (op: EventMnemonic): EventInstruction => OPS[op];
export const tickRow = (op: TickMnemonic): TickInstruction => OPS[op];
export const orderRow = (op: OrderMnemonic): OrderInstruction => OPS[op];
export const resetRow = (op: ResetMnemonic): ResetInstruction => OPS[op];

/** Whether an instruction only orders the others. */
export const isOrder = (operation: Operation): operation is OperationOf<OrderMnemonic> =>
  'orders' in ROWS[operation.op];

/** Whether a handler of this kind executes an instruction. */
export const isExecutedBy = <T extends keyof Executed>(
  operation: Operation,
  trigger: T,
): operation is OperationOf<Executed[T]> => !isOrder(operation) && ROWS[operation.op].trigger === trigger;

/** Whether an instruction of the tick handler sends spikes or potentials. */
export const sends = (operation: OperationOf<TickMnemonic>): operation is OperationOf<SendingMnemonic> =>
  tickRow(operation.op).sends !== undefined;

/** Every opcode's mnemonic; the inverse of the table. */
export const MNEMONIC_OF: ReadonlyMap<number, Mnemonic> = new Map(
  (Object.keys(OPS) as Mnemonic[]).map((mnemonic) => [ROWS[mnemonic].opcode, mnemonic]),
);
