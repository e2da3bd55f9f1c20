import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { statement } from '../../isa/program.ts';
import * as chips from './plane-chips.ts';

const KINDS = ['mul', 'shift', 'linear', 'drift'] as const;
const ROUNDINGS = ['zero', 'floor', 'half'] as const;

const floorOf = (numerator: bigint, denominator: bigint): bigint => {
  const quotient = numerator / denominator;
  return quotient * denominator > numerator ? quotient - 1n : quotient;
};

const sign = (p: bigint): bigint => (p > 0n ? 1n : p < 0n ? -1n : 0n);

function decayed(p: bigint, kind: string, value: bigint, k: bigint, rounding: string): bigint {
  if (kind === 'mul') {
    if (rounding === 'zero') return (p * value) / 2n ** k;
    return rounding === 'floor' ? floorOf(p * value, 2n ** k) : floorOf(2n * p * value + 2n ** k, 2n ** (k + 1n));
  }
  if (kind === 'shift') {
    const part = floorOf(p, 2n ** value);
    return p - (part === 0n ? sign(p) : part);
  }
  if (kind === 'drift') return p - value * sign(p);
  const size = sign(p) * p;
  return size <= value ? 0n : p - value * sign(p);
}

describe('DECAY', () => {
  it('decays a plane of any form, in any run, with parameters of any period', () => {
    const cases = fc.record({
      run: chips.anyRun,
      plane: fc.integer({ min: 0, max: 5 }),
      form: chips.anyForm,
      kind: fc.constantFrom(...KINDS),
      rounding: fc.constantFrom(...ROUNDINGS),
      bits: fc.nat(15),
      when: fc.nat(4),
      period: chips.anyPeriod,
      seed: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(
        cases,
        ({ run: { before, count, behind }, plane, form, kind, rounding, bits, when, period, seed }) => {
          const forms = chips.PLANES.map((_, p) => (p === plane && p !== 0 ? form : chips.WIDE));
          const states = chips.statesFrom(forms, before + count + behind, seed);
          const any = chips.numbers(seed + 99, period, 32).map((x) => (x < 0n ? -x - 1n : x));
          const most = kind === 'mul' ? 2n ** BigInt(bits + 1) : 0n;
          const values = any.map((x) => (kind === 'mul' ? x % (most + 1n) : kind === 'shift' ? 1n + (x % 31n) : x));
          const after = chips.planesAfter({
            states,
            lines: (core) => {
              const address = core.parameters(...values.map(Number));
              const fields = { plane: chips.PLANES[plane]!, kind, when: chips.WHEN[when]!, first: before, count };
              const ofMul = kind === 'mul' ? { rounding, bits } : {};
              return [statement('DECAY', fields, ofMul, { address, period })];
            },
          });
          chips.change(states, plane, { first: before, count, when }, (n, k) =>
            decayed(states.planes[plane]![n]!, kind, values[k % period]!, BigInt(bits + 1), rounding),
          );
          expect(after).toEqual(chips.expectedPlanes(states));
        },
      ),
      { numRuns: 300 },
    );
  });
});
