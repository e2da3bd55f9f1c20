import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { QuantileSketch, wilsonInterval } from '../../../emulator/account/statistics.ts';

const values = fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 1, maxLength: 300 });
const nearestRank = (all: readonly number[], fraction: number): number =>
  all.toSorted((a, b) => a - b)[Math.ceil(fraction * all.length) - 1]!;

function sketchOf(all: readonly number[], exactLimit: number): QuantileSketch {
  const sketch = new QuantileSketch(exactLimit);
  for (const value of all) sketch.add(value);
  return sketch;
}

describe('QuantileSketch', () => {
  it('is exact up to its limit', () => {
    fc.assert(
      fc.property(values, (all) => {
        expect(sketchOf(all, 300).quantiles()).toEqual({
          median: nearestRank(all, 0.5),
          p99: nearestRank(all, 0.99),
          max: Math.max(...all),
        });
      }),
    );
  });

  it('beyond, is at most 0.8 % low, and exact below 256; the maximum stays exact', () => {
    fc.assert(
      fc.property(fc.oneof(values, fc.array(fc.nat(255), { minLength: 1, maxLength: 50 })), (all) => {
        const { median, p99, max } = sketchOf(all, 0).quantiles();
        for (const [estimate, exact] of [
          [median, nearestRank(all, 0.5)],
          [p99, nearestRank(all, 0.99)],
        ] as const) {
          expect(estimate).toBeLessThanOrEqual(exact);
          expect(estimate).toBeGreaterThanOrEqual(exact < 256 ? exact : exact * (1 - 1 / 128));
        }
        expect(max).toBe(Math.max(...all));
      }),
    );
  });
});

describe('wilsonInterval', () => {
  it('gives the textbook values', () => {
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for (const [successes, trials, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const interval = wilsonInterval(successes, trials);
      expect(interval[0]).toBeCloseTo(low, 4);
      expect(interval[1]).toBeCloseTo(high, 4);
    }
  });

  it('holds the proportion, lies in 0..1, and shrinks with the number of trials', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(10_000), (trials, drawn) => {
        const successes = drawn % (trials + 1);
        const [low, high] = wilsonInterval(successes, trials);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(successes / trials);
        expect(high).toBeGreaterThanOrEqual(successes / trials);
        const [lowOfTen, highOfTen] = wilsonInterval(10 * successes, 10 * trials);
        expect(highOfTen - lowOfTen).toBeLessThan(high - low);
      }),
    );
  });

  it('says nothing where nothing was tried', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });
});
