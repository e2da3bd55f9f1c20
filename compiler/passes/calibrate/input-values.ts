/**
 * The values that one channel of the input had in calibration: their ends, and how often which magnitude came. Bins are eighths
 * of octaves over the whole range of 32-bit floats, so that a glitch does not take the resolution from the others.
 */

/** Bits of a 32-bit float below the first three of its mantissa. */
const CUT_BITS = 20;
const BINS = 2 ** (31 - CUT_BITS);
const BINS_PER_OCTAVE = 8;
const EXPONENT_OF_1 = 127;
/** Share of the values of a channel that may be glitches: the usual size of its values is known without them. */
const GLITCH_SHARE = 0.01;
/** The peak is given up only where that loses less than this share of what it lost: a range that was seen is kept if it can be. */
const WORTH_CLIPPING = 0.5;

const lowerEdge = (bin: number): number => {
  const exponent = Math.floor(bin / BINS_PER_OCTAVE);
  const mantissa = (bin % BINS_PER_OCTAVE) / BINS_PER_OCTAVE;
  return exponent === 0 ? mantissa * 2 ** (1 - EXPONENT_OF_1) : (1 + mantissa) * 2 ** (exponent - EXPONENT_OF_1);
};

/** Values of about one size. */
interface Group {
  readonly count: number;
  /** Middle of the bin. */
  readonly magnitude: number;
  /** Upper edge of the bin. */
  readonly end: number;
}

export class InputValues {
  /** Exact ends of the values and 0. */
  min = 0;
  max = 0;
  total = 0;
  nonZero = 0;
  readonly #bins = new Uint32Array(BINS);
  /** A value, and its bits: exponent and first bits of the mantissa are its bin. */
  readonly #float = new Float32Array(1);
  readonly #bits = new Uint32Array(this.#float.buffer);

  /** Adds values[from .. to). */
  addAll(values: Float64Array, from: number, to: number): void {
    for (let k = from; k < to; k++) {
      const value = values[k]!;
      if (value === 0) continue;
      this.min = Math.min(this.min, value);
      this.max = Math.max(this.max, value);
      this.nonZero++;
      this.#float[0] = Math.abs(value);
      const bin = this.#bits[0]! >>> CUT_BITS;
      this.#bins[bin] = this.#bins[bin]! + 1;
    }
    this.total += to - from;
  }

  /** Whether it is other than 0 often enough for its values to be no glitches. */
  get isUsual(): boolean {
    return this.nonZero > Math.max(1, GLITCH_SHARE * this.total);
  }

  /**
   * Magnitude beyond which values are limited: that with the least squared error, where a single value counts no more than one of
   * usual size that is lost altogether; the largest, where that is hardly worse.
   *
   * @param levels payloads on either side of 0
   */
  peak(levels: number): number {
    const largest = Math.max(-this.min, this.max);
    const groups = this.#groups(largest);
    const most = usualPower(groups, GLITCH_SHARE * this.total);
    if (most === 0) return largest;
    let [best, least] = [largest, Infinity];
    for (const { end } of groups) {
      const loss = lossAt(groups, end, levels, most);
      if (loss < least) [best, least] = [end, loss];
    }
    return least < WORTH_CLIPPING * lossAt(groups, largest, levels, most) ? best : largest;
  }

  /** Ascending. */
  #groups(largest: number): Group[] {
    const groups: Group[] = [];
    this.#bins.forEach((count, bin) => {
      if (count === 0) return;
      const end = Math.min(largest, lowerEdge(bin + 1));
      groups.push({ count, magnitude: (Math.min(lowerEdge(bin), end) + end) / 2, end });
    });
    return groups;
  }
}

/** Adds a sample, NCHW, to the values of its channels. */
export function addToChannels(channels: readonly InputValues[], x: Float64Array, area: number): void {
  channels.forEach((values, c) => {
    values.addAll(x, c * area, (c + 1) * area);
  });
}

/** Mean square of the values without the largest `glitches` of them. */
function usualPower(groups: readonly Group[], glitches: number): number {
  let [left, count, sum] = [glitches, 0, 0];
  for (const group of groups.toReversed()) {
    const kept = Math.max(0, group.count - Math.max(0, Math.floor(left)));
    left -= group.count;
    count += kept;
    sum += kept * group.magnitude ** 2;
  }
  return count === 0 ? 0 : sum / count;
}

/** Σ of squared errors with payloads up to `peak`, each at most `most`. */
function lossAt(groups: readonly Group[], peak: number, levels: number, most: number): number {
  const step = peak / levels;
  let loss = 0;
  for (const { count, magnitude, end } of groups) {
    const error = end > peak ? magnitude - peak : magnitude < step / 2 ? magnitude : step / Math.sqrt(12);
    loss += count * Math.min(most, error * error);
  }
  return loss;
}
