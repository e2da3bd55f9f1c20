/** Faults planted in chips of populations: what diff is for is to find them. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Comparer, type Comparison } from '../../bin/diff/comparer.ts';
import { KERNEL_KINDS } from '../../emulator/index.ts';
import { type Chip, coreProgram, inputSize, type Operation, WHEN_NAMES } from '../../isa/index.ts';
import { type BuiltPopulations, buildPopulations } from '../arbitraries/populations/build.ts';
import { Draws } from '../arbitraries/random.ts';
import { type Change, inCore, inOperation, inSink } from '../isa/changes.ts';

const STEPS = 12;
const draws = new Draws(3);
const weights = (rows: number, columns: number) => ({
  shape: [rows, columns],
  data: draws.numbers(rows * columns, -20, 40).map((value) => value / 64),
});

/** All kinds of state and of sending, recurrence, and connections with delays. */
const DOCUMENT = {
  format: 'snn-net/1',
  name: 'planted',
  input: { shape: 5, steps: STEPS, payload: { min: 0, max: 1 } },
  populations: [
    {
      ...{ name: 'current', shape: 6, neuron: 'cubalif', leak: 0.75, currentLeak: 0.5, threshold: 0.5, compare: 'gt' },
      reset: { kind: 'value', value: -0.125 },
    },
    {
      ...{ name: 'adapting', shape: 6, neuron: 'alif', leak: 0.875, threshold: 0.5, compare: 'ge', refractory: 1 },
      ...{ reset: { kind: 'subtract' }, adaptationLeak: 0.75, adaptationStep: 0.125, initial: 0.25 },
    },
    { name: 'out', shape: 4, neuron: 'li', leak: 0.875 },
  ],
  connections: [
    { from: 'input', to: 'current', op: 'dense', weight: weights(6, 5) },
    { from: 'current', to: 'current', op: 'dense', weight: weights(6, 6), delay: 1 },
    { from: 'current', to: 'adapting', op: 'dense', weight: weights(6, 6) },
    { from: 'input', to: 'adapting', op: 'dense', weight: weights(6, 5), delay: 2 },
    { from: 'adapting', to: 'out', op: 'dense', weight: weights(4, 6) },
  ],
  output: { population: 'out', decode: 'max' },
};

let built: BuiltPopulations;
let input: Int16Array;

beforeAll(async () => {
  built = await buildPopulations(DOCUMENT);
  input = Int16Array.from({ length: inputSize(built.chip.input) }, () => Number(draws.chance(0.7)));
});

const finish = <R>(steps: Iterator<unknown, R, void>): Promise<R> => {
  for (let next = steps.next(); ; next = steps.next()) if (next.done === true) return Promise.resolve(next.value);
};

/** Found alike by both kinds of kernels. */
async function compared(chip: Chip): Promise<Comparison> {
  const [first, ...others] = await Promise.all(
    KERNEL_KINDS.map((kernels) => new Comparer(chip, built.graph, kernels).compare(input, finish)),
  );
  for (const other of others) expect(other).toEqual(first);
  return first!;
}

const found = async (change: Change): Promise<boolean> => (await compared(change(built.chip))).difference !== undefined;

/** Instructions of all cores, by core. */
const operations = (): { readonly core: number; readonly operation: Operation }[] =>
  built.chip.cores.flatMap((image, core) => {
    const program = coreProgram(image);
    if ('fault' in program) throw new Error(program.fault);
    return [...program.tick, ...program.reset, ...program.groups.flatMap((group) => group.operations)].map(
      ({ operation }) => ({ core, operation }),
    );
  });

describe('diff of a chip of populations', () => {
  it('finds nothing where nothing was changed, in a network in which everything fires', async () => {
    const { spikes, potentials, difference } = await compared(built.chip);
    expect(difference).toBeUndefined();
    expect(spikes).toBeGreaterThan(30);
    expect(potentials).toBe(16 * built.chip.ticks);
  });

  it('finds every weight that was changed, and that is used', async () => {
    let [bytes, missed] = [0, 0];
    for (const [core, { synapses }] of built.chip.cores.entries())
      for (const [at, byte] of synapses.entries()) {
        // Much more, or much less: one of both shows in a neuron that fires all the time, or never.
        const changes = [0x40, 0x80].map((bit) => {
          const changed = synapses.slice();
          changed[at] = byte ^ bit;
          return inCore(core, () => ({ synapses: changed }));
        });
        bytes++;
        if (!(await found(changes[0]!)) && !(await found(changes[1]!))) missed++;
      }
    expect(bytes).toBeGreaterThanOrEqual(30 + 36 + 36 + 30 + 24);
    // Of sources that hardly fire, and bytes between weights.
    expect(missed / bytes).toBeLessThan(0.1);
  });

  it('finds every parameter that was changed by much', async () => {
    const missed: number[] = [];
    let count = 0;
    for (const [core, { parameters }] of built.chip.cores.entries())
      for (const [at, value] of parameters.entries()) {
        const changed = parameters.slice();
        changed[at] = value === 0 ? 1 : value >> 1;
        count++;
        if (!(await found(inCore(core, () => ({ parameters: changed }))))) missed.push(value);
      }
    expect(count).toBeGreaterThan(10);
    // The lowest number of all, from which the largest potential starts.
    expect(missed).toEqual([-(2 ** 31)]);
  });

  it('finds every delay that was changed', async () => {
    let rows = 0;
    for (const [core, { sinks, delaySlots }] of built.chip.cores.entries())
      for (const [row, { delay }] of sinks.entries()) {
        rows++;
        const changed = delay + 1 < delaySlots ? delay + 1 : delay - 1;
        if (changed >= 0)
          expect([core, row, await found(inSink(core, row, { delay: changed }))]).toEqual([core, row, true]);
      }
    expect(rows).toBeGreaterThanOrEqual(5);
  });

  it('finds every connection that adds to another plane', async () => {
    const nth = new Map<string, number>();
    let connections = 0;
    for (const { core, operation } of operations()) {
      if (operation.op !== 'DENSE') continue;
      const { destination } = operation.fields;
      const index = nth.get(`${core}`) ?? 0;
      nth.set(`${core}`, index + 1);
      connections++;
      const change = inOperation(core, 'DENSE', { destination: 1 - destination }, index);
      expect([core, index, await found(change)]).toEqual([core, index, true]);
    }
    expect(connections).toBeGreaterThanOrEqual(5);
  });

  it('finds instructions with another reset, condition or comparison', async () => {
    const of = (op: Operation['op']): number => operations().find(({ operation }) => operation.op === op)!.core;
    const changes: Change[] = [
      inOperation(of('FIREV'), 'FIREV', { reset: 1, resetAddress: 0, resetPeriod: 1 }),
      inOperation(of('EMIT'), 'EMIT', { when: WHEN_NAMES.indexOf('not-f0') }),
      inOperation(of('DECAY'), 'DECAY', { when: WHEN_NAMES.indexOf('f1') }),
      inOperation(of('COMPARE'), 'COMPARE', { op: 2 }),
    ];
    for (const [k, change] of changes.entries()) expect([k, await found(change)]).toEqual([k, true]);
  });
});
