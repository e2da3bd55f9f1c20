/**
 * Packed weights. A run of weights starts at a byte boundary; weight k occupies bits k*width .. of the run, lowest bits
 * first. Widths 2, 4 and 8 are two's complement; width 1 stores 0 for +1 and 1 for -1 (one bit of two's complement
 * could not express an excitatory synapse).
 */

export type WeightBits = 1 | 2 | 4 | 8;

/** Value of the instruction field `width` for each weight width, and back. */
export const WIDTH_CODES: readonly WeightBits[] = [1, 2, 4, 8];

/** Smallest and largest weight that a width stores. */
export function weightRange(bits: WeightBits): readonly [min: number, max: number] {
  return bits === 1 ? [-1, 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** Bytes of a packed run. */
export const packedBytes = (count: number, bits: WeightBits): number => Math.ceil((count * bits) / 8);

/** Writes one weight of the run that starts at byte `start`. The target bits must be zero before. */
export function storeWeight(memory: Uint8Array, start: number, k: number, bits: WeightBits, weight: number): void {
  const bit = k * bits;
  const code = bits === 1 ? (weight < 0 ? 1 : 0) : weight & ((1 << bits) - 1);
  memory[start + (bit >> 3)]! |= code << (bit & 7);
}

/** Reads weight k of the run that starts at byte `start`. */
export function loadWeight(memory: Uint8Array, start: number, k: number, bits: WeightBits): number {
  const bit = k * bits;
  const code = memory[start + (bit >> 3)]! >> (bit & 7);
  if (bits === 1) return (code & 1) === 1 ? -1 : 1;
  const unused = 32 - bits;
  return (code << unused) >> unused;
}

/** Unpacks a run into signed bytes. */
export function unpackWeights(memory: Uint8Array, start: number, count: number, bits: WeightBits): Int8Array {
  const weights = new Int8Array(count);
  for (let k = 0; k < count; k++) weights[k] = loadWeight(memory, start, k, bits);
  return weights;
}
