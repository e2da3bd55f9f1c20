/** The fields that an instruction's records have for themselves: named in its file of ops/, placed as all others are. */
import type { Mnemonic } from '../../isa/machine.ts';
import * as R from './generated/records.ts';
import type { Fields } from './memory.ts';
import type { Field } from './records/table.ts';

export type OwnFields<F extends string = string> = Readonly<Record<F, Field>>;

/** Values of fields; those that are absent are 0. */
export type OwnValues<F extends string = string> = Readonly<Partial<Record<F, number>>>;

/** A copy, since names are looked up much more slowly in a module itself. */
const CONSTANTS: Readonly<Record<string, number>> = { ...R };

/** Byte offset of an own field in the records of an instruction. */
export const ownOffset = (op: Mnemonic, field: string): number => CONSTANTS[`${op}_${field}`]!;

/** Own fields of a record of an instruction; they are of 32 bits. */
export const ownFields = (op: Mnemonic, values: OwnValues): Fields =>
  Object.entries(values).map(([field, value = 0]) => [ownOffset(op, field), value]);
