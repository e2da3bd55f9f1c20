/** What every kind of neuron must keep, whatever it computes. A new file of compiler/neurons/ is among them by itself. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { REFERENCE_STEPS } from '../../../compiler/engines/steps/generated/index.ts';
import { ReferenceProgram } from '../../../compiler/engines/program-step.ts';
import type { ReferenceStep } from '../../../compiler/engines/reference-step.ts';
import { SpikeTrain } from '../../../compiler/engines/spike-train.ts';
import type { NeuronName } from '../../../compiler/ir/neurons.ts';
import type { Neuron } from '../../../compiler/ir/neuron.ts';
import { NEURON_NAMES, neuronOf } from '../../../compiler/layer-neurons.ts';
import { readdirSync } from 'node:fs';

const WINDOW = 6;

/** Values of the parameters for some neurons, their potentials, and what comes in per tick and neuron. */
const arbitraryLayer = ({ parameters }: Neuron) =>
  fc.integer({ min: 1, max: 40 }).chain((size) => {
    const values = (min: number, max: number) =>
      fc.array(fc.integer({ min, max }), { minLength: size, maxLength: size });
    const ofRole = { threshold: values(1, 40), initial: values(-30, 60), bias: values(-9, 9) };
    return fc.record({
      size: fc.constant(size),
      parameters: fc.record(
        Object.fromEntries(Object.entries(parameters).map(([name, { role }]) => [name, ofRole[role]] as const)),
      ),
      inputs: fc.array(values(-50, 50), { minLength: WINDOW, maxLength: WINDOW }),
    });
  });

const valuesOf = (neuron: Neuron, parameters: Readonly<Record<string, readonly number[]>>, role: string) =>
  parameters[Object.keys(neuron.parameters).find((name) => neuron.parameters[name]!.role === role) ?? ''];

const doubles = (parameters: Readonly<Record<string, readonly number[]>>) =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, Float64Array.from(values)] as const));

const firedIn = (train: SpikeTrain, tick: number): number[] => {
  const list = new Uint32Array(train.neurons);
  return Array.from(list.subarray(0, train.list(tick, list)));
};

const takenBackIn = (train: SpikeTrain, tick: number): number[] => {
  const list = new Uint32Array(train.neurons);
  return Array.from(list.subarray(0, train.listTakenBack(tick, list)));
};

it('has the same files in its two rooms but for programs: the interpreter steps on its own', () => {
  const files = (room: string) =>
    readdirSync(new URL(`../../../compiler/${room}/`, import.meta.url))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.slice(0, -'.ts'.length));
  const isProgram = (name: string) =>
    NEURON_NAMES.some((each) => each === name && 'program' in neuronOf({ neuron: each }));
  expect(files('engines/steps')).toEqual(files('neurons').filter((name) => !isProgram(name)));
});

/** The step of the reference interpreter, or a tick of its program, whose other planes are kept here. */
function stepOf(name: NeuronName, size: number): ReferenceStep {
  const steps: Partial<Record<NeuronName, ReferenceStep>> = REFERENCE_STEPS;
  const own = steps[name];
  if (own !== undefined) return own;
  const forms = Array.from({ length: 8 }, () => ({ policy: 'prove', bits: 32 }) as const);
  const program = new ReferenceProgram(neuronOf({ neuron: name }).program!(WINDOW, false), forms);
  const others = Array.from({ length: 7 }, () => new Int32Array(size));
  const flags = new Uint8Array(size);
  return {
    reset: ({ potential, parameters }) => program.reset({ planes: [potential, ...others], parameters }),
    tick: ({ potential, parameters, spikes }) =>
      program.tick({ planes: [potential, ...others], flags, parameters, spikes }, 0, () => true),
  };
}

describe.each(NEURON_NAMES)('%s', (name) => {
  const neuron = neuronOf({ neuron: name });
  const emptyTrain = (size: number) =>
    new SpikeTrain(size, new Uint32Array(SpikeTrain.wordsOf(size, WINDOW, true)), true);

  it('fires and keeps what the reference interpreter says, in every tick', () => {
    let takenBack = 0;
    fc.assert(
      fc.property(arbitraryLayer(neuron), ({ size, parameters, inputs }) => {
        const potential = new Int32Array(size);
        const step = stepOf(name, size);
        const integers = Object.fromEntries(
          Object.entries(parameters).map(([key, values]) => [key, Int32Array.from(values)]),
        );
        step.reset({ potential, parameters: integers });
        const state = {
          potential: Float64Array.from(valuesOf(neuron, parameters, 'initial') ?? new Array<number>(size).fill(0)),
          drive: Float64Array.from(valuesOf(neuron, parameters, 'bias') ?? new Array<number>(size).fill(0)),
          parameters: doubles(parameters),
        };
        expect(Array.from(state.potential)).toEqual(Array.from(potential));
        const train = emptyTrain(size);
        train.clear(WINDOW);
        inputs.forEach((input, tick) => {
          input.forEach((value, k) => {
            potential[k]! += value;
            state.potential[k]! += value;
          });
          const spikes = new Int32Array(size);
          const count = step.tick({ potential, parameters: integers, spikes });
          neuron.integer.tick(state, tick, train);
          expect(Array.from(state.potential)).toEqual(Array.from(potential));
          expect(firedIn(train, tick)).toEqual([...spikes.keys()].filter((k) => spikes[k] === 1));
          expect(takenBackIn(train, tick)).toEqual([...spikes.keys()].filter((k) => spikes[k] === -1));
          expect(count).toBe(spikes.reduce((sum, spike) => sum + Math.abs(spike), 0));
          takenBack += Number(spikes.includes(-1));
        });
      }),
    );
    expect(takenBack > 0).toBe(neuron.signed === true);
  });

  it('settles as so many ticks without input would', () => {
    fc.assert(
      fc.property(arbitraryLayer(neuron), ({ size, parameters, inputs }) => {
        const stateOf = () => ({
          potential: Float64Array.from(inputs[0]!, (value) => 8 * value),
          drive: new Float64Array(size),
          parameters: doubles(parameters),
        });
        for (const dynamics of [neuron.float, neuron.integer]) {
          const [ticked, settled] = [stateOf(), stateOf()];
          const train = emptyTrain(size);
          train.clear(WINDOW);
          const counts = new Uint16Array(size);
          for (let tick = 0; tick < WINDOW; tick++) dynamics.tick(ticked, tick, train);
          dynamics.settle(settled, WINDOW, counts);
          expect(settled.potential).toEqual(ticked.potential);
          expect(counts).toEqual(train.counts);
        }
      }),
    );
  });

  it('never leaves its bounds', () => {
    fc.assert(
      fc.property(arbitraryLayer(neuron), ({ size, parameters, inputs }) => {
        const integers = Object.fromEntries(
          Object.entries(parameters).map(([key, values]) => [key, Int32Array.from(values)]),
        );
        const potential = new Int32Array(size);
        const step = stepOf(name, size);
        step.reset({ potential, parameters: integers });
        const bounds = Array.from({ length: size }, (_, k) => {
          const sums = inputs.map((input) => input[k]!);
          const sum = (of: (value: number) => number) => sums.reduce((total, value) => total + of(value), 0);
          return neuron.bounds({
            parameters: Object.fromEntries(Object.entries(parameters).map(([key, values]) => [key, values[k]!])),
            synaptic: { min: sum((value) => Math.min(0, value)), max: sum((value) => Math.max(0, value)) },
            current: { min: 0, max: 0 },
            window: WINDOW,
          });
        });
        const check = () => {
          expect(potential.findIndex((value, k) => value < bounds[k]!.min || value > bounds[k]!.max)).toBe(-1);
        };
        check();
        for (const input of inputs) {
          input.forEach((value, k) => (potential[k]! += value));
          check();
          step.tick({ potential, parameters: integers, spikes: new Int32Array(size) });
          check();
        }
      }),
    );
  });

  it('sends in exactly one instruction, and gives every parameter to one', () => {
    const { tick, reset, parameters, fires } = neuron;
    expect(tick.filter(({ covers }) => covers === 'listeners').length).toBe(fires ? 1 : 0);
    expect(tick.filter(({ covers }) => covers === 'tile').length).toBe(fires ? 0 : 1);
    const taken = [...tick, ...reset].flatMap((instruction) => instruction.parameters);
    expect(taken.toSorted()).toEqual(Object.keys(parameters).toSorted());
    const runs = Object.fromEntries(taken.map((key) => [key, { address: 3, period: 1 }]));
    for (const instruction of [...tick, ...reset])
      expect(instruction.operation({ first: 5, count: 7, runs, tree: 2 })).toMatchObject({
        op: instruction.op,
        fields: { first: 5, count: 7 },
      });
  });
});
