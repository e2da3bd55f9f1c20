/**
 * Neurons that simulators and chips have, as programs, against the same neuron written down as its authors do: in plain
 * integers, one after the other. Rules: the papers and sources that the names stand for.
 */
import { describe, expect, it } from '@jest/globals';
import { KERNEL_KINDS } from '../../emulator/index.ts';
import type { PlaneRow, Policy } from '../../isa/chip.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { activityOf, type Population, populationChip } from './population.ts';

const NEURONS = 24;
const SOURCES = 12;
const TICKS = 150;

/** State of one neuron, by the names of its model. */
type State = Record<string, number>;

interface Model {
  readonly name: string;
  readonly planes: readonly PlaneRow[];
  readonly into: string;
  readonly program: Population['program'];
  /** @returns whether it fires; `state` is moved on. `x` is the weighted input of the tick */
  readonly step: (state: State, x: number, tick: number, neuron: number) => boolean;
}

const plane = (index: number, policy: Policy, bits: number): PlaneRow => ({
  ...{ plane: index, policy, bits, first: 0, count: NEURONS, min: 0, max: 0 },
});

/** x · m / 2^12, towards zero. */
const mul = (x: number, m: number): number => Math.trunc((x * m) / 4096) + 0;
const saturated = (x: number, bits: number): number => Math.max(-(2 ** (bits - 1)), Math.min(2 ** (bits - 1) - 1, x));
const THETA = 300;

const MODELS: readonly Model[] = [
  {
    name: 'LIF with a reset to zero (NIR, Norse, snnTorch Leaky)',
    planes: [],
    into: 'destination=V',
    program: (run, parameter, tree) => [
      `FIRE compare=gt reset=value ${run} ${parameter(THETA)} ${tree} resetValue=0`,
      `DECAY plane=V kind=mul bits=11 ${run} ${parameter(3900)}`,
    ],
    step: (state, x) => {
      const v = state.v! + x;
      const fires = v > THETA;
      state.v = mul(fires ? 0 : v, 3900);
      return fires;
    },
  },
  {
    name: 'CubaLIF with a reset by subtraction (Rockpool)',
    planes: [],
    into: 'destination=I',
    program: (run, parameter, tree) => [
      `DECAY plane=V kind=mul bits=11 ${run} ${parameter(3700)}`,
      `ALU function=add plane=V source=I ${run}`,
      `COMPAREP flag=f0 op=ge plane=V ${run} ${parameter(THETA)}`,
      `EMIT when=f0 ${run} ${tree}`,
      `ALUP function=sub plane=V when=f0 ${run} ${parameter(THETA)}`,
      `DECAY plane=I kind=mul bits=11 ${run} ${parameter(3000)}`,
    ],
    step: (state, x) => {
      const i = state.i! + x;
      const v = mul(state.v!, 3700) + i;
      const fires = v >= THETA;
      state.v = fires ? v - THETA : v;
      state.i = mul(i, 3000);
      return fires;
    },
  },
  {
    name: 'snnTorch Synaptic, subtract, reset_delay off: the threshold comes back a step later',
    planes: [],
    into: 'destination=I',
    program: (run, parameter, tree) => [
      `COMPAREP flag=f1 op=gt plane=V ${run} ${parameter(THETA)}`,
      `DECAY plane=V kind=mul bits=11 ${run} ${parameter(3800)}`,
      `ALU function=add plane=V source=I ${run}`,
      `ALUP function=sub plane=V when=f1 ${run} ${parameter(THETA)}`,
      `COMPAREP flag=f0 op=gt plane=V ${run} ${parameter(THETA)}`,
      `EMIT when=f0 ${run} ${tree}`,
      `ALUP function=sub plane=V when=f0 ${run} ${parameter(THETA)}`,
      `ALUP function=add plane=V when=f1 ${run} ${parameter(THETA)}`,
      `DECAY plane=I kind=mul bits=11 ${run} ${parameter(3500)}`,
    ],
    step: (state, x) => {
      const i = state.i! + x;
      const k = state.v! > THETA ? 1 : 0;
      let v = mul(state.v!, 3800) + i - k * THETA;
      const fires = v > THETA;
      v -= ((fires ? 1 : 0) - k) * THETA;
      state.v = v;
      state.i = mul(i, 3500);
      return fires;
    },
  },
  {
    name: 'LIF with a refractory period (Norse lif_refrac)',
    planes: [plane(2, 'prove', 24), plane(3, 'prove', 8)],
    into: 'destination=I',
    program: (run, parameter, tree) => [
      `ALU function=set plane=P2 source=V ${run}`,
      `DECAY plane=P2 kind=mul bits=11 ${run} ${parameter(3900)}`,
      `ALU function=add plane=P2 source=I ${run}`,
      `COMPAREP flag=f1 op=gt plane=P3 ${run} ${parameter(0)}`,
      `ALU function=set plane=V when=not-f1 source=P2 ${run}`,
      `COMPAREP flag=f0 op=gt plane=V when=not-f1 ${run} ${parameter(THETA)}`,
      `EMIT when=f0 ${run} ${tree}`,
      `ALUP function=set plane=V when=f0 ${run} ${parameter(0)}`,
      `DECAY plane=P3 kind=linear ${run} ${parameter(1)}`,
      `ALUP function=set plane=P3 when=f0 ${run} ${parameter(5)}`,
      `DECAY plane=I kind=mul bits=11 ${run} ${parameter(2000)}`,
    ],
    step: (state, x) => {
      const i = state.i! + x;
      const waits = (state.rest ?? 0) > 0;
      const v = waits ? state.v! : mul(state.v!, 3900) + i;
      const fires = !waits && v > THETA;
      state.v = fires ? 0 : v;
      state.rest = fires ? 5 : Math.max(0, (state.rest ?? 0) - 1);
      state.i = mul(i, 2000);
      return fires;
    },
  },
  {
    name: 'ALIF: every spike raises the threshold, which decays (sinabs, Spyx)',
    planes: [plane(2, 'saturate', 20)],
    into: 'destination=V',
    program: (run, parameter, tree) => [
      // P2 holds what was added to the threshold.
      `ALU function=sub plane=V source=P2 ${run}`,
      `COMPAREP flag=f0 op=ge plane=V ${run} ${parameter(THETA)}`,
      `ALU function=add plane=V source=P2 ${run}`,
      `EMIT when=f0 ${run} ${tree}`,
      `ALUP function=set plane=V when=f0 ${run} ${parameter(0)}`,
      `DECAY plane=V kind=mul bits=11 ${run} ${parameter(4000)}`,
      `DECAY plane=P2 kind=mul bits=11 ${run} ${parameter(3900)}`,
      `ALUP function=add plane=P2 when=f0 ${run} ${parameter(120)}`,
    ],
    step: (state, x) => {
      const v = state.v! + x;
      const fires = v >= THETA + (state.added ?? 0);
      state.v = mul(fires ? 0 : v, 4000);
      state.added = mul(state.added ?? 0, 3900) + (fires ? 120 : 0);
      return fires;
    },
  },
  {
    name: 'Xylo, one spike a step: decays by shifts, 16 bits that saturate',
    planes: [
      plane(0, 'saturate', 16),
      plane(1, 'saturate', 16),
      plane(2, 'saturate', 16),
      plane(3, 'prove', 24),
      plane(4, 'prove', 8),
    ],
    // What comes in is summed first: events have no order, and saturate nothing.
    into: 'destination=I bank=1',
    program: (run, parameter, tree) => [
      `ALU function=add plane=I source=P3 ${run}`,
      `ALUP function=set plane=P3 ${run} ${parameter(0)}`,
      `DECAY plane=I kind=shift ${run} ${parameter(3)}`,
      `ALU function=set plane=P2 source=V ${run}`,
      `DECAY plane=P2 kind=shift ${run} ${parameter(4)}`,
      `ALU function=sub plane=P2 source=V ${run}`,
      `ALU function=add plane=P2 source=I ${run}`,
      `ALUP function=add plane=P2 ${run} ${parameter(7)}`,
      `ALU function=add plane=V source=P2 ${run}`,
      `COUNT plane=V into=P4 ${run} ${parameter(THETA)} most=1`,
      `COMPAREP flag=f0 op=ge plane=P4 ${run} ${parameter(1)}`,
      `EMIT when=f0 ${run} ${tree}`,
    ],
    step: (state, x) => {
      const decay = (z: number, d: number): number => z - (z >> d || Math.sign(z));
      const i = decay(saturated(state.i! + x, 16), 3);
      let t = saturated(decay(state.v!, 4) - state.v!, 16);
      t = saturated(saturated(t + i, 16) + 7, 16);
      const v = saturated(state.v! + t, 16);
      const fires = v >= THETA;
      state.v = fires ? v - THETA : v;
      state.i = i;
      return fires;
    },
  },
  {
    name: 'sinabs IAF with a floor, one spike a step: the potential stays above −θ',
    planes: [],
    into: 'destination=V',
    program: (run, parameter, tree) => [
      `FIRE compare=ge reset=subtract ${run} ${parameter(THETA)} ${tree} resetValue=0`,
      `ALUP function=max plane=V ${run} ${parameter(-THETA)}`,
      `ALUP function=min plane=V ${run} ${parameter(4 * THETA)}`,
    ],
    step: (state, x) => {
      const v = state.v! + x;
      const fires = v >= THETA;
      state.v = Math.min(4 * THETA, Math.max(-THETA, fires ? v - THETA : v));
      return fires;
    },
  },
];

const next = seededRandom(14);
const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));

const WEIGHTS = Array.from({ length: SOURCES }, () => Array.from({ length: NEURONS }, () => whole(-40, 90)));
const BACK = Array.from({ length: NEURONS }, () => Array.from({ length: NEURONS }, () => whole(-60, 40)));
const EVENTS = Int16Array.from({ length: TICKS * SOURCES }, () => (next() < 0.35 ? 1 : 0));

/** Input and spikes of the tick before, weighted, for one tick after the other. */
function simulate({ step }: Model): { readonly fired: number[][]; readonly potentials: number[][] } {
  const states = Array.from({ length: NEURONS }, (): State => ({ v: 0, i: 0 }));
  const fired: number[][] = [];
  const potentials: number[][] = [];
  for (let tick = 0; tick < TICKS; tick++) {
    const before = fired.at(-1) ?? [];
    const x = (n: number): number =>
      WEIGHTS.reduce((sum, weights, s) => sum + weights[n]! * EVENTS[tick * SOURCES + s]!, 0) +
      before.reduce((sum, m) => sum + BACK[m]![n]!, 0);
    const inputs = states.map((_, n) => x(n));
    fired.push(states.flatMap((state, n) => (step(state, inputs[n]!, tick, n) ? [n] : [])));
    potentials.push(states.map(({ v }) => v!));
  }
  return { fired, potentials };
}

describe.each(MODELS)('$name', (model) => {
  it.each(KERNEL_KINDS)('spikes and potentials of a recurrent population on %s kernels', (kernels) => {
    const chip = populationChip({
      neurons: NEURONS,
      inputTicks: TICKS,
      ticks: TICKS,
      input: [{ weights: WEIGHTS, into: model.into }],
      recurrent: [{ weights: BACK, into: model.into }],
      ...(model.planes.length > 0 && { planes: model.planes }),
      program: model.program,
    });
    const { fired, potentials } = activityOf(chip, EVENTS, kernels);
    const expected = simulate(model);
    expect(expected.fired.flat().length).toBeGreaterThan(TICKS / 2);
    expect(fired).toEqual(expected.fired);
    expect(potentials.map((values) => Array.from(values))).toEqual(expected.potentials);
  });
});
