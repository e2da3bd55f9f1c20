/**
 * The instruction set: one row per instruction, each in its file of ops/. Encoder, decoder, assembler, disassembler,
 * verifier, the tables of spec/isa.md and the generators of the property tests derive from this table.
 */
import type { FieldValues, Trigger } from './instruction/row.ts';
import { OPS } from './ops/generated/index.ts';

export type { Field } from './instruction/fields.ts';
export type { Instruction, Layout, Trigger } from './instruction/row.ts';
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

type TriggeredBy<T extends Trigger> = {
  readonly [M in Mnemonic]: (typeof OPS)[M]['trigger'] extends T ? M : never;
}[Mnemonic];

/** Instructions that an event executes. */
export type EventMnemonic = TriggeredBy<'event'>;
/** Instructions that a tick executes; WINDOW says only in which ticks that is. */
export type TickMnemonic = Exclude<TriggeredBy<'tick'>, 'WINDOW'>;
/** Instructions that a reset executes. */
export type ResetMnemonic = TriggeredBy<'reset'>;

/** Whether an instruction is executed by a handler of this kind: END and WINDOW, which only order the others, are not. */
export function isExecutedBy(operation: Operation, trigger: 'event'): operation is OperationOf<EventMnemonic>;
export function isExecutedBy(operation: Operation, trigger: 'tick'): operation is OperationOf<TickMnemonic>;
export function isExecutedBy(operation: Operation, trigger: 'reset'): operation is OperationOf<ResetMnemonic>;
export function isExecutedBy(operation: Operation, trigger: Exclude<Trigger, 'any'>): boolean {
  return operation.op !== 'WINDOW' && OPS[operation.op].trigger === trigger;
}

/** Every opcode's mnemonic; the inverse of the table. */
export const MNEMONIC_OF: ReadonlyMap<number, Mnemonic> = new Map(
  (Object.keys(OPS) as Mnemonic[]).map((mnemonic) => [OPS[mnemonic].opcode, mnemonic]),
);
