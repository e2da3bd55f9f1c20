/** Instructions as 32-bit words: encoder and decoder, both derived from the table in ops.ts. */
import { MNEMONIC_OF, OPS, type Field, type Layout, type Mnemonic, type Operation } from './ops.ts';

const OPCODE_BITS = 8;
/** Header fields start above opcode and length. */
const HEADER_FIELDS_AT = 16;

/** Length of an instruction in words. */
export const operationLength = (op: Mnemonic): number => OPS[op].words.length;

/** Fields of an instruction in order of their bits. */
export const operationFields = (op: Mnemonic): readonly Field[] => (OPS[op].words as Layout).flat();

/** Lowest and highest value that a field can hold. */
export function fieldRange(field: Field): readonly [min: number, max: number] {
  return field.signed === true ? [-(2 ** (field.bits - 1)), 2 ** (field.bits - 1) - 1] : [0, 2 ** field.bits - 1];
}

/**
 * Encodes one instruction.
 *
 * @throws RangeError where a field is absent, not whole or does not fit its width
 */
export function encodeOperation(operation: Operation): Uint32Array {
  const layout: Layout = OPS[operation.op].words;
  const words = new Uint32Array(layout.length);
  words[0] = OPS[operation.op].opcode | (layout.length << OPCODE_BITS);
  const values: Readonly<Record<string, number | undefined>> = operation.fields;
  layout.forEach((fields, w) => {
    let bit = w === 0 ? HEADER_FIELDS_AT : 0;
    for (const field of fields) {
      const value = values[field.name] ?? field.default;
      const [min, max] = fieldRange(field);
      if (value === undefined || !Number.isInteger(value) || value < min || value > max)
        throw new RangeError(`${operation.op}: field ${field.name} = ${value} is not a whole number in ${min}..${max}`);
      words[w]! |= ((value >>> 0) & (2 ** field.bits - 1)) << bit;
      bit += field.bits;
    }
  });
  return words;
}

/** Why some words are not an instruction. */
export interface DecodeFault {
  readonly fault: string;
}

/**
 * Decodes the instruction at word address `at`. Unknown opcodes, wrong lengths and non-zero unused bits are faults: there
 * is exactly one encoding of every instruction.
 */
export function decodeOperation(program: Uint32Array, at: number): Operation | DecodeFault {
  const header = program[at];
  if (header === undefined) return { fault: 'the program ends without END' };
  const op = MNEMONIC_OF.get(header & 0xff);
  if (op === undefined) return { fault: `unknown opcode 0x${(header & 0xff).toString(16)}` };
  const layout: Layout = OPS[op].words;
  const length = (header >>> OPCODE_BITS) & 0xff;
  if (length !== layout.length) return { fault: `${op} of ${length} words; ${layout.length} expected` };
  if (at + length > program.length) return { fault: `${op} is cut off by the end of the program` };
  const fields: Record<string, number> = {};
  for (let w = 0; w < length; w++) {
    let bit = w === 0 ? HEADER_FIELDS_AT : 0;
    const word = program[at + w]!;
    for (const field of layout[w]!) {
      const unused = 32 - field.bits;
      const raised = word << (unused - bit);
      fields[field.name] = field.signed === true ? raised >> unused : raised >>> unused;
      bit += field.bits;
    }
    if (bit < 32 && word >>> bit !== 0) return { fault: `${op}: unused bits of word ${w} are not zero` };
  }
  // The table that the type is made of has just said which fields there are.
  return { op, fields } as unknown as Operation;
}

/** Encodes a sequence of instructions; also returns the word address of each. */
export function encodeProgram(operations: readonly Operation[]): { words: Uint32Array; addresses: number[] } {
  const parts = operations.map(encodeOperation);
  const addresses: number[] = [];
  let length = 0;
  for (const part of parts) {
    addresses.push(length);
    length += part.length;
  }
  const words = new Uint32Array(length);
  parts.forEach((part, k) => words.set(part, addresses[k]));
  return { words, addresses };
}
