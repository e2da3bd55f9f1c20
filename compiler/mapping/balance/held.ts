/** What the pieces on each core take of its memories. */
import { MEMORIES, type Piece } from './piece.ts';

/** Kernels lie in this one. */
const SYNAPSES = MEMORIES.indexOf('synapseBits');

export class Held {
  readonly #limits: Float64Array;
  /** [core][memory] */
  readonly #held: Float64Array;
  /** By core: kernel → pieces that use it, which pay for it once. */
  readonly #kernels: readonly Map<string, number>[];

  /** @param limits of MEMORIES */
  constructor(cores: number, limits: Float64Array) {
    this.#limits = limits;
    this.#held = new Float64Array(cores * MEMORIES.length);
    this.#kernels = Array.from({ length: cores }, () => new Map<string, number>());
  }

  /** Whether a core has room for a piece that is not on it. */
  fits({ needs, kernel, kernelBits }: Piece, core: number): boolean {
    const first = core * MEMORIES.length;
    for (let m = 0; m < MEMORIES.length; m++) {
      const bits = m === SYNAPSES && !this.#kernels[core]!.has(kernel) ? kernelBits : 0;
      if (this.#held[first + m]! + needs[m]! + bits > this.#limits[m]!) return false;
    }
    return true;
  }

  /** @param sign 1: the piece comes; −1: it goes */
  add({ needs, kernel, kernelBits }: Piece, core: number, sign: 1 | -1): void {
    const first = core * MEMORIES.length;
    for (let m = 0; m < MEMORIES.length; m++) this.#held[first + m]! += sign * needs[m]!;
    const kernels = this.#kernels[core]!;
    const users = (kernels.get(kernel) ?? 0) + sign;
    if (users === 0 || (users === 1 && sign === 1)) this.#held[first + SYNAPSES]! += sign * kernelBits;
    if (users === 0) kernels.delete(kernel);
    else kernels.set(kernel, users);
  }
}
