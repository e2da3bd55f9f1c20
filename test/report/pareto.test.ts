import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CostRange, standings, standingWords } from '../../report/pareto.ts';

/** Few values, so that equal ones are common. */
const value = fc.nat(4);
const exactCost = value.map((cost): CostRange => ({ low: cost, high: cost }));
const cost = fc.oneof(
  exactCost,
  value.map((low): CostRange => ({ low, high: Infinity })),
);
const alternatives = (of: fc.Arbitrary<CostRange>) =>
  fc
    .integer({ min: 1, max: 4 })
    .chain((axes) => fc.array(fc.array(of, { minLength: axes, maxLength: axes }), { minLength: 1, maxLength: 9 }));

const isBetter = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((own, k) => own <= b[k]!) && a.some((own, k) => own < b[k]!);

describe('the Pareto front', () => {
  it('of exact costs: no member is dominated, and every other is dominated by a member', () => {
    fc.assert(
      fc.property(alternatives(exactCost), (costs) => {
        const found = standings(costs);
        const points = costs.map((ranges) => ranges.map(({ low }) => low));
        found.forEach(({ dominatedBy, perhapsBy }, k) => {
          expect(perhapsBy).toEqual([]);
          expect(dominatedBy).toEqual(points.flatMap((other, j) => (isBetter(other, points[k]!) ? [j] : [])));
          if (dominatedBy.length > 0)
            expect(dominatedBy.some((other) => found[other]!.dominatedBy.length === 0)).toBe(true);
        });
      }),
    );
  });

  it('of lower bounds: sure is what holds for all true costs, perhaps what holds for some', () => {
    fc.assert(
      fc.property(alternatives(cost), (costs) => {
        // A bound can turn out exact, or larger than everything else.
        const ends = ({ low, high }: CostRange): number[] => (high === Infinity ? [low, 100, 200] : [low]);
        const truths = (ranges: readonly CostRange[]): number[][] =>
          ranges.reduce<number[][]>(
            (all, range) => all.flatMap((one) => ends(range).map((end) => [...one, end])),
            [[]],
          );
        const possible = costs.map(truths);
        const found = standings(costs);
        found.forEach(({ dominatedBy, perhapsBy }, k) => {
          costs.forEach((_, j) => {
            if (j === k) return;
            const outcomes = possible[j]!.flatMap((a) => possible[k]!.map((b) => isBetter(a, b)));
            expect(dominatedBy.includes(j)).toBe(outcomes.every(Boolean));
            expect(dominatedBy.includes(j) || perhapsBy.includes(j)).toBe(outcomes.some(Boolean));
          });
          if (dominatedBy.length > 0)
            expect(dominatedBy.some((other) => found[other]!.dominatedBy.length === 0)).toBe(true);
        });
      }),
    );
  });

  it('in a word each, of exact costs, lower bounds and ranges', () => {
    const range = fc
      .tuple(fc.nat(4), fc.nat(4))
      .map(([a, b]): CostRange => ({ low: Math.min(a, b), high: Math.max(a, b) }));
    fc.assert(
      fc.property(alternatives(fc.oneof(cost, range)), (costs) => {
        const words = standings(costs).map(({ dominatedBy, perhapsBy }) =>
          dominatedBy.length > 0 ? 'dominated' : perhapsBy.length > 0 ? 'undecided' : 'front',
        );
        expect(standingWords(costs)).toEqual(words);
      }),
    );
  });
});
