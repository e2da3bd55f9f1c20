/**
 * Neurons whose packets carry numbers, as programs, against the same neurons in plain integers, written down as the libraries
 * that have them do: sinabs' IAF, which fires several times in a step, and lava-dl's sigma-delta neurons, which send changes.
 */
import { describe, expect, it } from '@jest/globals';
import { KERNEL_KINDS } from '../../emulator/index.ts';
import type { PlaneRow, Policy } from '../../isa/chip.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { activityOf, type Population, populationChip } from './population.ts';

const NEURONS = 20;
const SOURCES = 10;
const TICKS = 120;
const THETA = 100;

const plane = (index: number, policy: Policy, bits: number): PlaneRow => ({
  ...{ plane: index, policy, bits, first: 0, count: NEURONS, min: 0, max: 0 },
});

const random = seededRandom(11);
const between = (min: number, max: number): number => min + Math.floor(random() * (max - min + 1));
const matrix = (rows: number, min: number, max: number): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: NEURONS }, () => between(min, max)));

const WEIGHTS = matrix(SOURCES, -60, 90);
const BACK = matrix(NEURONS, -9, 7);
const EVENTS = Int16Array.from({ length: TICKS * SOURCES }, () => (random() < 0.5 ? 0 : between(-2, 3)));

/** What the neurons hear in a tick from sources with these payloads. */
const heard = (payloads: readonly number[], weights: readonly (readonly number[])[]): number[] =>
  Array.from({ length: NEURONS }, (_, n) => payloads.reduce((sum, payload, k) => sum + payload * weights[k]![n]!, 0));

const inputOf = (tick: number): number[] => [...EVENTS.subarray(tick * SOURCES, (tick + 1) * SOURCES)];
const indices = (sent: readonly number[]): number[] => sent.flatMap((payload, n) => (payload === 0 ? [] : [n]));

interface Expected {
  readonly fired: number[][];
  readonly potentials: number[][];
  /** All that was sent. */
  readonly payloads: number[];
}

/** @param step of all neurons: takes the input of the tick and what was sent in the last one, gives V and what is sent */
function simulate(
  step: (input: number[], before: readonly number[]) => { readonly v: number[]; readonly sent: number[] },
): Expected {
  const expected: Expected = { fired: [], potentials: [], payloads: [] };
  let before = new Array<number>(NEURONS).fill(0);
  for (let tick = 0; tick < TICKS; tick++) {
    const { v, sent } = step(heard(inputOf(tick), WEIGHTS), before);
    expected.fired.push(indices(sent));
    expected.potentials.push([...v]);
    expected.payloads.push(...sent.filter((payload) => payload !== 0));
    before = sent;
  }
  return expected;
}

function expectAll(expected: Expected, population: Omit<Population, 'neurons' | 'inputTicks' | 'ticks' | 'payloads'>) {
  const chip = populationChip({ neurons: NEURONS, inputTicks: TICKS, ticks: TICKS, payloads: [-2, 3], ...population });
  for (const kernels of KERNEL_KINDS) {
    const { fired, potentials } = activityOf(chip, EVENTS, kernels);
    expect(fired).toEqual(expected.fired);
    expect(potentials.map((values) => Array.from(values))).toEqual(expected.potentials);
  }
}

describe('IAF of sinabs: as many spikes in a step as thresholds are reached, and a lowest potential', () => {
  /** v_mem += input; spikes = (v_mem > 0) · ⌊v_mem / θ⌋; v_mem −= spikes · θ; v_mem = max(v_mem, −θ) */
  const iaf = (): Expected => {
    const v = new Array<number>(NEURONS).fill(0);
    return simulate((input, before) => {
      const back = heard(before, BACK);
      const sent = v.map((_, n) => {
        v[n]! += input[n]! + back[n]!;
        const spikes = v[n]! > 0 ? Math.floor(v[n]! / THETA) : 0;
        v[n] = Math.max(v[n]! - spikes * THETA, -THETA);
        return spikes;
      });
      return { v, sent };
    });
  };

  it('spikes and potentials of a recurrent population, on all kernels', () => {
    const most = 31;
    const expected = iaf();
    expect(Math.max(...expected.payloads)).toBeLessThanOrEqual(most);
    expect(expected.payloads.filter((payload) => payload > 2).length).toBeGreaterThan(100);
    expect(expected.payloads.filter((payload) => payload === 1).length).toBeGreaterThan(100);
    expectAll(expected, {
      input: [{ weights: WEIGHTS, into: 'destination=V' }],
      recurrent: [{ weights: BACK, into: 'destination=V' }],
      recurrentPayloads: [0, most],
      planes: [plane(2, 'prove', 6)],
      program: (run, parameter, tree) => [
        `COUNT plane=V into=P2 ${run} ${parameter(THETA)} most=${most}`,
        `EMIT payload=plane plane=P2 ${run} ${tree}`,
        `ALUP function=max plane=V ${run} ${parameter(-THETA)}`,
      ],
    });
  });

  it('is refused where what it sends is more than its hearers declare', () => {
    const chip = (most: number) => () =>
      populationChip({
        ...{ neurons: NEURONS, inputTicks: TICKS, ticks: TICKS, payloads: [-2, 3] },
        input: [{ weights: WEIGHTS, into: 'destination=V' }],
        recurrent: [{ weights: BACK, into: 'destination=V' }],
        recurrentPayloads: [0, 7],
        planes: [plane(2, 'prove', 6)],
        program: (run, parameter, tree) => [
          `COUNT plane=V into=P2 ${run} ${parameter(THETA)} most=${most}`,
          `EMIT payload=plane plane=P2 ${run} ${tree}`,
          `ALUP function=max plane=V ${run} ${parameter(-THETA)}`,
        ],
      });
    expect(chip(7)).not.toThrow();
    expect(chip(8)).toThrow('can hold payloads 0..8; group 1 declares 0..7');
  });
});

describe('sigma-delta neurons of lava-dl: the change of a rectified state, where it is large enough', () => {
  /** Of the state that is sent; what is sent at once is at most so much. */
  const [LEAST, MOST] = [25, 120];
  const RING = Array.from({ length: NEURONS }, (_, k) =>
    Array.from({ length: NEURONS }, (__, n) => Number(n === (k + 1) % NEURONS)),
  );
  const SATURATED = 2 ** 11;

  /** sigma += input; y = relu(sigma); delta = y − ref; where |delta| ≥ θ it is sent, and ref += delta. A receiver adds up. */
  const sigmaDelta = () => {
    const zeros = (): number[] => new Array<number>(NEURONS).fill(0);
    const [sigma, reference, received] = [zeros(), zeros(), zeros()];
    const states: number[][] = [];
    const expected = simulate((input, before) => {
      const sent = zeros();
      for (let n = 0; n < NEURONS; n++) {
        received[n]! += before[(n + NEURONS - 1) % NEURONS]!;
        sigma[n] = Math.max(-SATURATED, Math.min(SATURATED - 1, sigma[n]! + input[n]!));
        const change = Math.max(sigma[n]!, 0) - reference[n]!;
        const delta = Math.max(-MOST, Math.min(MOST, change));
        if (Math.abs(delta) < LEAST) continue;
        sent[n] = delta;
        reference[n]! += delta;
      }
      states.push([...reference]);
      return { v: received, sent };
    });
    return { ...expected, states };
  };

  it('what is received is what was sent, on all kernels', () => {
    const expected = sigmaDelta();
    expect(expected.payloads.filter((payload) => payload < 0).length).toBeGreaterThan(300);
    expect(expected.payloads.filter((payload) => payload > 0).length).toBeGreaterThan(300);
    expect(new Set(expected.payloads).size).toBeGreaterThan(100);
    // The neuron behind in the ring knows the state that the one before it has sent, a tick later.
    for (let tick = 1; tick < TICKS; tick++)
      for (let n = 0; n < NEURONS; n++)
        expect(expected.potentials[tick]![(n + 1) % NEURONS]).toBe(expected.states[tick - 1]![n]);
    expectAll(expected, {
      input: [{ weights: WEIGHTS, into: 'destination=I' }],
      recurrent: [{ weights: RING, into: 'destination=V' }],
      recurrentPayloads: [-MOST, MOST],
      planes: [plane(1, 'prove', 20), plane(2, 'saturate', 12), plane(3, 'prove', 16), plane(4, 'saturate', 13)],
      program: (run, parameter, tree) => [
        `ALU function=add plane=P2 source=I ${run}`,
        `ALUP function=set plane=I ${run} ${parameter(0)}`,
        `ALU function=set plane=P3 source=P2 ${run}`,
        `ALUP function=max plane=P3 ${run} ${parameter(0)}`,
        `ALU function=sub plane=P3 source=P4 ${run}`,
        `ALUP function=min plane=P3 ${run} ${parameter(MOST)}`,
        `ALUP function=max plane=P3 ${run} ${parameter(-MOST)}`,
        `COMPAREP flag=f0 op=ge plane=P3 ${run} ${parameter(LEAST)}`,
        `COMPAREP flag=f0 op=le combine=or plane=P3 ${run} ${parameter(-LEAST)}`,
        `EMIT payload=plane plane=P3 when=f0 ${run} ${tree}`,
        `ALU function=add plane=P4 when=f0 source=P3 ${run}`,
      ],
    });
  });
});
