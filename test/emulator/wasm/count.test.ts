import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { statement } from '../../isa/program.ts';
import * as chips from './plane-chips.ts';

describe('COUNT', () => {
  it('takes whole thresholds off a plane and puts their number into another one', () => {
    const cases = fc.record({
      run: chips.anyRun,
      planes: fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 2 }),
      form: chips.anyForm,
      intoForm: chips.anyForm,
      thresholdBits: fc.constantFrom(3, 8, 20, 32),
      most: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(65_535)),
      when: fc.nat(4),
      period: chips.anyPeriod,
      seed: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(cases, ({ run, planes: [plane, into], form, intoForm, thresholdBits, most, when, period, seed }) => {
        const { before: first, count, behind } = run;
        const forms = chips.PLANES.map((_, p) => {
          if (p === plane && p !== 0) return form;
          return p === into && p !== 0 ? intoForm : chips.WIDE;
        });
        const states = chips.statesFrom(forms, first + count + behind, seed);
        const thresholds = chips.numbers(seed + 33, period, thresholdBits).map((x) => (x < 0n ? -x - 1n : x) || 1n);
        const fields = {
          plane: chips.PLANES[plane!]!,
          into: chips.PLANES[into!]!,
          when: chips.WHEN[when]!,
          first,
          count,
        };
        const after = chips.planesAfter({
          states,
          lines: (core) => [
            statement('COUNT', fields, { address: core.parameters(...thresholds.map(Number)), period, most }),
          ],
        });
        const before = [...states.planes[plane!]!];
        const quotient = (n: number, k: number): bigint => {
          const threshold = thresholds[k % period]!;
          const whole = before[n]! < threshold ? 0n : before[n]! / threshold;
          return whole < BigInt(most) ? whole : BigInt(most);
        };
        chips.change(states, into!, { first, count, when }, quotient);
        chips.change(
          states,
          plane!,
          { first, count, when },
          (n, k) => before[n]! - quotient(n, k) * thresholds[k % period]!,
        );
        expect(after).toEqual(chips.expectedPlanes(states));
      }),
      { numRuns: 300 },
    );
  });
});
