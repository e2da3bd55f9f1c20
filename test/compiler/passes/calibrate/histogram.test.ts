import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ActivationHistogram } from '../../../../compiler/passes/calibrate/histogram.ts';

const values = fc.array(fc.double({ min: -2, max: 500, noNaN: true }), { minLength: 1, maxLength: 200 });

function histogramOf(list: readonly number[]): ActivationHistogram {
  const histogram = new ActivationHistogram();
  histogram.addAll(Float64Array.from(list), 0, list.length);
  return histogram;
}

describe('ActivationHistogram', () => {
  it('keeps the exact maximum, the total, and every positive value in its bin', () => {
    fc.assert(
      fc.property(values, (list) => {
        const histogram = histogramOf(list);
        const positive = list.filter((v) => v > 0);
        expect(histogram.max).toBe(Math.max(0, ...list));
        expect(histogram.total).toBe(list.length);
        const expected = new Float64Array(histogram.bins.length);
        for (const v of positive) expected[Math.floor(v / histogram.width)]!++;
        expect(histogram.bins).toEqual(expected);
      }),
    );
  });

  it('does not depend on the order of the values, and merges to the histogram of all', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const merged = ActivationHistogram.merge([histogramOf(a), histogramOf(b)]);
        for (const other of [histogramOf([...a, ...b]), histogramOf([...b, ...a].reverse())]) {
          expect(merged.bins).toEqual(other.bins);
          expect([merged.max, merged.total, merged.width]).toEqual([other.max, other.total, other.width]);
        }
      }),
    );
  });

  it('percentiles lie at most one bin above the exact ones', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.05, max: 1, noNaN: true }), (list, share) => {
        const positive = list.filter((v) => v > 0).sort((a, b) => a - b);
        fc.pre(positive.length > 0);
        const histogram = histogramOf(list);
        const exact = positive[Math.ceil(share * positive.length - 1e-9) - 1]!;
        const found = histogram.percentile(share);
        expect(found).toBeGreaterThanOrEqual(exact - histogram.width);
        expect(found).toBeLessThanOrEqual(exact + histogram.width);
      }),
    );
  });
});
