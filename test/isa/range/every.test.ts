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
});
