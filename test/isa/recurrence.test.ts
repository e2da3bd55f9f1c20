/** Ticks that come again: membership, number and turns say the same. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Recurrence, recurringTicks, recursIn, turnsOf } from '../../isa/recurrence.ts';

const arbitraryRecurrence: fc.Arbitrary<Recurrence> = fc
  .record({
    start: fc.nat(20),
    period: fc.integer({ min: 1, max: 12 }),
    length: fc.integer({ min: 1, max: 12 }),
    times: fc.oneof(fc.nat(4), fc.constant(2 ** 32 - 1)),
  })
  .map((drawn) => ({ ...drawn, length: Math.min(drawn.length, drawn.period) }));

describe('ticks that come again', () => {
  it('are the first of each period, as often as is said', () => {
    const found = (recurrence: Recurrence) => [...new Array(12).keys()].filter((tick) => recursIn(recurrence, tick));
    expect(found({ start: 1, length: 2, period: 4, times: 0 })).toEqual([1, 2, 5, 6, 9, 10]);
    expect(found({ start: 1, length: 2, period: 4, times: 2 })).toEqual([1, 2, 5, 6]);
    expect(found({ start: 9, length: 4, period: 4, times: 0 })).toEqual([9, 10, 11]);
  });

  it('are as many as there are, and lie in their turns', () => {
    fc.assert(
      fc.property(arbitraryRecurrence, fc.nat(40), (recurrence, ticks) => {
        const found = [...new Array(ticks).keys()].filter((tick) => recursIn(recurrence, tick));
        expect(recurringTicks(recurrence, ticks)).toBe(found.length);
        const turns = [...turnsOf(recurrence, ticks)];
        const inTurns = turns.flatMap(({ start, length }) => Array.from({ length }, (_, k) => start + k));
        expect(inTurns).toEqual(found);
      }),
    );
  });
});
