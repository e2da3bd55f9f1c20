/** Seeded numbers for the mapper's searches: the same on every machine, integer and IEEE basic arithmetic only. */

/** Entries of the table of exponential variates. */
const TABLE_BITS = 12;

/** xorshift32 (Marsaglia 2003, triple 13, 17, 5), its seed spread by a multiplicative hash. */
export class RandomSource {
  #state: number;

  /** @param seed any integer; seeds are told apart by their low 32 bits */
  constructor(seed: number) {
    let mixed = Math.imul((seed | 0) ^ 0x9e3779b9, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    this.#state = (mixed ^ (mixed >>> 16)) | 0 || 1;
  }

  /** The next 32 bits, 1 .. 2^32 − 1. */
  bits(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0;
  }

  /** An integer in [0, bound), bound ≤ 2^32. */
  below(bound: number): number {
    return Math.floor((this.bits() / 4294967296) * bound);
  }

  /** An exponential variate of mean 1, in steps of a table. */
  exponential(): number {
    return EXPONENTIAL[this.bits() >>> (32 - TABLE_BITS)]!;
  }

  /** Fisher-Yates, in place. */
  shuffle(values: Uint32Array): void {
    for (let k = values.length - 1; k > 0; k--) {
      const other = this.below(k + 1);
      const value = values[k]!;
      values[k] = values[other]!;
      values[other] = value;
    }
  }
}

/** −ln u at the midpoints of equal steps of u. Its own series, since Math.log may differ between engines in the last bit. */
const EXPONENTIAL = Float64Array.from(
  { length: 1 << TABLE_BITS },
  (_, k) => -naturalLogarithm((k + 0.5) / (1 << TABLE_BITS)),
);

/** ln u for 0 < u ≤ 1: u = m·2^−e with m in [0.5, 1], ln m = 2·artanh((m − 1)/(m + 1)) as a series of odd powers. */
function naturalLogarithm(u: number): number {
  let exponent = 0;
  let mantissa = u;
  for (; mantissa < 0.5; mantissa *= 2) exponent++;
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let power = 41; power >= 1; power -= 2) sum = sum * z * z + 1 / power;
  return 2 * z * sum - exponent * 0.6931471805599453;
}
