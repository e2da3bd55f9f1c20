import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawSamples } from '../../../bin/sweep/samples.ts';
import { MOST_AXES, sobolPlaces } from '../../../bin/sweep/sobol.ts';

/** In 64ths: points 0, 9, 18, … on some axes, by scipy 1.17.1: qmc.Sobol(32, scramble=False).random(64). */
const AXES = [0, 1, 2, 3, 5, 11, 17, 31];
const KNOWN = [
  [0, 0, 0, 0, 0, 0, 0, 0],
  [44, 52, 28, 60, 52, 36, 20, 20],
  [54, 14, 14, 58, 14, 42, 54, 6],
  [26, 58, 18, 6, 58, 14, 34, 18],
  [27, 9, 5, 27, 51, 37, 59, 41],
  [55, 61, 25, 39, 7, 1, 47, 61],
  [45, 7, 11, 33, 61, 15, 13, 47],
  [1, 51, 23, 29, 9, 43, 25, 59],
];
/** SHA-256 of (1024 points × 32 axes · 2^32).astype(uint32), of the same. */
const ALL_KNOWN = 'efdcb1b1b34d3ee5c1847b7c18dc6c6b5b2b4ad2e0720ada11521a23f8bc18e8';

const shifts = fc.array(fc.nat(2 ** 32 - 1), { minLength: MOST_AXES, maxLength: MOST_AXES });

describe('Sobol sequences', () => {
  it('are those of another implementation', () => {
    const places = sobolPlaces(MOST_AXES, 64);
    expect(KNOWN.map((_, k) => AXES.map((axis) => 64 * places[axis]![9 * k]!))).toEqual(KNOWN);
    const all = sobolPlaces(MOST_AXES, 1024);
    const bits = Uint32Array.from(
      { length: 1024 * MOST_AXES },
      (_, k) => all[k % MOST_AXES]![Math.floor(k / MOST_AXES)]! * 2 ** 32,
    );
    expect(createHash('sha256').update(bits).digest('hex')).toBe(ALL_KNOWN);
  });

  it('have one of 2^k points in each of 2^k parts of every axis, shifted or not, and begin with those of fewer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.option(shifts, { nil: [] }), (k, shifted) => {
        const count = 2 ** k;
        const places = sobolPlaces(MOST_AXES, count, shifted);
        for (const axis of places) {
          const parts = [...axis].map((place) => Math.floor(place * count)).sort((a, b) => a - b);
          expect(parts).toEqual([...Array(count).keys()]);
        }
        const more = sobolPlaces(MOST_AXES, count + 7, shifted);
        expect(more.map((axis) => axis.slice(0, count))).toEqual(places);
      }),
      { numRuns: 30 },
    );
  });

  it('have one in every elementary box of the first two axes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.nat(9), fc.option(shifts, { nil: [] }), (k, cut, shifted) => {
        const columns = 2 ** Math.min(k, cut);
        const [x, y] = sobolPlaces(2, 2 ** k, shifted) as [Float64Array, Float64Array];
        const boxes = [...x].map(
          (place, n) => `${Math.floor(place * columns)} ${Math.floor((y[n]! * 2 ** k) / columns)}`,
        );
        expect(new Set(boxes).size).toBe(2 ** k);
      }),
    );
  });

  it('draw values of a sweep, others for another seed', () => {
    const ranges = new Map<string, string | string[]>([
      ['a', '0..7'],
      ['b', ['p', 'q']],
    ]);
    const draw = (seed: number) => drawSamples({ ranges, count: 8, method: 'sobol', seed });
    const first = draw(0).map((sample) => `${sample.get('a')}${sample.get('b')}`);
    expect(first).toEqual(['0p', '4q', '6p', '2q', '3p', '7q', '5p', '1q']);
    for (const seed of [1, 2]) {
      expect(draw(seed)).not.toEqual(draw(seed - 1));
      expect(new Set(draw(seed).map((sample) => sample.get('a'))).size).toBe(8);
    }
  });

  it('refuse more ranges than they have axes', () => {
    const ranges = new Map(Array.from({ length: MOST_AXES + 1 }, (_, k) => [`x${k}`, '0..1']));
    expect(() => drawSamples({ ranges, count: 2, method: 'sobol', seed: 0 })).toThrow(
      '33 ranges are drawn by sobol; its sequence has 32 axes, 1 too few',
    );
  });
});
