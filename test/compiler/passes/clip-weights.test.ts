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

/** The shares of the largest weight that are tried, and a grid between and beside them. */
const GRID = Array.from({ length: 128 }, (_, k) => (k + 1) / 128);
const FINER = Array.from({ length: 500 }, (_, k) => (k + 1) / 500);

const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));

describe('least squares of narrow weights', () => {
  it('loses the least of all shares tried, and so no more than rounding at the largest weight does', () => {
    fc.assert(
      fc.property(channels, (recipe) => {
        const { branches, units, round, errorOf } = example(recipe);
        const clips = leastSquaresClips(branches, units, round, false);
        clips.forEach((clip, c) => {
          expect(GRID).toContain(clip);
          const chosen = errorOf(c, units[c]! / clip);
          const best = least(GRID.map((share) => errorOf(c, units[c]! / share)));
          expect(chosen).toBeLessThanOrEqual(best * (1 + 1e-12) + 1e-24);
        });
      }),
      { numRuns: 40 },
    );
  });

  // A weight that changes its level turns the sign of its error, so the sum of a channel of few weights jumps: between
  // two shares tried, a single channel may have a better one by any amount. What the grid costs is a mean.
  it('tries shares enough: over many channels the best of a finer grid saves less than a thousandth of what is stored', () => {
    const shares: number[] = [];
    for (const recipe of fc.sample(channels, { numRuns: 100, seed: 1 })) {
      const { branches, units, round, errorOf } = example(recipe);
      leastSquaresClips(branches, units, round, false).forEach((clip, c) => {
        const saved = errorOf(c, units[c]! / clip) - least(FINER.map((share) => errorOf(c, units[c]! / share)));
        shares.push(saved / errorOf(c, Infinity));
      });
    }
    expect(shares.length).toBeGreaterThan(200);
    expect(shares.reduce((a, b) => a + b)).toBeLessThan(0.001 * shares.length);
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
