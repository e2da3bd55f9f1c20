/** What samples say of a mean, and how surely. */

/** Samples of which each is 1 (lost), −1 (gained) or 0. */
export interface Tally {
  readonly samples: number;
  readonly lost: number;
  readonly gained: number;
}

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Shares of the largest stake that are betted side by side: small ones for small differences, large ones for large ones. */
const STAKES = [0.01, 0.03, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95] as const;
const BISECTIONS = 30;
/** Samples below which nothing is said of a mean whose spread is not known beforehand. */
const FEWEST = 8;
/** What lies within a standard deviation of the mean. */
const ONE_SIGMA = 0.6826895;

/**
 * Logarithm of the evidence that the mean of what was tallied is above `bound`: the wealth of a gambler who stakes
 * λ = c / (1 + bound) on it, Π (1 + λ·(d − bound)), in the mean over eight shares c. Where the mean is not above the bound the
 * wealth is expected not to grow, so with probability 1 − α it never reaches 1/α, however often one looks (Ville 1939;
 * Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024). It depends on the tally
 * alone, not on the order.
 *
 * @param bound above −1, below 1
 */
function logEvidenceAbove({ samples, lost, gained }: Tally, bound: number): number {
  const same = samples - lost - gained;
  const logs = STAKES.map((share) => {
    const stake = share / (1 + bound);
    return (
      lost * Math.log1p(stake * (1 - bound)) +
      gained * Math.log1p(-stake * (1 + bound)) +
      same * Math.log1p(-stake * bound)
    );
  });
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
}

/** Whether the mean is above the bound, wrongly with probability `alpha` at most over all looks together. */
export const isSurelyAbove = (tally: Tally, bound: number, alpha: number): boolean =>
  logEvidenceAbove(tally, bound) >= -Math.log(alpha);

/** Mean of a tally with the interval that holds it in all looks together with probability `confidence`. */
export function tallyInterval(tally: Tally, confidence: number): Interval {
  const { samples, lost, gained } = tally;
  const half = (1 - confidence) / 2;
  const mirrored = { samples, lost: gained, gained: lost };
  return {
    mean: samples === 0 ? 0 : (lost - gained) / samples,
    low: lowEnd(tally, half),
    high: -lowEnd(mirrored, half),
  };
}

/** The largest mean that is still refuted from above; evidence falls as the bound grows. */
function lowEnd(tally: Tally, alpha: number): number {
  let [low, high] = [-1, 1];
  for (let k = 0; k < BISECTIONS; k++) {
    const middle = (low + high) / 2;
    if (isSurelyAbove(tally, middle, alpha)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Probability that the mean is at most `bound`, for one look: of a normal distribution around the mean seen, whose variance has
 * one lost sample more, so that none is not taken for certainty.
 */
export function probabilityAtMost({ samples, lost, gained }: Tally, bound: number): number {
  if (samples === 0) return 0;
  const mean = (lost - gained) / samples;
  const variance = Math.max((lost + gained + 1) / samples - mean * mean, 0) / samples;
  return normalProbability((bound - mean) / Math.sqrt(variance));
}

/** Mean of measured values with the interval of Student's t. Infinite ends below eight values. */
export function meanInterval(values: ArrayLike<number>, confidence: number): Interval {
  const n = values.length;
  let sum = 0;
  for (let k = 0; k < n; k++) sum += values[k]!;
  const mean = n === 0 ? 0 : sum / n;
  if (n < FEWEST) return { mean, low: -Infinity, high: Infinity };
  let squares = 0;
  for (let k = 0; k < n; k++) squares += (values[k]! - mean) ** 2;
  const reach = studentQuantile((1 - confidence) / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { mean, low: mean - reach, high: mean + reach };
}

/** Upper quantile of Student's t: Abramowitz & Stegun 26.7.5, from 7 degrees of freedom on. */
function studentQuantile(tail: number, freedom: number): number {
  const z = normalQuantile(tail);
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7];
  return (
    z +
    (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3)
  );
}

/** Upper quantile of the normal distribution: Abramowitz & Stegun 26.2.23, within 4.5e-4; tail up to 1/2. */
function normalQuantile(tail: number): number {
  const t = Math.sqrt(-2 * Math.log(tail));
  return t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
}

/** P(Z <= z): Abramowitz & Stegun 26.2.17, within 7.5e-8. */
function normalProbability(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - above : above;
}

/** Probability that the mean of measured values is at most `bound`: of a normal distribution around the mean seen. */
export function probabilityMeanAtMost(values: ArrayLike<number>, bound: number): number {
  const { mean, high } = meanInterval(values, ONE_SIGMA);
  if (high === Infinity) return 0;
  const deviation = high - mean;
  if (deviation === 0) return mean <= bound ? 1 : 0;
  return normalProbability((bound - mean) / deviation);
}

/** Share of inferences that keep a limit, at least, where all that were seen do: (1 − c)^(1/n). */
export const shareAtLeast = (samples: number, confidence: number): number =>
  samples === 0 ? 0 : (1 - confidence) ** (1 / samples);
