/**
 * Packed weights. A run of weights starts at a byte boundary; weight k occupies bits k*width .. of the run, lowest bits
 * first. Widths 2 to 16 are two's complement; width 1 stores 0 for +1 and 1 for -1 (one bit of two's complement could not
 * express an excitatory synapse). Unsigned weights of any width are the number that their bits say.
 */

/** Widths that the field `width` names. */
export type WeightBits = 1 | 2 | 4 | 8;

/** Those that synapse memory holds: 16 where an instruction is `wide`. */
export type StoredBits = WeightBits | 16;

/** How the weights of an instruction are stored. */
export interface WeightForm {
  readonly bits: StoredBits;
  readonly unsigned: boolean;
}

/** Value of the instruction field `width` for each weight width, and back. */
export const WIDTH_CODES: readonly WeightBits[] = [1, 2, 4, 8];

/** Fields of an instruction that say how its weights are stored. */
interface FormFields {
  readonly width: number;
  readonly unsigned: number;
  readonly wide: number;
}

/** How an instruction says its weights are stored; the loader refuses `wide` beside a width that is not the widest. */
export const weightForm = ({ width, unsigned, wide }: FormFields): WeightForm => ({
  bits: wide === 1 ? 16 : WIDTH_CODES[width]!,
  unsigned: unsigned === 1,
});

/** Smallest and largest weight that a width stores. */
export function weightRange(bits: StoredBits, unsigned = false): readonly [min: number, max: number] {
  if (unsigned) return [0, 2 ** bits - 1];
  return bits === 1 ? [-1, 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** Bytes of a packed run. */
export const packedBytes = (count: number, bits: StoredBits): number => Math.ceil((count * bits) / 8);

/** Writes one weight of the run that starts at byte `start`. The target bits must be zero before. */
export function storeWeight(
  memory: Uint8Array,
  start: number,
  k: number,
  bits: StoredBits,
  weight: number,
  unsigned = false,
): void {
  const bit = k * bits;
  const at = start + (bit >> 3);
  const isSign = bits === 1 && !unsigned;
  const code = isSign ? Number(weight < 0) : weight & ((1 << bits) - 1);
  memory[at]! |= code << (bit & 7);
  if (bits === 16) memory[at + 1] = code >> 8;
}

/** Reads weight k of the run that starts at byte `start`. */
export function loadWeight(memory: Uint8Array, start: number, k: number, bits: StoredBits, unsigned = false): number {
  const bit = k * bits;
  const at = start + (bit >> 3);
  const code = bits === 16 ? memory[at]! | (memory[at + 1]! << 8) : memory[at]! >> (bit & 7);
  if (unsigned) return code & ((1 << bits) - 1);
  if (bits === 1) return (code & 1) === 1 ? -1 : 1;
  const unused = 32 - bits;
  return (code << unused) >> unused;
}
