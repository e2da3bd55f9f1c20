import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leastSquaresClips } from '../../../compiler/passes/quantise/clip-weights.ts';
import { seededRandom } from '../../arbitraries/random.ts';

const rounding = (largest: number) => (value: number) => Math.max(-largest, Math.min(largest, Math.floor(value + 0.5)));

const channels = fc.record({
  count: fc.integer({ min: 1, max: 4 }),
  fanIn: fc.integer({ min: 1, max: 12 }),
  shift: fc.integer({ min: 0, max: 3 }),
  payload: fc.integer({ min: 1, max: 127 }),
  largest: fc.constantFrom(1, 7),
  seed: fc.integer(),
});

/** Two branches into the same channels: weights in (−1, 1), many small and few large. */
function example({
  count,
  fanIn,
  shift,
  payload,
  largest,
  seed,
}: typeof channels extends fc.Arbitrary<infer C> ? C : never) {
  const random = seededRandom(seed);
  const branches = [0, shift].map((itsShift, b) => ({
    weight: Float64Array.from({ length: count * fanIn }, () => (2 * random() - 1) ** 5),
    channel: Uint32Array.from({ length: count * fanIn }, (_, k) => Math.floor(k / fanIn)),
    shift: itsShift,
    payload: b === 0 ? payload : 1,
  }));
  const units = new Float64Array(count).fill(Infinity);
  for (const { weight, channel, shift: itsShift } of branches)
    weight.forEach((w, k) => {
      const c = channel[k]!;
      units[c] = Math.min(units[c]!, (largest * 2 ** itsShift) / Math.abs(w));
    });
  const round = rounding(largest);
  /** What storing with a unit loses in a channel; with an infinite one, what storing nothing loses at most. */
  const errorOf = (c: number, unit: number): number => {
    let [squares, sum] = [0, 0];
    for (const { weight, channel, shift: itsShift, payload: its } of branches)
      weight.forEach((w, k) => {
        if (channel[k] !== c) return;
        const step = 2 ** itsShift / unit;
        const error = its * (step === 0 ? Math.abs(w) : w - step * round(w / step));
        squares += error * error;
        sum += error;
      });
    return squares + (sum * sum) / (Math.PI - 1);
  };
  return { branches, units, round, errorOf };
}

/** Finer than the grid, and from the same step downwards. */
const finer = Array.from({ length: 250 }, (_, k) => (250 - k) / 250);

describe('least squares of narrow weights', () => {
  it('loses no more than rounding at the largest weight does, and hardly more than any other step', () => {
    fc.assert(
      fc.property(channels, (recipe) => {
        const { branches, units, round, errorOf } = example(recipe);
        const clips = leastSquaresClips(branches, units, round, false);
        clips.forEach((clip, c) => {
          expect(clip).toBeGreaterThan(0);
          expect(clip).toBeLessThanOrEqual(1);
          const unclipped = errorOf(c, units[c]!);
          const chosen = errorOf(c, units[c]! / clip);
          expect(chosen).toBeLessThanOrEqual(unclipped * (1 + 1e-12));
          const best = finer.filter((share) => share >= 1 / 128).map((share) => errorOf(c, units[c]! / share));
          // Between two steps of the grid (1/128 of the largest weight) the error is smaller by little.
          const worth = errorOf(c, Infinity);
          expect(chosen - best.reduce((a, b) => Math.min(a, b))).toBeLessThanOrEqual(0.02 * worth + 1e-12);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('of all channels together takes one share', () => {
    fc.assert(
      fc.property(channels, (recipe) => {
        const { branches, units, round, errorOf } = example(recipe);
        units.fill(units.reduce((a, b) => Math.min(a, b)));
        const clips = leastSquaresClips(branches, units, round, true);
        expect(new Set(clips).size).toBe(1);
        const total = (clip: number) => units.reduce((sum, unit, c) => sum + errorOf(c, unit / clip), 0);
        expect(total(clips[0]!)).toBeLessThanOrEqual(total(1) * (1 + 1e-12));
      }),
    );
  });

  it('clips nothing where every weight is stored exactly', () => {
    const branch = { weight: Float64Array.of(1, -1, 0, 1), channel: new Uint32Array(4), shift: 0, payload: 1 };
    expect([...leastSquaresClips([branch], Float64Array.of(1), rounding(1), false)]).toEqual([1]);
  });
});
