/** Further instructions on planes against definitions in whole numbers of any size. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawn } from '../../../isa/machine.ts';
import { PLANE_NAMES } from '../../../isa/planes.ts';
import { statement } from '../../isa/program.ts';
import {
  behind,
  coreOf,
  form,
  type Form,
  frame,
  type Frame,
  HOLDS,
  numbers,
  P2,
  P3,
  PARAMETERS,
  periodic,
  rowsOf,
  signed,
  smaller,
  someOf,
  steps,
} from './plane-cases.ts';
import { PlaneCore, rowOfAll } from './plane-core.ts';

const COMPARISONS = {
  ge: (a: number, b: number) => a >= b,
  gt: (a: number, b: number) => a > b,
  le: (a: number, b: number) => a <= b,
  lt: (a: number, b: number) => a < b,
} as const;

it('COMPARE and COMPAREP set or add to a flag of every neuron of the run', () => {
  const near = fc.oneof(signed(32), fc.integer({ min: -2, max: 2 }));
  const cases = frame.chain((f) =>
    fc.record({
      f: fc.constant(f),
      op: fc.constantFrom(...(Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[])),
      flag: fc.nat(1),
      combine: fc.constantFrom('set', 'or'),
      immediate: fc.boolean(),
      before: numbers(f.neurons, near),
      source: numbers(f.neurons, near),
      values: someOf(near),
    }),
  );
  fc.assert(
    fc.property(cases, ({ f, op, flag, combine, immediate, before, source, values }) => {
      const { first, count, when, flags } = f;
      const line = immediate
        ? statement('COMPAREP plane=P2', {
            flag: `f${flag}`,
            op,
            combine,
            when,
            first,
            count,
            ...PARAMETERS,
            period: values.length,
          })
        : statement('COMPARE plane=P2 source=P3', { flag: `f${flag}`, op, combine, when, first, count });
      const whole: Form = { policy: 'prove', bits: 32 };
      const core = coreOf(f, [whole, whole], [before, source], [77, ...values], line).update();
      const expected = flags.map((old, n) => {
        if (n < first || n >= first + count) return old;
        const operand = immediate ? values[(n - first) % values.length]! : source[n]!;
        const holds = COMPARISONS[op](before[n]!, operand) && HOLDS[when](old);
        const bits = [old % 2 === 1, old >= 2];
        bits[flag] = holds || (combine === 'or' && bits[flag]!);
        return Number(bits[0]) + 2 * Number(bits[1]);
      });
      expect([...core.state.flags]).toEqual(expected);
      expect([core.held(P2), core.held(P3)]).toEqual([before, source]);
      expect(core.tally.cycles).toBe(steps(f));
    }),
    { numRuns: 500 },
  );
});

it('COUNT divides by the threshold and leaves the rest', () => {
  const cases = fc.tuple(frame, form, form).chain(([f, held, into]) =>
    fc.record({
      f: fc.constant(f),
      held: fc.constant(held),
      into: fc.constant(into),
      before: numbers(f.neurons, signed(held.bits)),
      quotients: numbers(f.neurons, signed(into.bits)),
      thresholds: someOf(fc.oneof(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: 40 }))),
      most: fc.oneof(fc.integer({ min: 1, max: 65535 }), fc.constantFrom(1, 7, 8, 65535)),
    }),
  );
  fc.assert(
    fc.property(cases, ({ f, held, into, before, quotients, thresholds, most }) => {
      const { first, count, when } = f;
      const more = { when, first, count, ...PARAMETERS, period: thresholds.length, most };
      const line = statement('COUNT plane=P2 into=P3', more);
      const core = coreOf(f, [held, into], [before, quotients], [77, ...thresholds], line).update();
      const quotient = (k: number): bigint => {
        const [p, threshold] = [BigInt(before[first + k]!), periodic(thresholds, k)];
        return p >= threshold ? smaller(BigInt(most), p / threshold) : 0n;
      };
      const rest = (k: number): bigint => BigInt(before[first + k]!) - quotient(k) * periodic(thresholds, k);
      expect(core.held(P2)).toEqual(behind(f, before, held, rest));
      expect(core.held(P3)).toEqual(behind(f, quotients, into, quotient));
      expect(core.tally.cycles).toBe(steps(f) * most.toString(2).length);
    }),
    { numRuns: 500 },
  );
});

/** The mixing of the instruction's text, in whole numbers. */
function mixed(word: bigint): bigint {
  const cut = (x: bigint): bigint => BigInt.asUintN(32, x);
  let x = cut(word);
  x = cut((x ^ (x >> 16n)) * 0x7feb352dn);
  x = cut((x ^ (x >> 15n)) * 0x846ca68bn);
  return x ^ (x >> 16n);
}

it('RANDOM draws by seed, identity and tick alone', () => {
  const cases = fc.tuple(frame, form).chain(([f, held]) =>
    fc.record({
      f: fc.constant(f),
      held: fc.constant(held),
      before: numbers(f.neurons, signed(held.bits)),
      identities: someOf(signed(32)),
      seed: fc.nat(2 ** 32 - 1),
      mask: fc.oneof(fc.nat(2 ** 31 - 1), fc.constantFrom(1, 255, 2 ** 31 - 1)),
      tick: fc.oneof(fc.nat(99), fc.maxSafeNat()),
    }),
  );
  fc.assert(
    fc.property(cases, ({ f, held, before, identities, seed, mask, tick }) => {
      const { first, count, when } = f;
      const more = { when, first, count, ...PARAMETERS, period: identities.length, seed, mask };
      const core = coreOf(f, [held], [before], [77, ...identities], statement('RANDOM plane=P2', more)).update(tick);
      const bits = (k: number): bigint => {
        const word = BigInt.asUintN(32, periodic(identities, k)) ^ BigInt(seed);
        const time = BigInt(tick);
        return mixed(mixed(mixed(word) ^ BigInt.asUintN(32, time)) ^ (time >> 32n));
      };
      expect(core.held(P2)).toEqual(behind(f, before, held, (k) => bits(k) & BigInt(mask)));
      expect(drawn(seed, identities[0]!, tick) >>> 0).toBe(Number(bits(0)));
      expect(core.tally.cycles).toBe(steps(f));
    }),
    { numRuns: 300 },
  );
});

it('RESET clears all planes of its neurons but V, and RESETP sets one', () => {
  const cases = fc.tuple(frame, form, form).chain(([f, held, potential]) =>
    fc.record({
      f: fc.constant(f),
      held: fc.constant(held),
      potential: fc.constant(potential),
      initial: someOf(signed(32)),
      values: someOf(signed(32)),
    }),
  );
  fc.assert(
    fc.property(cases, ({ f, held, potential, initial, values }) => {
      const { neurons, first, count } = f;
      const run = statement({ first, count });
      const rows = [rowOfAll(neurons, { ...potential, plane: 0 }), ...rowsOf(neurons, held, held)];
      const core = new PlaneCore(neurons, rows, [...initial, ...values], {
        reset: [
          `RESET ${run} address=0 period=${initial.length}`,
          `RESETP plane=P3 ${run} address=${initial.length} period=${values.length}`,
        ],
      });
      const before = new Array<number>(neurons).fill(-1);
      PLANE_NAMES.slice(0, 4).forEach((_, plane) => core.fill(plane, before));
      core.reset();
      const always: Frame = { ...f, when: 'always' };
      expect(core.held(0)).toEqual(behind(always, before, potential, (k) => periodic(initial, k)));
      expect(core.held(1)).toEqual(behind(always, before, held, () => 0n));
      expect(core.held(P2)).toEqual(behind(always, before, held, () => 0n));
      expect(core.held(P3)).toEqual(behind(always, before, held, (k) => periodic(values, k)));
      expect(core.state.context.counters.resets).toBe(count);
    }),
  );
});
