/**
 * A recurrent layer of CubaLIF neurons that reads Braille (the NIR paper), with weights of 16 bits and decays of 12, against
 * the spikes that snnTorch recorded in floating point and against snnTorch's rule for a reset by subtraction.
 */
import { readFileSync } from 'node:fs';
import { describe, expect } from '@jest/globals';
import { buildChip } from '../../compiler/index.ts';
import { Emulator, KERNEL_KINDS } from '../../emulator/index.ts';
import { builtinTargets } from '../../isa/index.ts';
import { TEST_OPTIONS } from '../arbitraries/builds.ts';
import { itShared, sharedPath } from '../shared.ts';
import { parseNpy } from './npy.ts';
import { activityOf, type Population, populationChip } from './population.ts';

const NEURONS = 38;
const SOURCES = 12;
const LARGEST_WEIGHT = 2 ** 15 - 1;

/** What a tick of 0.1 ms leaves of a current of tau 0.222 ms and of a potential of tau 1 ms, in 4096ths. */
const CURRENT_LEFT = Math.round(0.55 * 4096);
const POTENTIAL_LEFT = Math.round(0.9 * 4096);

const shared = (...path: readonly string[]): Buffer => readFileSync(sharedPath('data', ...path)!);

/** Arrays of the file by the byte at which their numbers begin; they lie in one piece. Gains are 1 in ticks of 0.1 ms. */
const ARRAYS = {
  weights: [8264, NEURONS * SOURCES],
  biases: [10_088, NEURONS],
  recurrent: [19_904, NEURONS * NEURONS],
  recurrentBiases: [16_760, NEURONS],
} as const;

/** In units of the weights' lowest bit. */
interface Network {
  /** By source, then neuron. */
  readonly weights: readonly (readonly number[])[];
  readonly recurrent: readonly (readonly number[])[];
  readonly biases: readonly number[];
  readonly threshold: number;
}

/** The arrays as they were trained. */
function readArrays(): Record<keyof typeof ARRAYS, number[]> {
  const file = shared('nir', 'braille_noDelay_bias_zero.nir');
  const floats = ([at, count]: readonly [number, number]): number[] =>
    Array.from({ length: count }, (_, k) => file.readFloatLE(at + 4 * k));
  return {
    weights: floats(ARRAYS.weights),
    biases: floats(ARRAYS.biases),
    recurrent: floats(ARRAYS.recurrent),
    recurrentBiases: floats(ARRAYS.recurrentBiases),
  };
}

function readNetwork(): Network {
  const { weights, recurrent, biases, recurrentBiases } = readArrays();
  const scale = LARGEST_WEIGHT / Math.max(...[...weights, ...recurrent].map((weight) => Math.abs(weight)));
  /** The file has a row per neuron. */
  const rows = (all: readonly number[], sources: number): number[][] =>
    Array.from({ length: sources }, (_, s) =>
      Array.from({ length: NEURONS }, (__, n) => Math.round(all[n * sources + s]! * scale)),
    );
  return {
    weights: rows(weights, SOURCES),
    recurrent: rows(recurrent, NEURONS),
    biases: biases.map((bias, n) => Math.round((bias + recurrentBiases[n]!) * scale)),
    threshold: Math.floor(scale),
  };
}

type Reset = 'zero' | 'subtract';

/** What a tick does: the current decays last, so that what comes in is added to what is left of it. */
const program =
  ({ biases, threshold }: Network, reset: Reset): Population['program'] =>
  (run, parameter, tree) => {
    const [theta, zero] = [parameter(threshold), parameter(0)];
    const subtracts = reset === 'subtract';
    return [
      `ALUP function=add plane=I ${run} ${parameter(...biases)}`,
      ...(subtracts ? [`COMPAREP flag=f1 op=gt plane=V ${run} ${theta}`] : []),
      `DECAY plane=V kind=mul bits=11 ${run} ${parameter(POTENTIAL_LEFT)}`,
      `ALU function=add plane=V source=I ${run}`,
      ...(subtracts ? [`ALUP function=sub plane=V when=f1 ${run} ${theta}`] : []),
      `COMPAREP flag=f0 op=gt plane=V ${run} ${theta}`,
      `EMIT when=f0 ${run} ${tree}`,
      `ALUP function=${subtracts ? 'sub' : 'set'} plane=V when=f0 ${run} ${subtracts ? theta : zero}`,
      ...(subtracts ? [`ALUP function=add plane=V when=f1 ${run} ${theta}`] : []),
      `DECAY plane=I kind=mul bits=11 ${run} ${parameter(CURRENT_LEFT)}`,
    ];
  };

/** Spikes by tick on the chip. */
function spikesOf(network: Network, input: Int16Array, reset: Reset, kernels: (typeof KERNEL_KINDS)[number]) {
  const ticks = input.length / SOURCES;
  const chip = populationChip({
    neurons: NEURONS,
    inputTicks: ticks,
    ticks,
    input: [{ weights: network.weights, bits: 16, into: 'destination=I' }],
    recurrent: [{ weights: network.recurrent, bits: 16, into: 'destination=I' }],
    program: program(network, reset),
  });
  return activityOf(chip, input, kernels).fired;
}

const decayed = (x: number, left: number): number => Math.trunc((x * left) / 4096);

/** Synaptic with reset_delay off in snnTorch: θ is subtracted by what the potential was, then corrected. */
function subtracting({ weights, recurrent, biases, threshold }: Network, input: Int16Array): number[][] {
  const current = new Float64Array(NEURONS);
  const potential = new Float64Array(NEURONS);
  const fired: number[][] = [];
  for (let tick = 0; tick < input.length / SOURCES; tick++) {
    const before = fired.at(-1) ?? [];
    const heard = weights.filter((_, s) => input[tick * SOURCES + s] === 1);
    const rows = [...heard, ...before.map((neuron) => recurrent[neuron]!)];
    const spikes: number[] = [];
    for (let n = 0; n < NEURONS; n++) {
      current[n] = rows.reduce((sum, row) => sum + row[n]!, decayed(current[n]!, CURRENT_LEFT) + biases[n]!);
      const k = Number(potential[n]! > threshold);
      const v = decayed(potential[n]!, POTENTIAL_LEFT) + current[n]! - k * threshold;
      const spike = Number(v > threshold);
      potential[n] = v - (spike - k) * threshold;
      if (spike === 1) spikes.push(n);
    }
    fired.push(spikes);
  }
  return fired;
}

/** The same layer as net.json: nothing of it is rounded. */
function document(steps: number): string {
  const { weights, recurrent, biases, recurrentBiases } = readArrays();
  const dense = (data: number[], sources: number, bias: number[]) => ({
    op: 'dense',
    weight: { shape: [NEURONS, sources], data },
    bias: { shape: [NEURONS], data: bias },
  });
  return JSON.stringify({
    format: 'snn-net/1',
    input: { shape: SOURCES, steps, payload: { min: 0, max: 1 } },
    populations: [
      {
        ...{ name: 'hidden', shape: NEURONS, neuron: 'cubalif', leak: 0.9, currentLeak: 0.55 },
        ...{ threshold: 1, compare: 'gt', reset: { kind: 'value', value: 0 } },
      },
    ],
    connections: [
      { from: 'input', to: 'hidden', ...dense(weights, SOURCES, biases) },
      { from: 'hidden', to: 'hidden', delay: 1, ...dense(recurrent, NEURONS, recurrentBiases) },
    ],
    output: { population: 'hidden', decode: 'count' },
  });
}

/** Spikes of the layer by step, and what the build says of its roundings. */
async function builtSpikes(input: Int16Array, weightBits: 8 | 16) {
  const steps = input.length / SOURCES;
  const { chip, record } = await buildChip(
    {
      source: new TextEncoder().encode(document(steps)),
      fileName: 'braille.net.json',
      readSideFile: () => new Uint8Array(),
      options: { ...TEST_OPTIONS, ledgerSamples: 1, target: builtinTargets().get('edge')!, weightBits },
      calibration: [{ index: 0, shape: [steps, SOURCES, 1, 1], values: Float32Array.from(input), label: 0 }] as never,
    },
    { now: () => 0 },
  );
  const fired: number[][] = [];
  new Emulator(chip, { timing: 'none' }).infer(input, {
    onTick: (tick, view) => {
      if (tick < steps) fired.push([...view.fired(0)]);
    },
  });
  return { fired, rounding: record.rounding! };
}

const changed = (one: readonly number[][], other: readonly number[][]): number =>
  one.reduce((sum, spikes, step) => {
    const both = spikes.filter((neuron) => other[step]!.includes(neuron)).length;
    return sum + spikes.length + other[step]!.length - 2 * both;
  }, 0);

describe('the same layer built from net.json', () => {
  const recordedInput = () => Int16Array.from(parseNpy(shared('braille', 'braille_input_ds_test0.npy')).values);
  const recordedSpikes = (): number[][] => {
    const { values, shape } = parseNpy(shared('braille', 'snntorch_activity_noDelay_bias_zero.npy'));
    return Array.from({ length: shape[0]! }, (_, tick) =>
      Array.from({ length: NEURONS }, (__, n) => n).filter((n) => values[tick * NEURONS + n] !== 0),
    );
  };

  for (const bits of [8, 16] as const)
    itShared(`fires as in snnTorch as far as ${bits} bit allow, and the build says how far`, async () => {
      const { fired, rounding } = await builtSpikes(recordedInput(), bits);
      const chip = rounding.stations.find(({ rounded }) => rounded === 'chip')!;
      expect(chip.populations[0]!.spikesChanged).toBe(changed(recordedSpikes(), fired));
      // Of 9,728 in which a neuron can fire.
      if (bits === 16) expect(fired).toEqual(recordedSpikes());
      else expect(rounding.advice).toEqual([expect.stringContaining('weightBits: 16')]);
    });
});

describe.each(KERNEL_KINDS)('a recurrent layer that reads Braille on %s kernels', (kernels) => {
  itShared('fires as in snnTorch, where a spike sets the potential to zero', () => {
    const network = readNetwork();
    const input = Int16Array.from(parseNpy(shared('braille', 'braille_input_ds_test0.npy')).values);
    const { values, shape } = parseNpy(shared('braille', 'snntorch_activity_noDelay_bias_zero.npy'));
    const recorded = Array.from({ length: shape[0]! }, (_, tick) =>
      Array.from({ length: NEURONS }, (__, n) => n).filter((n) => values[tick * NEURONS + n] !== 0),
    );
    expect(recorded.flat().length).toBe(119);
    expect(spikesOf(network, input, 'zero', kernels)).toEqual(recorded);
  });

  itShared('fires as the rule of snnTorch says, where a spike subtracts the threshold', () => {
    const network = readNetwork();
    const input = Int16Array.from(parseNpy(shared('braille', 'braille_input_ds_test0.npy')).values);
    const expected = subtracting(network, input);
    expect(expected.flat().length).toBeGreaterThan(100);
    expect(spikesOf(network, input, 'subtract', kernels)).toEqual(expected);
  });
});
