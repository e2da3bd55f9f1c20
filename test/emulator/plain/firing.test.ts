/** What sends spikes: FIREV and EMIT against FIRE, whose own cost and order update.test.ts looks at. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Emulator } from '../../../emulator/index.ts';
import { NO_TREE } from '../../../isa/index.ts';
import { statement } from '../../isa/program.ts';
import { updatingChip } from '../chips.ts';
import { PlaneCore, timing } from './plane-core.ts';

const potential = fc.integer({ min: -20, max: 20 });
const cases = fc
  .record({
    first: fc.nat(3),
    count: fc.integer({ min: 1, max: 30 }),
    strict: fc.boolean(),
    thresholds: fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 5 }),
    value: fc.integer({ min: -9, max: 9 }),
    tree: fc.constantFrom(5, NO_TREE),
  })
  .chain((c) => {
    const added = fc.array(fc.oneof(fc.constant(0), potential), { minLength: 40, maxLength: 40 });
    return fc.record({ added: fc.array(added, { minLength: 1, maxLength: 5 }) }).map((more) => ({ ...c, ...more }));
  });

/** What a core does when its lines are executed, tick by tick, on what is added to V before. */
function outcome(core: PlaneCore, added: readonly (readonly number[])[], aside: number): unknown {
  const { state, tally } = core;
  const neurons = state.image.neuronCount;
  const ticks = added.map((inputs, tick) => {
    core.fill(
      0,
      core.held(0).map((v, n) => v + inputs[n]!),
    );
    state.flags.fill(0);
    core.update(tick);
    const packets = Array.from({ length: tally.packets }, (_, k) => [
      tally.index[k],
      tally.neuron[k],
      tally.cycle[k]! - aside,
      tally.tree[k],
    ]);
    return [packets, tally.cycles - aside, tally.active, tally.idle, core.held(0), [...state.previous]];
  });
  const { counters, layerSpikes } = state.context;
  const spikes = added.map((_, tick) => state.spikes.fired(0, tick));
  expect(spikes.flat().length).toBe(counters.spikes);
  return { neurons, ticks, spikes, counters, layerSpikes, activity: state.activity };
}

describe('FIREV', () => {
  it('with one value after a spike is FIRE to that value', () => {
    fc.assert(
      fc.property(cases, ({ first, count, strict, thresholds, value, tree, added }) => {
        const run = { first, count, compare: strict ? 'gt' : 'ge', address: 0, period: thresholds.length, tree };
        const outcomeOf = (line: string): unknown =>
          outcome(new PlaneCore(first + count + 2, [], [...thresholds, value, value], { tick: [line] }), added, 0);
        const fire = outcomeOf(statement('FIRE reset=value', run, { resetValue: value }));
        const resets = { resetAddress: thresholds.length, resetPeriod: 2 };
        expect(outcomeOf(statement('FIREV reset=value', run, resets))).toEqual(fire);
      }),
    );
  });

  it('has a value of its own for every neuron, or leaves V as it is', () => {
    fc.assert(
      fc.property(cases, fc.array(potential, { minLength: 1, maxLength: 4 }), fc.boolean(), (c, values, resets) => {
        const { first, count, strict, thresholds } = c;
        const run = { first, count, compare: strict ? 'gt' : 'ge', address: 0, period: thresholds.length, tree: 5 };
        const line = resets
          ? statement('FIREV reset=value', run, { resetAddress: thresholds.length, resetPeriod: values.length })
          : statement('FIREV reset=none resetAddress=0 resetPeriod=1', run);
        const core = new PlaneCore(first + count, [], [...thresholds, ...values], { tick: [line] });
        const before = c.added[0]!.slice(0, first + count);
        core.fill(0, before).update();
        const fired = before.map((v, n) => {
          const threshold = thresholds[(n - first) % thresholds.length]!;
          return n >= first && (strict ? v > threshold : v >= threshold);
        });
        const after = before.map((v, n) => (fired[n]! && resets ? values[(n - first) % values.length]! : v));
        expect(core.held(0)).toEqual(after);
        expect([...core.state.previous]).toEqual(after.map((v, n) => (n < first ? 0 : v)));
        expect(core.state.spikes.fired(0, 0)).toEqual(fired.flatMap((fires, n) => (fires ? [n] : [])));
      }),
    );
  });

  it('takes its time as FIRE does, in a chip', () => {
    const inferenceOf = (line: (address: number) => string) => {
      const chip = updatingChip(9, 3, (core) => [line(core.parameters(30, 20, 5))]);
      const emulator = new Emulator(chip, { timing: 'cycle', kernels: 'ts' });
      const { readout, timing: took } = emulator.infer(Int16Array.from([9, -3, 5, 0, 1, 8, -9, 2, 4]));
      return { readout, took, counts: emulator.counts() };
    };
    const run = { first: 0, count: 9, compare: 'ge', tree: NO_TREE };
    const fire = inferenceOf((address) => statement('FIRE reset=value resetValue=5 period=2', run, { address }));
    const values = (address: number) => ({ address, resetAddress: address + 2, resetPeriod: 1 });
    const firev = inferenceOf((address) => statement('FIREV reset=value period=2', run, values(address)));
    expect(firev).toEqual(fire);
    expect(fire.counts.spikes).toBeGreaterThan(0);
  });
});

describe('EMIT', () => {
  it('behind a comparison and a subtraction is FIRE that subtracts', () => {
    fc.assert(
      fc.property(cases, ({ first, count, strict, thresholds, tree, added }) => {
        const run = { first, count };
        const theta = { ...run, address: 0, period: thresholds.length };
        const compare = strict ? 'gt' : 'ge';
        const outcomeOf = (tick: readonly string[], aside: number): unknown =>
          outcome(new PlaneCore(first + count + 2, [], thresholds, { tick }), added, aside);
        const fire = outcomeOf([statement('FIRE reset=subtract resetValue=0', theta, { compare, tree })], 0);
        const apart = [
          statement('COMPAREP flag=f0 plane=V', theta, { op: compare }),
          statement('ALUP function=sub plane=V when=f0', theta),
          statement('EMIT when=f0', run, { tree }),
        ];
        const vector = Math.ceil(count / timing.lanes) * timing.vectorCycles.value;
        expect(outcomeOf(apart, 2 * vector)).toEqual(fire);
      }),
    );
  });

  it('without a condition is FIRE at a threshold that all reach', () => {
    fc.assert(
      fc.property(cases, ({ first, count, tree, added }) => {
        const run = { first, count, tree };
        const outcomeOf = (line: string): unknown =>
          outcome(new PlaneCore(first + count, [], [-(2 ** 31)], { tick: [line] }), added, 0);
        const fire = 'FIREV compare=ge reset=none address=0 period=1 resetAddress=0 resetPeriod=1';
        expect(outcomeOf(statement('EMIT', run))).toEqual(outcomeOf(statement(fire, run)));
      }),
    );
  });
});
