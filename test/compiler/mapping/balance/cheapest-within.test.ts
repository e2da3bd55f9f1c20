import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cheapestWithin, type KnapsackOption } from '../../../../compiler/mapping/balance/cheapest-within.ts';

const option = fc.record({ price: fc.nat(100), weight: fc.nat(20) });
const groups = fc.array(fc.array(option, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });

/** Every choice of one option a group. */
const choices = (all: readonly (readonly KnapsackOption[])[]): number[][] =>
  all.reduce<number[][]>((sets, options) => sets.flatMap((set) => options.map((_, k) => [...set, k])), [[]]);

describe('cheapestWithin', () => {
  it('finds the cheapest choice that fits, as trying all of them does', () => {
    fc.assert(
      // 64 divides the parts of the capacity, so no weight is rounded.
      fc.property(groups, (all) => {
        const capacity = 64;
        const sum = (of: keyof KnapsackOption, chosen: readonly number[]) =>
          chosen.reduce((total, k, g) => total + all[g]![k]![of], 0);
        const fitting = choices(all).filter((chosen) => sum('weight', chosen) <= capacity);
        const found = cheapestWithin(all, capacity);
        if (fitting.length === 0) {
          expect(found).toBeUndefined();
          return;
        }
        expect(sum('weight', found!)).toBeLessThanOrEqual(capacity);
        expect(sum('price', found!)).toBe(Math.min(...fitting.map((chosen) => sum('price', chosen))));
      }),
    );
  });

  it('never exceeds a capacity that does not divide into parts', () => {
    fc.assert(
      fc.property(groups, fc.double({ min: 0, max: 60, noNaN: true }), (all, capacity) => {
        const found = cheapestWithin(all, capacity);
        if (found === undefined) return;
        expect(found.reduce((sum, k, g) => sum + all[g]![k]!.weight, 0)).toBeLessThanOrEqual(capacity + 1e-9);
      }),
    );
  });

  it('knows no choice of a group without options', () => {
    expect(cheapestWithin([[]], 10)).toBeUndefined();
  });
});
