/** What the range proof says of FIRES, against every potential and counter of an interval. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OPS } from '../../../isa/index.ts';
import { Reachable } from '../../../isa/range/reachable.ts';
import { V } from '../../../isa/planes.ts';
import { CoreBuilder, tinyTarget } from '../core-builder.ts';

const COUNTER = 2;
const TREE = 3;

/** The definition of spec/isa.md. */
function fired(
  v: number,
  count: number,
  threshold: number,
  strict: boolean,
): readonly [v: number, c: number, p: number] {
  if (strict ? v > threshold : v >= threshold) return [v - threshold, count + 1, 1];
  return v < 0 && count > 0 ? [v + threshold, count - 1, -1] : [v, count, 0];
}

const interval = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min: 0, max: 12 })).map(([low, more]) => ({ low, high: low + more }));

describe('the interval of FIRES', () => {
  it('holds what any of its potentials and counters becomes, and nothing that none of them does', () => {
    const cases = fc.record({
      v: interval(-15, 10),
      c: interval(-2, 3),
      threshold: fc.integer({ min: 1, max: 9 }),
      strict: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ v, c, threshold, strict }) => {
        const builder = new CoreBuilder(0, 1);
        const address = builder.parameters(threshold);
        const row = { plane: COUNTER, policy: 'prove', bits: 8, first: 0, count: 1, min: 0, max: 0 } as const;
        const core = { ...builder.build([], []), planes: [row] };
        const states = new Reachable(core, tinyTarget());
        states.set(V, 0, v.low, v.high);
        states.set(COUNTER, 0, c.low, c.high);
        const run = { first: 0, count: 1, address, period: 1 };
        OPS.FIRES.reach({ ...run, compare: Number(strict), counter: COUNTER, tree: TREE }, core, states);
        const found: (readonly [number, number, number])[] = [];
        for (let potential = v.low; potential <= v.high; potential++)
          for (let count = c.low; count <= c.high; count++) found.push(fired(potential, count, threshold, strict));
        const ends = (k: 0 | 1 | 2) =>
          found.reduce(({ min, max }, each) => ({ min: Math.min(min, each[k]), max: Math.max(max, each[k]) }), {
            min: Infinity,
            max: -Infinity,
          });
        expect(states.escape).toBeUndefined();
        expect({ min: states.lowest(V, 0), max: states.highest(V, 0) }).toEqual(ends(0));
        expect({ min: states.lowest(COUNTER, 0), max: states.highest(COUNTER, 0) }).toEqual(ends(1));
        const { min, max } = ends(2);
        expect(states.sent.get(TREE)).toEqual({ min: Math.min(0, min), max: Math.max(0, max) });
      }),
    );
  });
});
