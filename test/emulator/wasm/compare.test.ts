import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CoreBuilder } from '../../isa/chips.ts';
import { statement } from '../../isa/program.ts';
import * as chips from './plane-chips.ts';

const COMPARISONS = ['ge', 'gt', 'le', 'lt'] as const;

function compared(op: (typeof COMPARISONS)[number], x: bigint, y: bigint): boolean {
  return { ge: x >= y, gt: x > y, le: x <= y, lt: x < y }[op];
}

const comparison = fc.record({
  flag: fc.nat(1),
  op: fc.constantFrom(...COMPARISONS),
  combine: fc.constantFrom('set', 'or'),
  plane: fc.integer({ min: 0, max: 5 }),
  /** Another plane; undefined: parameters. */
  source: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
  period: chips.anyPeriod,
  when: fc.nat(4),
});

describe('COMPARE and COMPAREP', () => {
  it('write their flag of all neurons of a run, one after the other, and no other flag', () => {
    const cases = fc.record({
      run: chips.anyRun,
      bits: fc.constantFrom(2, 4, 32),
      comparisons: fc.array(comparison, { minLength: 1, maxLength: 3 }),
      seed: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(cases, ({ run: { before: first, count, behind }, bits, comparisons, seed }) => {
        const forms = chips.PLANES.map((_, p) =>
          p === 0 || p >= chips.F0 ? chips.WIDE : ({ policy: 'wrap', bits } as const),
        );
        const states = chips.statesFrom(forms, first + count + behind, seed);
        // V holds the same few numbers as the others, so that it can equal them.
        states.planes[0] = chips.numbers(seed + 55, first + count + behind, bits);
        const operands = comparisons.map(({ period }, k) => chips.numbers(seed + 100 + k, period, bits));
        const after = chips.planesAfter({
          states,
          lines: (core) =>
            comparisons.map(({ flag, plane, source, when, period, op, combine }, k) => {
              const common = { flag: `f${flag}`, op, combine, plane: chips.PLANES[plane]!, when: chips.WHEN[when]! };
              if (source !== undefined)
                return statement('COMPARE', common, { source: chips.PLANES[source]!, first, count });
              const address = core.parameters(...operands[k]!.map(Number));
              return statement('COMPAREP', common, { first, count, address, period });
            }),
        });
        comparisons.forEach(({ flag, plane, source, when, period, op, combine }, c) => {
          for (let k = 0; k < count; k++) {
            const n = first + k;
            const operand = source === undefined ? operands[c]![k % period]! : states.planes[source]![n]!;
            const flags = states.flags[n]!;
            const found = compared(op, states.planes[plane]![n]!, operand) && chips.holds(when, flags);
            const bit = 1 << flag;
            const set = found || (combine === 'or' && (flags & bit) !== 0);
            states.flags[n] = (flags & ~bit) | (set ? bit : 0);
          }
        });
        expect(after).toEqual(chips.expectedPlanes(states));
      }),
      { numRuns: 300 },
    );
  });

  it('find no flags of the tick before', () => {
    const builder = new CoreBuilder(0, 21);
    const run = 'first=0 count=21';
    const [zero, one] = [builder.parameters(0), builder.parameters(1)];
    const core = builder.build(
      [
        `ALUP function=add plane=V when=f0 ${run} address=${one} period=1`,
        `ALUP function=add plane=V when=f1 ${run} address=${one} period=1`,
        `COMPAREP flag=f0 op=ge plane=V ${run} address=${zero} period=1`,
        `COMPAREP flag=f1 op=ge plane=V ${run} address=${zero} period=1`,
        `ALUP function=add plane=V when=f1 ${run} address=${one} period=1`,
      ],
      [`RESET ${run} address=${zero} period=1`],
    );
    expect(chips.potentials(chips.frame(core, 3))).toEqual([1, 2, 3].map((v) => Array<number>(21).fill(v)));
  });
});
