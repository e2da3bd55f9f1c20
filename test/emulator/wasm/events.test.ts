import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CoreBuilder } from '../../isa/chips.ts';
import { statement } from '../../isa/program.ts';
import * as chips from './plane-chips.ts';
import { weightsFrom } from './twins.ts';

const PIECES = fc.array(
  fc.record({
    count: fc.integer({ min: 1, max: 20 }),
    policy: fc.constantFrom('prove' as const, 'wrap' as const, 'wrap' as const),
    bits: fc.integer({ min: 1, max: 32 }),
  }),
  { minLength: 1, maxLength: 4 },
);

const payload = (k: number): number => ((k * 5) % 19) - 9;

describe('events', () => {
  it('add into the plane of their bank, and what wraps has wrapped before anything looks at it', () => {
    const cases = fc.record({
      pieces: PIECES,
      destination: fc.nat(1),
      bank: fc.nat(3),
      axons: fc.integer({ min: 1, max: 5 }),
      shift: fc.constantFrom(0, 5, 20),
      start: fc.boolean(),
      seed: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(cases, ({ pieces, destination, bank, axons, shift, start, seed }) => {
        const plane = destination + 2 * bank;
        const neurons = pieces.reduce((sum, { count }) => sum + count, 0);
        // Where all begins with large numbers, they go over the edge of a lane too.
        const initial = chips.numbers(seed, neurons, start ? 32 : 6);
        const core = new CoreBuilder(0, neurons);
        const rows = Array.from({ length: axons }, (_, k) => weightsFrom(seed + k, neurons));
        const run = { first: 0, count: neurons };
        const dense = statement('DENSE width=w8', run, {
          ...{ destination: ['V', 'I'][destination]!, bank, shift, weights: core.weights(8, ...rows) },
        });
        core.group(axons, -9, 9, dense);
        const zero = core.parameters(0);
        const address = core.parameters(...initial.map(Number));
        let first = 0;
        const planes = pieces.map(({ count, policy, bits }) => {
          const row = { plane, policy, bits: policy === 'prove' ? 32 : bits, first, count, min: 0, max: 0 };
          first += count;
          return row;
        });
        // An instruction works on neurons that hold its planes alike.
        const each = (
          operation: string,
          fields: (from: number) => Readonly<Record<string, number | string>>,
        ): string[] =>
          planes.map((row) => statement(operation, { first: row.first, count: row.count }, fields(row.first)));
        const name = chips.PLANES[plane]!;
        const presets = each(plane === 0 ? 'RESET' : `RESETP plane=${name}`, (from) => ({
          address: address + from,
          period: neurons - from,
        }));
        const reset = plane === 0 ? [] : [statement('RESET', run, { address: zero, period: 1 })];
        const show = plane === 0 ? [] : each('ALU function=set plane=V', () => ({ source: name }));
        const image = core.build(show, [...reset, ...presets]);
        const input = Int16Array.from({ length: axons }, (_, k) => payload(k + seed));
        const [after, later] = chips.potentials(chips.frame({ ...image, planes }, 2), input);
        const expected = planes.flatMap(({ count, first: from, ...form }) =>
          Array.from({ length: count }, (_, k) => {
            const n = from + k;
            const sum = rows.reduce((total, row, axon) => total + row[n]! * input[axon]!, 0);
            return Number(chips.kept(chips.kept(initial[n]!, form) + BigInt(sum) * 2n ** BigInt(shift), form));
          }),
        );
        expect(after).toEqual(expected);
        expect(later).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('RESET and RESETP', () => {
  it('set all planes of their neurons alone, as these hold them, in every inference anew', () => {
    const cases = fc.record({
      run: chips.anyRun,
      bits: fc.integer({ min: 1, max: 32 }),
      period: chips.anyPeriod,
      seed: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(cases, ({ run: { before: first, count, behind }, bits, period, seed }) => {
        const neurons = first + count + behind;
        const core = new CoreBuilder(0, neurons);
        const initial = chips.numbers(seed, period, 32).map(Number);
        const all = { first: 0, count: neurons };
        const run = { first, count };
        const address = core.parameters(...initial);
        const [zero, one] = [core.parameters(0), core.parameters(1)];
        const image = core.build(
          [
            statement('ALU function=set plane=V source=P4', all),
            statement('ALUP function=add plane=P4 period=1', all, { address: one }),
            statement('ALU function=add plane=V source=P5', all),
            statement('ALUP function=add plane=P5 period=1', all, { address: one }),
          ],
          [statement('RESET period=1', all, { address: zero }), statement('RESETP plane=P4', run, { address, period })],
        );
        const planes = [
          { plane: 4, policy: 'wrap' as const, bits, ...all, min: 0, max: 0 },
          { plane: 5, ...chips.WIDE, ...all, min: 0, max: 0 },
        ];
        const chip = chips.frame({ ...image, planes }, 1);
        const expected = Array.from({ length: neurons }, (_, n) => {
          const value = n < first || n >= first + count ? 0 : initial[(n - first) % period]!;
          return Number(BigInt.asIntN(bits, BigInt(value)));
        });
        expect(chips.potentials(chip, new Int16Array(0), new Int16Array(0))).toEqual([expected, expected]);
      }),
      { numRuns: 50 },
    );
  });
});
