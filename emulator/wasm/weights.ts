/** The weights of a core, digit by digit, in the forms that the kernels read: one byte each, digit + 128. */
import type { CoreImage } from '../../isa/machine.ts';
import { areBytes, digitKey, loadDigit, type WeightDigit } from '../machine/digits.ts';
import type { MemoryPlan } from './memory.ts';

/**
 * Bytes of rearranged copies per byte of synapse memory: each weight of the narrowest width once, with as much padding.
 * What a program asks for therefore cannot make memory grow beyond a fixed multiple of the file's; what does not fit is
 * read as it is stored, slower.
 */
const REARRANGED_PER_BYTE = 16;

/** Zero as the kernels store it. */
export const ZERO_WEIGHT = 128;

/** What the kernels work on at once. */
const VECTOR = 16;

export const wholeVectors = (count: number): number => Math.ceil(count / VECTOR) * VECTOR;

/** Fills an area with weights; they are ZERO_WEIGHT before. */
type Filler = (target: Uint8Array) => void;

/** Copies are shared by all instructions that ask for the same. */
export class KernelWeights {
  readonly #plan: MemoryPlan;
  readonly #bytes: Uint8Array;
  readonly #copies = new Map<string, number>();
  #left: number;

  constructor(plan: MemoryPlan, image: CoreImage) {
    this.#plan = plan;
    this.#bytes = image.synapses;
    this.#left = REARRANGED_PER_BYTE * image.synapses.length;
  }

  /** Address of the run of weights that starts at a byte of the synapse memory. */
  run(start: number, digit: WeightDigit): number {
    return this.#unpacked(digit) + (start * 8) / digit.form.bits;
  }

  /** Address of the synapse memory as it is. */
  stored(): number {
    return this.#copy('stored', this.#bytes.length, (target) => {
      target.set(this.#bytes);
    });
  }

  /**
   * A rearranged copy.
   *
   * @returns its address; undefined where the copies of this core would exceed their share of memory
   */
  rearranged(key: string, size: number, fill: Filler): number | undefined {
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    if (size > this.#left) return undefined;
    this.#left -= size;
    return this.#copy(key, size, fill);
  }

  /** Unpacks `count` weights of the run that starts at a byte, to target[at..]. */
  unpack(target: Uint8Array, at: number, start: number, count: number, digit: WeightDigit): void {
    const bytes = this.#bytes;
    if (areBytes(digit)) for (let k = 0; k < count; k++) target[at + k] = bytes[start + k]! ^ ZERO_WEIGHT;
    else for (let k = 0; k < count; k++) target[at + k] = loadDigit(bytes, start, k, digit) + ZERO_WEIGHT;
  }

  /**
   * Fills `target` with the connections from `first` on, three bytes each: the weight and its neuron offset.
   *
   * @param weightsAt byte of weight 0
   * @param offsetsAt byte of offset 0
   */
  unpackSparse(target: Uint8Array, weightsAt: number, offsetsAt: number, first: number, digit: WeightDigit): void {
    const bytes = this.#bytes;
    const plain = areBytes(digit);
    for (let to = 0, k = first; to < target.length; to += 3, k++) {
      target[to] = plain ? bytes[weightsAt + k]! : loadDigit(bytes, weightsAt, k, digit);
      target[to + 1] = bytes[offsetsAt + 2 * k]!;
      target[to + 2] = bytes[offsetsAt + 2 * k + 1]!;
    }
  }

  /** Little-endian u32 at a byte address. */
  word32(at: number): number {
    const bytes = this.#bytes;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  /** Address of a digit of all weights: that of weight k of the run at byte b is byte b*8/width + k. */
  #unpacked(digit: WeightDigit): number {
    const size = Math.floor((this.#bytes.length * 8) / digit.form.bits);
    return this.#copy(digitKey(digit), size, (target) => {
      this.unpack(target, 0, 0, size, digit);
    });
  }

  #copy(key: string, size: number, fill: Filler): number {
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const at = this.#plan.reserveConstants(size, ({ bytes }, start) => {
      fill(bytes.subarray(start, start + size));
    });
    this.#copies.set(key, at);
    return at;
  }
}
