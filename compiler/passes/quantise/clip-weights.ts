/**
 * How far narrow weights are clipped. With few levels the step that stores the largest weight of a channel is too coarse
 * for all the others; a smaller step clips the few large ones and loses less in all: the least squares decide.
 * Rates are never negative, so errors that lean to one side add up where others cancel; their sum counts too.
 */

import type { RelativeBranch } from './relative-weights.ts';

/** `shift`: left shift of the branch above the others. */
type ClippedBranch = Pick<RelativeBranch, 'weight' | 'channel' | 'payload'> & { readonly shift: number };

/** Clip levels tried, as shares k/LEVELS of the largest weight: all weights in range at k = LEVELS. */
const LEVELS = 128;
/** Squared mean of what a synapse hears relative to its variance: 1/(π − 1) for a rectified normal variable. */
const MEAN_TO_VARIANCE = 1 / (Math.PI - 1);

/**
 * Least squares over a grid of steps, per channel or for all channels together.
 *
 * @param branches that share the unit of a channel
 * @param units per channel, the largest unit at which no weight is clipped: a weight is stored as round(w·unit/2^shift)
 * @param round the stored weight of a value, in range
 * @param together whether all channels have the same unit
 * @returns per channel the share of the largest weight that is still stored unclipped, in (0, 1]; a unit divided by it is
 *   the unit of least squares, the smallest of equals
 */
export function leastSquaresClips(
  branches: readonly ClippedBranch[],
  units: Float64Array,
  round: (value: number) => number,
  together: boolean,
): Float64Array {
  const channels = units.length;
  const best = new Float64Array(channels).fill(Infinity);
  const clips = new Float64Array(channels).fill(1);
  const errors = new Float64Array(channels);
  const sums = new Float64Array(channels);
  for (let k = LEVELS; k >= 1; k--) {
    errors.fill(0);
    sums.fill(0);
    for (const { weight, channel, shift, payload } of branches) {
      const scale = (2 ** -shift * LEVELS) / k;
      for (let w = 0; w < weight.length; w++) {
        const c = channel[w]!;
        const step = units[c]! * scale;
        const difference = (weight[w]! - round(weight[w]! * step) / step) * payload;
        errors[c]! += difference * difference;
        sums[c]! += difference;
      }
    }
    for (let c = 0; c < channels; c++) errors[c]! += MEAN_TO_VARIANCE * sums[c]! * sums[c]!;
    if (together) errors.fill(errors.reduce((sum, error) => sum + error, 0));
    for (let c = 0; c < channels; c++)
      if (errors[c]! < best[c]!) {
        best[c] = errors[c]!;
        clips[c] = k / LEVELS;
      }
  }
  return clips;
}
