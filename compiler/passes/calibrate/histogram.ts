/**
 * A histogram of non-negative activations whose range doubles as larger values arrive, so that one pass over the data
 * is enough and the result does not depend on a guess. Range and bin width are powers of two, so binning is exact.
 */

const BINS = 2048;
/** Smallest range; activations are of the order of 1. */
const FIRST_RANGE = 2 ** -6;

export class ActivationHistogram {
  /** Exact maximum. */
  max = 0;
  /** Number of values, zeros included. */
  total = 0;
  /** Values above zero, by bin: [k, k+1) * width. */
  readonly bins = new Float64Array(BINS);
  #range = FIRST_RANGE;

  get width(): number {
    return this.#range / BINS;
  }

  /** Adds values[from .. to). Values at or below zero only count into the total; an infinite one only shows in `max`. */
  addAll(values: Float64Array, from: number, to: number): void {
    const { bins } = this;
    let { max } = this;
    // Powers of two: the product is exact.
    let perUnit = BINS / this.#range;
    for (let k = from; k < to; k++) {
      const value = values[k]!;
      if (value <= 0) continue;
      if (value > max) {
        max = value;
        if (value === Infinity) continue;
        while (value >= this.#range) this.#double();
        perUnit = BINS / this.#range;
      }
      const bin = (value * perUnit) | 0;
      bins[bin] = bins[bin]! + 1;
    }
    this.max = max;
    this.total += to - from;
  }

  #double(): void {
    const { bins } = this;
    for (let k = 0; k < BINS / 2; k++) bins[k] = bins[2 * k]! + bins[2 * k + 1]!;
    bins.fill(0, BINS / 2);
    this.#range *= 2;
  }

  /** A histogram of the values of several. */
  static merge(parts: readonly ActivationHistogram[]): ActivationHistogram {
    const merged = new ActivationHistogram();
    for (const part of parts) {
      while (merged.#range < part.#range) merged.#double();
      const fold = merged.#range / part.#range;
      for (let k = 0; k < BINS; k++) merged.bins[Math.floor(k / fold)]! += part.bins[k]!;
      merged.max = Math.max(merged.max, part.max);
      merged.total += part.total;
    }
    return merged;
  }

  /** Smallest bin edge that at least `share` of the values above zero do not exceed; the maximum for share 1. */
  percentile(share: number): number {
    if (share >= 1) return this.max;
    const positive = this.bins.reduce((sum, n) => sum + n, 0);
    let seen = 0;
    for (let k = 0; k < BINS; k++) {
      seen += this.bins[k]!;
      if (seen >= share * positive) return Math.min(this.max, (k + 1) * this.width);
    }
    return this.max;
  }
}
