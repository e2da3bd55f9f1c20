/**
 * Chips that look at their neurons behind every event, against the same neurons in plain integers: rules and order are written
 * here a second time, from what is published of Speck and of tinyODIN.
 */
import { describe, expect, it } from '@jest/globals';
import { Emulator } from '../../emulator/index.ts';
import { buildPopulations } from '../arbitraries/populations/build.ts';
import { Draws } from '../arbitraries/random.ts';

const STEPS = 24;

interface Rule {
  /** V behind an event that added a weight: what is left, and whether it fires. */
  readonly event: (v: number, weight: number) => readonly [v: number, fires: boolean];
  /** V at the end of a step. */
  readonly step: (v: number) => number;
}

const clamp = (v: number, bits: number): number => Math.max(-(2 ** (bits - 1)), Math.min(2 ** (bits - 1) - 1, v));

/** Speck: 16 bit, one spike for an event, the threshold is taken off, and V never lies below −θ. */
const speck = (threshold: number): Rule => ({
  event: (v, weight) => {
    const sum = clamp(v + weight, 16);
    const fires = sum >= threshold;
    return [Math.max(fires ? sum - threshold : sum, -threshold), fires];
  },
  step: (v) => v,
});

/** tinyODIN: 12 bit, back to 0, and a leak towards 0 with every reference of time. */
const odin = (threshold: number, leak: number): Rule => ({
  event: (v, weight) => {
    const sum = clamp(v + weight, 12);
    return sum >= threshold ? [0, true] : [sum, false];
  },
  step: (v) => (v > 0 ? Math.max(0, v - leak) : Math.min(0, v + leak)),
});

/** Events of an input of 2×6×6 per step, channel-first. */
const inputs = (draws: Draws): number[][] =>
  Array.from({ length: STEPS }, () => Array.from({ length: 72 }, () => (draws.chance(0.2) ? draws.between(1, 3) : 0)));

/** Takes so many events of an element, for all neurons that it reaches, and counts who fires. */
function take(events: number, reached: readonly (readonly [neuron: number, weight: number])[], layer: Layer): void {
  for (let event = 0; event < events; event++)
    for (const [neuron, weight] of reached) {
      const [v, fires] = layer.rule.event(layer.v[neuron]!, weight);
      layer.v[neuron] = v;
      if (fires) layer.fired[neuron]!++;
    }
}

interface Layer {
  readonly rule: Rule;
  readonly v: number[];
  fired: number[];
}

const newLayer = (rule: Rule, neurons: number): Layer => ({
  rule,
  v: new Array<number>(neurons).fill(0),
  fired: new Array<number>(neurons).fill(0),
});

const TAPS = [0, 1, 2];

describe('a convolution and a dense layer as Speck has them', () => {
  const draws = new Draws(11);
  const kernel = Array.from({ length: 3 * 2 * 9 }, () => draws.between(-60, 90));
  const matrix = Array.from({ length: 5 * 3 * 9 }, () => draws.between(-100, 120));
  const samples = [inputs(draws), inputs(draws)];
  const neuron = (threshold: number) => ({
    ...{ neuron: 'if', threshold, compare: 'ge', reset: { kind: 'subtract' } },
    ...{ floor: -threshold, update: 'event', bits: 16 },
  });
  const document = {
    format: 'snn-net/1',
    name: 'speck',
    input: { shape: [2, 6, 6], steps: STEPS, payload: { min: 0, max: 3 } },
    populations: [
      { name: 'edges', shape: [3, 6, 6], ...neuron(127) },
      { name: 'classes', shape: 5, ...neuron(300) },
    ],
    connections: [
      {
        ...{ from: 'input', to: 'edges', op: 'conv', stride: [1, 1], dilation: [1, 1], groups: 1 },
        ...{ padding: [1, 1, 1, 1], weight: { shape: [3, 2, 3, 3], data: kernel } },
      },
      { from: 'edges', to: 'classes', op: 'dense', pool: 2, weight: { shape: [5, 27], data: matrix } },
    ],
    output: { population: 'classes', decode: 'count' },
  };

  /** Axons ascend: by row, column, then channel. */
  function step(input: readonly number[], edges: Layer, classes: Layer): void {
    edges.fired.fill(0);
    for (let y = 0; y < 6; y++)
      for (let x = 0; x < 6; x++)
        for (let c = 0; c < 2; c++) {
          const reached = [0, 1, 2].flatMap((out) =>
            TAPS.flatMap((ky) =>
              TAPS.flatMap((kx): (readonly [number, number])[] => {
                const [row, column] = [y + 1 - ky, x + 1 - kx];
                if (row < 0 || row > 5 || column < 0 || column > 5) return [];
                return [[out * 36 + row * 6 + column, kernel[((out * 2 + c) * 3 + ky) * 3 + kx]!]];
              }),
            ),
          );
          take(input[c * 36 + y * 6 + x]!, reached, edges);
        }
    classes.fired.fill(0);
    for (let y = 0; y < 3; y++)
      for (let x = 0; x < 3; x++)
        for (let c = 0; c < 3; c++) {
          const corner = c * 36 + 12 * y + 2 * x;
          const sum = [0, 1, 6, 7].reduce((total, at) => total + edges.fired[corner + at]!, 0);
          const reached = [0, 1, 2, 3, 4].map((k) => [k, matrix[k * 27 + c * 9 + y * 3 + x]!] as const);
          take(sum, reached, classes);
        }
  }

  it('has the potentials and the spikes of its rule on the chip', async () => {
    const { chip } = await buildPopulations(document);
    const emulator = new Emulator(chip, { timing: 'none' });
    for (const sample of samples) {
      const [edges, classes] = [newLayer(speck(127), 108), newLayer(speck(300), 5)];
      const counts = new Array<number>(5).fill(0);
      const expected = sample.map((input) => {
        step(input, edges, classes);
        classes.fired.forEach((spikes, k) => (counts[k]! += spikes));
        return [edges, classes].map(({ v }) => [...v]);
      });
      const found: number[][][] = [];
      const { readout } = emulator.infer(Int16Array.from(sample.flat()), {
        onTick: (_, view) => void found.push([0, 1].map((layer) => Array.from(view.potential(layer)))),
      });
      // The second population runs one tick late.
      expect(expected.map(([v]) => v)).toEqual(found.slice(0, STEPS).map(([v]) => v));
      expect(expected.map(([, v]) => v)).toEqual(found.slice(1, STEPS + 1).map(([, v]) => v));
      expect(Array.from(readout)).toEqual(counts);
      expect(Math.max(...counts)).toBeGreaterThan(STEPS);
    }
  });
});

describe('a recurrent layer as tinyODIN has it', () => {
  const [SIZE, THRESHOLD, LEAK] = [16, 24, 3];

  it('has the potentials and the spikes of its rule on the chip', async () => {
    const draws = new Draws(5);
    const input = Array.from({ length: SIZE * SIZE }, () => draws.between(-5, 9));
    const own = Array.from({ length: SIZE * SIZE }, () => draws.between(-8, 5));
    const dense = (data: number[]) => ({ op: 'dense', weight: { shape: [SIZE, SIZE], data } });
    const { chip } = await buildPopulations({
      format: 'snn-net/1',
      name: 'odin',
      input: { shape: SIZE, steps: STEPS, payload: { min: 0, max: 2 } },
      populations: [
        {
          ...{ name: 'neurons', shape: SIZE, neuron: 'lif', threshold: THRESHOLD, compare: 'ge' },
          ...{ reset: { kind: 'value', value: 0 }, leak: { kind: 'linear', step: LEAK }, update: 'event', bits: 12 },
        },
      ],
      connections: [
        { from: 'input', to: 'neurons', ...dense(input) },
        { from: 'neurons', to: 'neurons', delay: 1, ...dense(own) },
      ],
      output: { population: 'neurons', decode: 'count' },
    });
    const layer = newLayer(odin(THRESHOLD, LEAK), SIZE);
    const row = (weights: readonly number[], from: number) =>
      Array.from({ length: SIZE }, (_, k) => [k, weights[k * SIZE + from]!] as const);
    const sample = Array.from({ length: STEPS }, () => Array.from({ length: SIZE }, () => draws.below(3)));
    const expected = sample.map((events) => {
      const before = layer.fired;
      layer.fired = new Array<number>(SIZE).fill(0);
      // Connections follow each other as the file has them.
      events.forEach((count, from) => take(count, row(input, from), layer));
      before.forEach((count, from) => take(count, row(own, from), layer));
      layer.v.forEach((v, k) => (layer.v[k] = layer.rule.step(v)));
      return { v: [...layer.v], fired: layer.fired.flatMap((count, k) => (count > 0 ? [k] : [])) };
    });
    const found: { v: number[]; fired: number[] }[] = [];
    new Emulator(chip, { timing: 'none' }).infer(Int16Array.from(sample.flat()), {
      onTick: (_, view) => void found.push({ v: Array.from(view.potential(0)), fired: [...view.fired(0)] }),
    });
    expect(found.slice(0, STEPS)).toEqual(expected);
    expect(expected.flatMap(({ fired }) => fired).length).toBeGreaterThan(50);
  });
});
