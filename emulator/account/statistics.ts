/** Median, 99th percentile and maximum, each a value that occurred (nearest rank) or its bucket's lower end. */
export interface Quantiles {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/** Buckets of the histogram are at most 2^-8 of their value wide. */
const PRECISION_BITS = 8;
const BUCKETS_PER_OCTAVE = 1 << (PRECISION_BITS - 1);

/**
 * Quantiles of a stream of whole numbers in bounded memory: exact for the first `exactLimit` values; beyond, from a
 * histogram whose buckets are exact below 256 and at most 0.8 % wide above. The maximum is always exact.
 */
export class QuantileSketch {
  readonly #exactLimit: number;
  #values: number[] | undefined = [];
  readonly #histogram = new Map<number, number>();
  #count = 0;
  #max = 0;
  #sum = 0;

  constructor(exactLimit: number) {
    this.#exactLimit = exactLimit;
  }

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** @param value whole number, 0 or more */
  add(value: number): void {
    this.#count++;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
    if (this.#values === undefined) this.#tally(value);
    else {
      this.#values.push(value);
      if (this.#values.length <= this.#exactLimit) return;
      for (const known of this.#values) this.#tally(known);
      this.#values = undefined;
    }
  }

  /** All 0 where nothing was added. */
  quantiles(): Quantiles {
    if (this.#count === 0) return { median: 0, p99: 0, max: 0 };
    return { median: this.#quantile(0.5), p99: this.#quantile(0.99), max: this.#max };
  }

  #quantile(fraction: number): number {
    const rank = Math.ceil(fraction * this.#count);
    if (this.#values !== undefined) return this.#values.toSorted((a, b) => a - b)[rank - 1]!;
    let seen = 0;
    for (const bucket of [...this.#histogram.keys()].sort((a, b) => a - b)) {
      seen += this.#histogram.get(bucket)!;
      if (seen >= rank) return bucket;
    }
    return this.#max;
  }

  #tally(value: number): void {
    const bucket = bucketStart(value);
    this.#histogram.set(bucket, (this.#histogram.get(bucket) ?? 0) + 1);
  }
}

/** Lower end of the bucket of a value. */
function bucketStart(value: number): number {
  let width = 1;
  while (value / width >= 2 * BUCKETS_PER_OCTAVE) width *= 2;
  return Math.floor(value / width) * width;
}

/** Two-sided 95 % of the normal distribution. */
const Z95 = 1.959963984540054;

/** Wilson score interval of a proportion at 95 %. Wilson, J. Am. Stat. Assoc. 22 (1927). */
export function wilsonInterval(successes: number, trials: number): [low: number, high: number] {
  if (trials === 0) return [0, 1];
  const proportion = successes / trials;
  const z2 = Z95 * Z95;
  const centre = proportion + z2 / (2 * trials);
  const half = Z95 * Math.sqrt((proportion * (1 - proportion)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  // Rounding must not carry an extreme proportion out of its own interval.
  const low = successes === 0 ? 0 : (centre - half) / scale;
  const high = successes === trials ? 1 : (centre + half) / scale;
  return [Math.max(0, low), Math.min(1, high)];
}
