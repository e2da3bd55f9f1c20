/** What the row of an instruction holds. */
import type { Field } from './fields.ts';

/** The handlers in which an instruction may stand. */
export type Trigger = 'event' | 'tick' | 'reset' | 'any';

/**
 * words[0]: the small fields of the header; words[1..]: the operand words. The header holds the opcode in bits 0..7, the
 * length in words (header included) in bits 8..15, and up to 16 bits of small fields from bit 16 up. Operand words hold
 * their fields from bit 0 up. A field never crosses a word.
 */
export type Layout = readonly (readonly Field[])[];

/** A value for every field of a layout. */
export type FieldValues<L extends Layout> = Readonly<Record<L[number][number]['name'], number>>;

export interface Instruction<L extends Layout = Layout, T extends Trigger = Trigger> {
  /** Never changed, and never used again for another instruction. */
  readonly opcode: number;
  readonly trigger: T;
  readonly words: L;
  readonly reads: string;
  readonly writes: string;
  /** Cycle formula in terms of the target's `timing` figures. */
  readonly cycles: string;
  /** Countable events (see Counts in record.ts) that it causes. */
  readonly events: readonly string[];
  readonly meaning: string;
}

/** A row, with the names of its fields and its trigger kept as types. */
export const instruction = <const L extends Layout, const T extends Trigger>(
  row: Instruction<L, T>,
): Instruction<L, T> => row;
