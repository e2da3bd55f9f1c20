/** FIRES on both kinds of kernels: the ticks that spec/isa.md tells, and neurons of any run against its definition. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KERNEL_KINDS } from '../../emulator/index.ts';
import { type Chip, NO_TREE } from '../../isa/index.ts';
import { CoreBuilder } from '../isa/chips.ts';
import { statement } from '../isa/program.ts';
import { told } from './told.ts';
import * as chips from './wasm/plane-chips.ts';

/** Neurons that get something in every tick, and then fire or take back. */
function signedChip(
  { before: first, count, behind }: chips.Run,
  added: readonly (readonly number[])[],
  {
    initial,
    thresholds,
    compare,
  }: { readonly initial: number; readonly thresholds: readonly number[]; readonly compare: string },
): Chip {
  const neurons = first + count + behind;
  const core = new CoreBuilder(0, neurons);
  const inTick = added.flatMap((values, tick) => [
    `WINDOW skip=@tick${tick} start=${tick} length=1`,
    statement('ALUP function=add plane=V', {
      first,
      count,
      address: core.parameters(...values),
      period: values.length,
    }),
    `tick${tick}:`,
  ]);
  const fires = statement(
    'FIRES counter=I',
    { compare, first, count, tree: NO_TREE, period: thresholds.length },
    {
      address: core.parameters(...thresholds),
    },
  );
  const reset = statement('RESET first=0 period=1', { count: neurons, address: core.parameters(initial) });
  const lines = [...inTick, `WINDOW skip=@end start=0 length=${added.length}`, fires, 'end:'];
  return chips.frame(core.build(lines, [reset]), added.length);
}

const ALONE: chips.Run = { before: 0, count: 1, behind: 0 };

describe.each(KERNEL_KINDS)('FIRES on %s kernels', (kernels) => {
  it.each([
    ['ge', [7, 0, -15, -5, -5], [true, true, true, true, false]],
    ['gt', [7, 10, -5, -5, -5], [true, false, true, false, false]],
  ])('does what the table of the specification says: %s', (compare, behind, sends) => {
    const added = [12, 3, -25, 0, 0].map((value) => [value]);
    const chip = signedChip(ALONE, added, { initial: 5, thresholds: [10], compare });
    const { potentials, fired, spikes } = told(chip, kernels);
    expect(potentials.flat()).toEqual(behind);
    expect(fired.map((list) => list.length === 1)).toEqual(sends);
    expect(spikes).toBe(sends.filter(Boolean).length);
  });

  it('does it for every neuron of a run, and for no other', () => {
    const cases = fc.record({
      run: chips.anyRun,
      compare: fc.constantFrom('ge', 'gt'),
      initial: fc.integer({ min: -20, max: 20 }),
      thresholds: fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 5 }),
      added: fc.array(fc.array(fc.integer({ min: -25, max: 25 }), { minLength: 1, maxLength: 7 }), {
        minLength: 1,
        maxLength: 6,
      }),
    });
    let takenBack = 0;
    fc.assert(
      fc.property(cases, ({ run, added, ...how }) => {
        const expected = { fired: [] as number[][], potentials: [] as number[][], spikes: 0, active: 0, idle: 0 };
        const neurons = run.before + run.count + run.behind;
        const v = new Array<number>(neurons).fill(how.initial);
        const previous = [...v];
        const counts = new Array<number>(neurons).fill(0);
        for (const values of added) {
          const fired: number[] = [];
          for (let k = 0; k < run.count; k++) {
            const n = run.before + k;
            const threshold = how.thresholds[k % how.thresholds.length]!;
            const potential = v[n]! + values[k % values.length]!;
            const reaches = how.compare === 'ge' ? potential >= threshold : potential > threshold;
            const sent = reaches ? 1 : potential < 0 && counts[n]! > 0 ? -1 : 0;
            v[n] = potential - sent * threshold;
            counts[n]! += sent;
            if (sent !== 0) fired.push(n);
            if (sent < 0) takenBack++;
            if (sent !== 0 || potential !== previous[n]) expected.active++;
            else expected.idle++;
            previous[n] = v[n];
          }
          expected.spikes += fired.length;
          expected.fired.push(fired);
          expected.potentials.push([...v]);
        }
        expect(told(signedChip(run, added, how), kernels)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
    expect(takenBack).toBeGreaterThan(100);
  });
});
