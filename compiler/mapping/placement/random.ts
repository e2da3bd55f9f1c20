/** A seeded generator on 32-bit integers: the same numbers on every machine. */

/** Rounds that are thrown away so that seeds with few bits set do not start alike. */
const WARM_UP = 16;

/** A local name spares the hot loops the look-up of a global. */
const { floor } = Math;

/** sfc32 (Doty-Humphrey, PractRand): 128 bits of state, period at least 2^32. */
export class SeededRandom {
  #a: number;
  #b = 0x9e3779b9 | 0;
  #c = 0x243f6a88 | 0;
  #counter = 1;

  /** @param seed a whole number; its lowest 32 bits count */
  constructor(seed: number) {
    this.#a = seed | 0;
    for (let k = 0; k < WARM_UP; k++) this.next();
  }

  /** 0..2^32 − 1 */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0..bound − 1, bound at most 2^20: the product is exact. */
  below(bound: number): number {
    return floor((this.next() * bound) / 2 ** 32);
  }
}
