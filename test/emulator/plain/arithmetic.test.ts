/** DECAY, ALU and ALUP against definitions in whole numbers of any size. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { statement } from '../../isa/program.ts';
import {
  behind,
  coreOf,
  form,
  type Form,
  frame,
  type Frame,
  numbers,
  P2,
  P3,
  PARAMETERS,
  periodic,
  signed,
  smaller,
  someOf,
  steps,
} from './plane-cases.ts';

const floorShift = (x: bigint, by: bigint): bigint => x >> by;
const zeroShift = (x: bigint, by: bigint): bigint => (x < 0n ? -(-x >> by) : x >> by);
const larger = (a: bigint, b: bigint): bigint => (a < b ? b : a);
const sign = (p: bigint): bigint => (p > 0n ? 1n : p < 0n ? -1n : 0n);

describe('DECAY', () => {
  const check = (
    f: Frame,
    held: Form,
    before: readonly number[],
    values: readonly number[],
    more: Record<string, string | number>,
    result: (p: bigint, value: bigint) => bigint,
  ): void => {
    const { first, count, when } = f;
    const line = statement('DECAY plane=P2', { ...more, when, first, count, ...PARAMETERS, period: values.length });
    const core = coreOf(f, [held], [before], [77, ...values], line).update();
    expect(core.held(P2)).toEqual(
      behind(f, before, held, (k) => result(BigInt(before[f.first + k]!), periodic(values, k))),
    );
    expect(core.tally.cycles).toBe(steps(f));
  };
  const states = fc
    .tuple(frame, form)
    .chain(([f, held]) => numbers(f.neurons, signed(held.bits)).map((before) => ({ f, held, before })));

  it('mul takes the exact product and rounds it once, however wide it is', () => {
    const factors = fc
      .integer({ min: 1, max: 16 })
      .chain((k) =>
        someOf(fc.oneof(fc.integer({ min: 0, max: 2 ** k }), fc.constantFrom(0, 1, 2 ** k - 1, 2 ** k))).map(
          (values) => ({ k, values }),
        ),
      );
    const rounding = fc.constantFrom('zero', 'floor', 'half');
    fc.assert(
      fc.property(states, factors, rounding, ({ f, held, before }, { k, values }, way) => {
        const by = BigInt(k);
        check(f, held, before, values, { kind: 'mul', rounding: way, bits: k - 1 }, (p, m) => {
          if (way === 'half') return (2n * p * m + 2n ** by) >> (by + 1n);
          return way === 'floor' ? floorShift(p * m, by) : zeroShift(p * m, by);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('shift takes a part of it, and never nothing', () => {
    fc.assert(
      fc.property(states, someOf(fc.integer({ min: 1, max: 31 })), ({ f, held, before }, values) => {
        check(f, held, before, values, { kind: 'shift' }, (p, d) => {
          const part = floorShift(p, d);
          return p - (part === 0n ? sign(p) : part);
        });
      }),
      { numRuns: 300 },
    );
  });

  const step = fc.oneof(fc.nat(2 ** 31 - 1), fc.nat(9), fc.constantFrom(2 ** 31 - 1, 2 ** 31 - 2));
  it('linear stops at zero, drift does not', () => {
    fc.assert(
      fc.property(states, someOf(step), fc.boolean(), ({ f, held, before }, values, stops) => {
        check(f, held, before, values, { kind: stops ? 'linear' : 'drift' }, (p, l) => {
          const size = p < 0n ? -p : p;
          return stops ? sign(p) * larger(0n, size - l) : p - l * sign(p);
        });
      }),
      { numRuns: 500 },
    );
  });
});

const FUNCTIONS = {
  add: (p: bigint, x: bigint) => p + x,
  sub: (p: bigint, x: bigint) => p - x,
  set: (_p: bigint, x: bigint) => x,
  min: smaller,
  max: larger,
} as const;
const operator = fc.constantFrom(...(Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[]));
/** Bits that the loader allows an operand. */
const operandBits = (held: Form, name: keyof typeof FUNCTIONS): number => {
  if (held.policy === 'saturate') return 30;
  return name === 'min' || name === 'max' ? 32 : Infinity;
};

describe('ALU and ALUP', () => {
  const written = fc
    .tuple(frame, form, operator)
    .chain(([f, held, name]) => numbers(f.neurons, signed(held.bits)).map((before) => ({ f, held, name, before })));

  it('ALUP takes a parameter', () => {
    const cases = written.chain((c) =>
      someOf(signed(Math.min(32, operandBits(c.held, c.name)))).map((values) => ({ ...c, values })),
    );
    fc.assert(
      fc.property(cases, ({ f, held, name, before, values }) => {
        const { first, count, when } = f;
        const more = { function: name, when, first, count, ...PARAMETERS, period: values.length };
        const core = coreOf(f, [held], [before], [77, ...values], statement('ALUP plane=P2', more)).update();
        const result = (k: number): bigint => FUNCTIONS[name](BigInt(before[first + k]!), periodic(values, k));
        expect(core.held(P2)).toEqual(behind(f, before, held, result));
        expect(core.tally.cycles).toBe(steps(f));
      }),
      { numRuns: 500 },
    );
  });

  it('ALU takes a shifted plane, which may be the one that it writes', () => {
    const cases = written.chain(({ f, held, name, before }) => {
      const most = operandBits(held, name);
      const other = form.filter(({ bits }) => bits <= most);
      return fc
        .record({ other, itself: fc.boolean(), toZero: fc.boolean() })
        .filter(({ itself }) => !itself || held.bits <= most)
        .chain((c) => {
          const source = c.itself ? held : c.other;
          const shift = fc.integer({ min: -31, max: Math.min(31, most - source.bits) });
          return fc
            .record({ shift, operand: numbers(f.neurons, signed(c.other.bits)) })
            .map((d) => ({ f, held, name, before, ...c, ...d }));
        });
    });
    fc.assert(
      fc.property(cases, ({ f, held, name, before, other, itself, toZero, shift, operand }) => {
        const { first, count, when } = f;
        const source = itself ? before : operand;
        const rounding = toZero && shift < 0 ? 'zero' : 'floor';
        const more = { source: itself ? 'P2' : 'P3', function: name, when, rounding, shift, first, count };
        const core = coreOf(f, [held, other], [before, operand], [], statement('ALU plane=P2', more)).update();
        const shifted = (x: bigint): bigint => {
          if (shift >= 0) return x * 2n ** BigInt(shift);
          return (rounding === 'zero' ? zeroShift : floorShift)(x, BigInt(-shift));
        };
        const result = (k: number): bigint =>
          FUNCTIONS[name](BigInt(before[first + k]!), shifted(BigInt(source[first + k]!)));
        expect(core.held(P2)).toEqual(behind(f, before, held, result));
        expect(core.held(P3)).toEqual(operand);
        expect(core.tally.cycles).toBe(steps(f));
      }),
      { numRuns: 1000 },
    );
  });
});
