import type { WeightBits } from '../isa/index.ts';
import { unpackWeights } from '../isa/index.ts';

/**
 * The synapse memory of a core in the forms that the kernels read. Each form is made once, on first use, and covers the
 * whole memory: runs of packed weights start at byte boundaries, so weight k of a run at byte b is element
 * b*8/width + k. What a program asks for therefore cannot make the emulator's memory grow beyond a fixed multiple of
 * the file's.
 */
export class SynapseViews {
  readonly #bytes: Uint8Array;
  readonly #byWidth = new Map<WeightBits, Int8Array>();
  readonly #rearranged = new Map<string, Int8Array>();
  #rearrangedLeft: number;
  #words16: Uint16Array | undefined;
  #words32: Uint32Array | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#rearrangedLeft = REARRANGED_PER_BYTE * bytes.length;
  }

  /** All weights of a width, one signed byte each. */
  unpacked(bits: WeightBits): Int8Array {
    let weights = this.#byWidth.get(bits);
    if (weights === undefined) {
      const bytes = this.#bytes;
      weights =
        bits === 8
          ? new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
          : unpackWeights(bytes, 0, (bytes.length * 8) / bits, bits);
      this.#byWidth.set(bits, weights);
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
   * A rearranged copy of some weights, shared by all instructions with the same key.
   *
   * @param size elements of the copy
   * @returns undefined where the copies of this core together would exceed their share of memory
   */
  rearranged(key: string, size: number, make: () => Int8Array): Int8Array | undefined {
    const known = this.#rearranged.get(key);
    if (known !== undefined) return known;
    if (size > this.#rearrangedLeft) return undefined;
    this.#rearrangedLeft -= size;
    const copy = make();
    this.#rearranged.set(key, copy);
    return copy;
  }
}

/** Elements of rearranged copies per byte of synapse memory: each weight of the narrowest width once. */
const REARRANGED_PER_BYTE = 8;
