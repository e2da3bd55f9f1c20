import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { statement } from '../../isa/program.ts';
import * as chips from './plane-chips.ts';

const FUNCTIONS = ['add', 'sub', 'set', 'min', 'max'] as const;

function applied(chosen: (typeof FUNCTIONS)[number], x: bigint, y: bigint): bigint {
  if (chosen === 'add') return x + y;
  if (chosen === 'sub') return x - y;
  if (chosen === 'set') return y;
  return (chosen === 'min') === x < y ? x : y;
}

function shifted(x: bigint, shift: number, rounding: string): bigint {
  if (shift >= 0) return x * 2n ** BigInt(shift);
  return rounding === 'zero' ? x / 2n ** BigInt(-shift) : x >> BigInt(-shift);
}

/** Bits that an operand may have, as the loader allows them: what is compared or saturates must be exact in a lane. */
const mostBits = (policy: string, chosen: string): number =>
  policy === 'saturate' ? 30 : chosen === 'min' || chosen === 'max' ? 32 : 63;

const common = {
  run: chips.anyRun,
  plane: fc.integer({ min: 0, max: 5 }),
  form: chips.anyForm,
  chosen: fc.constantFrom(...FUNCTIONS),
  when: fc.nat(4),
  seed: fc.nat(1_000_000),
};

describe('ALU', () => {
  it('works with any function on planes of any form, the same one too', () => {
    const cases = fc.record({
      ...common,
      source: fc.integer({ min: 0, max: 5 }),
      sourceForm: chips.anyForm,
      shift: fc.integer({ min: -31, max: 31 }),
      rounding: fc.constantFrom('floor', 'zero'),
    });
    fc.assert(
      fc.property(cases, ({ run, plane, form, chosen, when, seed, source, sourceForm, ...by }) => {
        const { before: first, count, behind } = run;
        const most = mostBits(plane === 0 ? 'prove' : form.policy, chosen);
        const forms = chips.PLANES.map((_, p) => {
          if (p === plane && p !== 0) return form;
          if (p === source && p !== 0) return { ...sourceForm, bits: Math.min(sourceForm.bits, most) };
          return { ...chips.WIDE, bits: Math.min(32, most) };
        });
        // V shows the others, so it is as wide as a lane; that it may not feed a plane that saturates is the loader's rule.
        forms[0] = chips.WIDE;
        fc.pre(forms[source]!.bits <= most);
        const shift = Math.min(by.shift, most - forms[source]!.bits);
        const rounding = shift < 0 ? by.rounding : 'floor';
        const states = chips.statesFrom(forms, first + count + behind, seed);
        const fields = { function: chosen, plane: chips.PLANES[plane]!, source: chips.PLANES[source]!, first, count };
        const after = chips.planesAfter({
          states,
          lines: () => [statement('ALU', fields, { when: chips.WHEN[when]!, shift, rounding })],
        });
        chips.change(states, plane, { first, count, when }, (n) =>
          applied(chosen, states.planes[plane]![n]!, shifted(states.planes[source]![n]!, shift, rounding)),
        );
        expect(after).toEqual(chips.expectedPlanes(states));
      }),
      { numRuns: 300 },
    );
  });
});

describe('ALUP', () => {
  it('works with parameters of any period', () => {
    fc.assert(
      fc.property(
        fc.record({ ...common, period: chips.anyPeriod }),
        ({ run, plane, form, chosen, when, seed, period }) => {
          const { before: first, count, behind } = run;
          const forms = chips.PLANES.map((_, p) => (p === plane && p !== 0 ? form : chips.WIDE));
          const states = chips.statesFrom(forms, first + count + behind, seed);
          const operands = chips.numbers(seed + 77, period, Math.min(32, mostBits(forms[plane]!.policy, chosen)));
          const fields = {
            function: chosen,
            plane: chips.PLANES[plane]!,
            when: chips.WHEN[when]!,
            first,
            count,
            period,
          };
          const after = chips.planesAfter({
            states,
            lines: (core) => [statement('ALUP', fields, { address: core.parameters(...operands.map(Number)) })],
          });
          chips.change(states, plane, { first, count, when }, (n, k) =>
            applied(chosen, states.planes[plane]![n]!, operands[k % period]!),
          );
          expect(after).toEqual(chips.expectedPlanes(states));
        },
      ),
      { numRuns: 300 },
    );
  });
});
