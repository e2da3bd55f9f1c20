import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Chip, NO_TREE } from '../../../isa/index.ts';
import { boxOf, CoreBuilder, plainSink, tinyTarget, treeRoutes } from '../../isa/chips.ts';
import { statement } from '../../isa/program.ts';
import { chipFrame, inputMap, outputMap } from '../chips.ts';
import * as chips from './plane-chips.ts';
import { told, type Told } from '../told.ts';
import { everything, inputsFor, weightsFrom } from './twins.ts';

const TICKS = 6;

interface Neuron {
  v: number;
  previous: number;
}

/**
 * What a run does whose potentials change by steps before each of its updates.
 *
 * @param update of neuron k of the run: whether it fires; it may change V
 */
function expectedOf(
  { before, count, behind }: chips.Run,
  steps: readonly number[],
  update: (neuron: Neuron, k: number) => boolean,
): Told {
  const neurons = Array.from({ length: before + count + behind }, (): Neuron => ({ v: 0, previous: 0 }));
  const result = { fired: [] as number[][], potentials: [] as number[][], spikes: 0, active: 0, idle: 0 };
  for (let tick = 0; tick < TICKS; tick++) {
    const fired: number[] = [];
    for (let k = 0; k < count; k++) {
      const neuron = neurons[before + k]!;
      neuron.v += steps[k % steps.length]!;
      const changed = neuron.v !== neuron.previous;
      const fires = update(neuron, k);
      if (fires) fired.push(before + k);
      if (fires || changed) result.active++;
      else result.idle++;
      neuron.previous = neuron.v;
    }
    result.spikes += fired.length;
    result.fired.push(fired);
    result.potentials.push(neurons.map(({ v }) => v));
  }
  return result;
}

const smallNumbers = (seed: number, count: number, bits: number): number[] =>
  chips.numbers(seed, count, bits).map(Number);

/** A core that steps V of a run and then does what is built. */
function steppingChip(
  { before: first, count, behind }: chips.Run,
  steps: readonly number[],
  lines: (core: CoreBuilder) => readonly string[],
): Chip {
  const neurons = first + count + behind;
  const core = new CoreBuilder(0, neurons);
  const address = core.parameters(...steps);
  const step = statement('ALUP function=add plane=V', { first, count, address, period: steps.length });
  const windowed = [`WINDOW skip=@end start=0 length=${TICKS}`, step, ...lines(core), 'end:'];
  const reset = statement('RESET first=0 period=1', { count: neurons, address: core.parameters(0) });
  return chips.frame(core.build(windowed, [reset]), TICKS);
}

describe('FIREV', () => {
  it('fires at thresholds and leaves values of any period, or the potential as it is', () => {
    const cases = fc.record({
      run: chips.anyRun,
      period: chips.anyPeriod,
      resetPeriod: chips.anyPeriod,
      stepPeriod: chips.anyPeriod,
      compare: fc.constantFrom('ge', 'gt'),
      reset: fc.constantFrom('value', 'none'),
      seed: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(cases, ({ run, period, resetPeriod, stepPeriod, compare, reset, seed }) => {
        const steps = smallNumbers(seed, stepPeriod, 3);
        const thresholds = smallNumbers(seed + 1, period, 4);
        const resets = smallNumbers(seed + 2, resetPeriod, 3);
        const chip = steppingChip(run, steps, (core) => {
          const fields = { first: run.before, count: run.count, compare, reset, tree: NO_TREE };
          const values =
            reset === 'none'
              ? { resetAddress: 0, resetPeriod: 1 }
              : { resetAddress: core.parameters(...resets), resetPeriod };
          return [statement('FIREV', fields, { address: core.parameters(...thresholds), period }, values)];
        });
        const expected = expectedOf(run, steps, (neuron, k) => {
          const threshold = thresholds[k % period]!;
          if (compare === 'gt' ? neuron.v <= threshold : neuron.v < threshold) return false;
          if (reset === 'value') neuron.v = resets[k % resetPeriod]!;
          return true;
        });
        expect(told(chip, 'wasm')).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

describe('EMIT', () => {
  it('sends for the neurons whose flags say so, and takes for active what has changed or sends', () => {
    const cases = fc.record({
      run: chips.anyRun,
      period: chips.anyPeriod,
      stepPeriod: chips.anyPeriod,
      when: fc.nat(4),
      seed: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(cases, ({ run, period, stepPeriod, when, seed }) => {
        const steps = smallNumbers(seed, stepPeriod, 3);
        const thresholds = smallNumbers(seed + 1, period, 4);
        const emit = { first: run.before, count: run.count, when: chips.WHEN[when]!, tree: NO_TREE };
        const chip = steppingChip(run, steps, (core) => {
          const fields = { first: run.before, count: run.count, address: core.parameters(...thresholds), period };
          return [
            ...(when === 0 ? [] : [statement('COMPAREP flag=f0 op=ge plane=V', fields)]),
            ...(when === 0 ? [] : [statement('COMPAREP flag=f1 op=lt plane=V', fields)]),
            statement('EMIT', emit),
          ];
        });
        const expected = expectedOf(run, steps, ({ v }, k) => chips.holds(when, v >= thresholds[k % period]! ? 1 : 2));
        expect(told(chip, 'wasm')).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

/** A core whose neurons hear inputs and send, and one that hears them; `lines` is the update of the first. */
function sendingChip(neurons: number, lines: (core: CoreBuilder) => readonly string[], counted: boolean): Chip {
  const target = tinyTarget({ mesh: { width: 2, height: 1 } });
  const [inputTree, readTree, spikeTree] = [0, 1, 2];
  const sender = new CoreBuilder(0, neurons);
  const weights = sender.weights(8, ...Array.from({ length: 3 }, (_, k) => weightsFrom(k, neurons)));
  const dense = statement('DENSE destination=I width=w8 shift=0 first=0', { count: neurons, weights });
  sender.sink(plainSink({ tree: inputTree, group: sender.group(3, -9, 9, dense), delay: 0, sourceCount: 3 }));
  const all = statement('first=0', { count: neurons });
  const update = [`WINDOW skip=@end start=0 length=${TICKS}`, `CURRENT ${all}`, ...lines(sender), 'end:'];
  const first = sender.build(update, [`RESET ${all} address=${sender.parameters(0)} period=1`]);
  const hearer = new CoreBuilder(1, 4);
  const rows = Array.from({ length: neurons }, (_, k) => weightsFrom(k + 50, 4));
  const hears = `DENSE destination=V width=w8 shift=0 first=0 count=4 weights=${hearer.weights(8, ...rows)}`;
  const group = hearer.group(neurons, 0, counted ? 2 : 1, hears);
  hearer.sink(plainSink({ tree: spikeTree, group, sourceCount: neurons }));
  const second = hearer.build(
    [`WINDOW skip=@read start=${TICKS} length=1`, `READ first=0 count=4 tree=${readTree}`, 'read:'],
    [`RESET first=0 count=4 address=${hearer.parameters(0)} period=1`],
  );
  return {
    ...chipFrame(target, [first, second]),
    ticks: TICKS + 1,
    window: TICKS,
    routes: [
      ...treeRoutes(target, inputTree, 0, [0]),
      ...treeRoutes(target, readTree, 1, [], true),
      ...treeRoutes(target, spikeTree, 0, [1]),
    ],
    input: inputMap(3, [{ tree: inputTree, box: boxOf(3, 1, 1) }], [-9, 9]),
    output: outputMap(4, readTree),
    layers: [
      { name: 'hidden', shape: [neurons, 1, 1], depth: 0, fires: true },
      { name: 'out', shape: [4, 1, 1], depth: 1, fires: false },
    ],
    placements: [
      { layer: 0, core: 0, firstNeuron: 0, box: boxOf(neurons, 1, 1) },
      { layer: 1, core: 1, firstNeuron: 0, box: boxOf(4, 1, 1) },
    ],
  };
}

describe('FIRE, FIREV and EMIT', () => {
  const cases = fc.record({
    neurons: fc.integer({ min: 1, max: 70 }),
    period: chips.anyPeriod,
    value: fc.integer({ min: -50, max: 50 }),
    counted: fc.boolean(),
    seed: fc.nat(1_000_000),
  });
  const setting = (core: CoreBuilder, neurons: number, period: number, seed: number): string => {
    const thresholds = smallNumbers(seed, period, 8).map((x) => Math.abs(x) + 1);
    return statement('first=0', { count: neurons, address: core.parameters(...thresholds), period });
  };
  let spikes = 0;

  it('agree in everything, cycles and packets too, where values behind spikes are the same', () => {
    fc.assert(
      fc.property(cases, ({ neurons, period, value, counted, seed }) => {
        const [fire, firev] = [
          (core: CoreBuilder) => [
            statement('FIRE compare=ge reset=value tree=2', setting(core, neurons, period, seed), {
              resetValue: value,
            }),
          ],
          (core: CoreBuilder) => [
            statement('FIREV compare=ge reset=value tree=2 resetPeriod=1', setting(core, neurons, period, seed), {
              resetAddress: core.parameters(value),
            }),
          ],
        ].map((lines) => {
          const chip = sendingChip(neurons, lines, counted);
          return everything(chip, inputsFor(chip, [seed, seed + 1]), 'cycle', 'wasm');
        });
        expect(firev).toEqual(fire);
        spikes += fire!.counts.spikes;
      }),
      { numRuns: 60 },
    );
    expect(spikes).toBeGreaterThan(1000);
  });

  it('agree where flags are compared, and potentials set, by instructions of their own', () => {
    fc.assert(
      fc.property(cases, ({ neurons, period, value, counted, seed }) => {
        const run = statement('first=0', { count: neurons });
        const compare = (fields: string): string => `COMPAREP flag=f1 op=ge plane=V ${fields}`;
        const [fire, emit] = [
          (core: CoreBuilder) => {
            const fields = setting(core, neurons, period, seed);
            // Two instructions without effect, since they take cycles.
            return [
              compare(fields),
              `ALUP function=add plane=V ${run} address=${core.parameters(0)} period=1`,
              statement('FIRE compare=ge reset=value tree=2', fields, { resetValue: value }),
            ];
          },
          (core: CoreBuilder) => [
            compare(setting(core, neurons, period, seed)),
            `ALUP function=set plane=V when=f1 ${run} address=${core.parameters(value)} period=1`,
            `EMIT when=f1 ${run} tree=2`,
          ],
        ].map((lines) => {
          const chip = sendingChip(neurons, lines, counted);
          return everything(chip, inputsFor(chip, [seed, seed + 1]), 'cycle', 'wasm');
        });
        expect(emit).toEqual(fire);
      }),
      { numRuns: 60 },
    );
  });
});
