/** Numbers of the exponential distribution: what a rise of the energy is held against. */
import type { SeededRandom } from './random.ts';

/** Entries of the table of thresholds; a power of two. */
const THRESHOLDS = 4096;
/**
 * Quantiles of the exponential distribution: a rise of the energy by δ is kept where δ ≤ temperature × a random entry,
 * which has probability exp(−δ/temperature). Entry k is the mean of the k-th smallest of 4096 such numbers,
 * Σ 1/(4096 − j): additions and divisions alone, so the table is the same on every machine, as Math.log need not be.
 */
const EXPONENTIAL = new Float64Array(THRESHOLDS);
for (let k = 0, sum = 0; k < THRESHOLDS; k++) {
  sum += 1 / (THRESHOLDS - k);
  EXPONENTIAL[k] = sum;
}

/** One entry of the table by lot. */
export const exponentialEntry = (random: SeededRandom): number => EXPONENTIAL[random.next() & (THRESHOLDS - 1)]!;
