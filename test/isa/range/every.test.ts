/** The range proof of what is executed in ticks that come again. */
import { describe, expect, it } from '@jest/globals';
import type { CoreImage } from '../../../isa/index.ts';
import { neuronBounds } from '../../../isa/range/counted.ts';
import { walk } from '../../../isa/range/walked.ts';
import { CoreBuilder, tinyTarget } from '../core-builder.ts';
import { statement } from '../program.ts';

const TARGET = tinyTarget({ widths: { vBits: 8 } });
const TURNS = { start: 1, length: 2, period: 4 } as const;

/** One neuron, to which an instruction adds 10 in ticks that come again. */
function adding(op: 'BIAS' | 'ALUP function=add plane=V', times: number, behind: readonly string[] = []): CoreImage {
  const builder = new CoreBuilder(0, 1);
  const values = { first: 0, count: 1, address: builder.parameters(10), period: 1 };
  const gate = statement('EVERY', { skip: '@end', ...TURNS, times });
  const reset = statement('RESET', { ...values, address: builder.parameters(0) });
  return builder.build([gate, statement(op, values), 'end:', ...behind], [reset]);
}

const walked = (core: CoreImage, ticks: number) => walk(core, TARGET, new Map(), ticks, () => undefined);

describe('the range proof of an EVERY', () => {
  it('counts the ticks in which a bias is added', () => {
    const highest = (times: number, ticks: number): number => neuronBounds(adding('BIAS', times), [], ticks).v.max[0]!;
    expect(highest(0, 12)).toBe(60);
    expect(highest(2, 12)).toBe(40);
    expect(highest(0, 6)).toBe(30);
  });

  it('walks every turn, and those alone', () => {
    const core = (times: number): CoreImage => adding('ALUP function=add plane=V', times);
    // 8 bits hold twelve additions of 10: six turns of two, of which the seventh begins in tick 25.
    expect(walked(core(6), 1000)).toBeUndefined();
    expect(walked(core(0), 25)).toBeUndefined();
    expect(walked(core(0), 26)).toMatchObject({ plane: 0, neuron: 0, max: 130, tick: 25 });
  });

  it('asks of claims that they close in every phase', () => {
    const rows = (max: number) => [
      { plane: 0, policy: 'prove', bits: 8, first: 0, count: 1, min: 0, max } as const,
      { plane: 1, policy: 'prove', bits: 8, first: 0, count: 1, min: -1, max: 1 } as const,
    ];
    const core = adding('ALUP function=add plane=V', 0);
    expect(walked({ ...core, planes: rows(100) }, 1000)).toMatchObject({ max: 110, tick: 1, claim: true });
    const clipped = adding('ALUP function=add plane=V', 0, [
      'ALUP function=min plane=V first=0 count=1 address=0 period=1',
    ]);
    expect(walked({ ...clipped, planes: rows(10) }, 1_000_000)).toBeUndefined();
  });

  it('charges for every kind of tick, so that a file with as many kinds as ticks is refused and not remembered', () => {
    const builder = new CoreBuilder(0, 1);
    const values = { first: 0, count: 1, address: builder.parameters(0), period: 1 };
    const coprime = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    const lines = coprime.flatMap((period, k) => [
      statement('EVERY', { skip: `@end${k}`, start: 0, length: 1, period, times: 0 }),
      statement('ALUP function=add plane=V', values),
      `end${k}:`,
    ]);
    const core = builder.build(lines, [statement('RESET', values)]);
    const planes = [0, 1].map(
      (plane) => ({ plane, policy: 'prove', bits: 8, first: 0, count: 1, min: -1, max: 1 }) as const,
    );
    const workOf = (ticks: number): number => {
      let work = 0;
      walk({ ...core, planes }, TARGET, new Map(), ticks, (more) => (work += more));
      return work;
    };
    const ticks = 2 ** 14;
    const kinds = new Set(
      Array.from({ length: ticks }, (_, t) => coprime.map((period) => Number(t % period === 0)).join('')),
    );
    // An instruction of a kind is an address, of which nearly all have two digits and more, and a space.
    const characters = [...kinds].reduce((sum, kind) => sum + 3 * kind.replaceAll('0', '').length, 0);
    const workOfSteps = ticks * coprime.length;
    expect(kinds.size).toBeGreaterThan(400);
    expect(workOf(ticks)).toBeGreaterThan(workOfSteps + 60 * characters);
  });
});
