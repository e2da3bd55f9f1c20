import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawSamples, type Sampling } from '../../../bin/sweep/samples.ts';
import { DiagnosticError } from '../../../isa/index.ts';

const draw = (range: string | string[], more: Partial<Sampling> = {}): string[] =>
  drawSamples({ ranges: new Map([['x', range]]), count: 8, method: 'latin-hypercube', seed: 1, ...more }).map(
    (sample) => sample.get('x')!,
  );

describe('samples of a sweep', () => {
  it('are the same for a seed, and others for another', () => {
    const ranges = new Map<string, string | string[]>([
      ['a', '0.0..1.0'],
      ['b', '4..64'],
    ]);
    const sampling = { ranges, count: 16, method: 'random', seed: 3 } as const;
    expect(drawSamples(sampling)).toEqual(drawSamples(sampling));
    expect(drawSamples(sampling)).not.toEqual(drawSamples({ ...sampling, seed: 4 }));
  });

  it('lie within the range, and are whole where its ends are', () => {
    const run = fc.property(
      fc.integer({ min: -1000, max: 1000 }),
      fc.nat(1000),
      fc.nat(2 ** 31 - 1),
      fc.constantFrom('random' as const, 'latin-hypercube' as const),
      (low, width, seed, method) => {
        for (const value of draw(`${low}..${low + width}`, { seed, method })) {
          expect(value).toMatch(/^-?\d+$/);
          expect(Number(value)).toBeGreaterThanOrEqual(low);
          expect(Number(value)).toBeLessThanOrEqual(low + width);
        }
      },
    );
    fc.assert(run, { numRuns: 100 });
  });

  it('of a Latin hypercube: each part of the range has one', () => {
    const run = fc.property(fc.nat(2 ** 31 - 1), fc.integer({ min: 1, max: 50 }), (seed, count) => {
      const parts = draw('0.0..1.0', { seed, count }).map((value) => Math.floor(Number(value) * count + 1e-3));
      // A value that is rounded up to the next part is within a thousandth of it.
      const sorted = parts.map((part) => Math.min(part, count - 1)).sort((a, b) => a - b);
      sorted.forEach((part, k) => expect(Math.abs(part - k)).toBeLessThanOrEqual(1));
      expect(new Set(draw('1..50', { seed, count: 50 })).size).toBe(50);
      expect(draw(['p', 'q'], { seed, count: 10 }).filter((value) => value === 'p')).toHaveLength(5);
    });
    fc.assert(run, { numRuns: 100 });
  });

  it('on a logarithmic scale halve below the geometric mean', () => {
    const values = draw('0.01..1.0:log', { count: 10 }).map(Number);
    expect(values.filter((value) => value < 0.1)).toHaveLength(5);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0.01);
  });

  it.each(['8..4', 'x..4', '1', '..3', '0..4:log', '', '1..Infinity'])('refuses the range %j', (range) => {
    expect(() => draw(range)).toThrow(DiagnosticError);
    expect(() => draw(range)).toThrow('E0109');
  });
});
