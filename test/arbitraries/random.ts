/** A small seeded generator for bulk numbers (weights, images) whose shrinking would say nothing. */
export function seededRandom(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    let mixed = state ^ (state >>> 15);
    mixed = Math.imul(mixed, 0x2c1b3c6d);
    mixed ^= mixed >>> 12;
    return (mixed >>> 0) / 2 ** 32;
  };
}

/** Choices from such a generator. */
export class Draws {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** A whole number in 0..limit - 1. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** A whole number in min..max. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  chance(part: number): boolean {
    return this.#random() < part;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** `count` whole numbers in min..max. */
  numbers(count: number, min: number, max: number): number[] {
    return Array.from({ length: count }, () => this.between(min, max));
  }
}
