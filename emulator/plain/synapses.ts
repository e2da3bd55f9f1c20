import { areBytes, digitKey, loadDigit, type WeightDigit } from '../machine/digits.ts';
import { packedLength, packRows } from './kernels/packed.ts';

/**
 * The synapse memory of a core in the forms that the kernels read. Each form is made once, on first use, and covers the
 * whole memory: runs of packed weights start at byte boundaries, so weight k of a run at byte b is element
 * b*8/width + k. What a program asks for therefore cannot make the emulator's memory grow beyond a fixed multiple of
 * the file's.
 */
export class SynapseViews {
  readonly #bytes: Uint8Array;
  readonly #byDigit = new Map<string, Int8Array>();
  readonly #mirrored = new Map<string, Int8Array>();
  readonly #packed = new Map<string, Float64Array>();
  /** Bytes of further copies. */
  #left: number;
  #words16: Uint16Array | undefined;
  #words32: Uint32Array | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#left = COPIES_PER_BYTE * bytes.length;
  }

  /** A digit of all weights, one signed byte each. */
  unpacked(digit: WeightDigit): Int8Array {
    const key = digitKey(digit);
    let weights = this.#byDigit.get(key);
    if (weights === undefined) {
      const bytes = this.#bytes;
      weights = areBytes(digit) ? new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) : unpack(bytes, digit);
      this.#byDigit.set(key, weights);
    }
    return weights;
  }

  /** The memory as little-endian 16-bit words. */
  words16(): Uint16Array {
    if (this.#words16 === undefined) {
      const bytes = this.#bytes;
      this.#words16 = new Uint16Array(bytes.length >> 1);
      for (let k = 0; k < this.#words16.length; k++) this.#words16[k] = bytes[2 * k]! | (bytes[2 * k + 1]! << 8);
    }
    return this.#words16;
  }

  /** The memory as little-endian 32-bit words. */
  words32(): Uint32Array {
    if (this.#words32 === undefined) {
      const halves = this.words16();
      this.#words32 = new Uint32Array(halves.length >> 1);
      for (let k = 0; k < this.#words32.length; k++) this.#words32[k] = halves[2 * k]! | (halves[2 * k + 1]! << 16);
    }
    return this.#words32;
  }

  /**
   * A kernel with mirrored rows, shared by all instructions with the same key.
   *
   * @param size bytes of the copy
   * @returns undefined where the copies of this core together would exceed their share of memory
   */
  mirrored(key: string, size: number, make: () => Int8Array): Int8Array | undefined {
    return this.#copy(this.#mirrored, key, size, make);
  }

  /**
   * Rows of weights as kernels/packed.ts adds them: 2 bytes per weight, and up to 6 more per row. Made when they are asked
   * for the first time: many a handler of a large chip never hears a spike. Instructions on the same rows share them.
   *
   * @param base of the first row, `rowStride` elements from row to row, `count` weights of a row; as for `packRows`
   * @returns what gives the rows; undefined where the copies of this core together would exceed their share of memory
   */
  packed(
    digit: WeightDigit,
    base: number,
    rows: number,
    rowStride: number,
    count: number,
  ): () => Float64Array | undefined {
    const key = `${digitKey(digit)}:${base}:${rows}:${rowStride}:${count}`;
    let packed: Float64Array | undefined;
    let asked = false;
    return () => {
      if (asked) return packed;
      asked = true;
      const size = Float64Array.BYTES_PER_ELEMENT * rows * packedLength(count);
      packed = this.#copy(this.#packed, key, size, () => packRows(this.unpacked(digit), base, rows, rowStride, count));
      return packed;
    };
  }

  #copy<T>(copies: Map<string, T>, key: string, size: number, make: () => T): T | undefined {
    const known = copies.get(key);
    if (known !== undefined) return known;
    if (size > this.#left) return undefined;
    this.#left -= size;
    const copy = make();
    copies.set(key, copy);
    return copy;
  }
}

function unpack(bytes: Uint8Array, digit: WeightDigit): Int8Array {
  const digits = new Int8Array(Math.floor((bytes.length * 8) / digit.form.bits));
  for (let k = 0; k < digits.length; k++) digits[k] = loadDigit(bytes, 0, k, digit);
  return digits;
}

/** Bytes of copies per byte of synapse memory: each weight of the narrowest width once mirrored and once packed. */
const COPIES_PER_BYTE = 8 * (1 + 2);
