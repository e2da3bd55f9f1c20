/** What exporters write otherwise than the equations of NIR mean it, against the steps of their libraries. */
import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../arbitraries/random.ts';
import { chainOf, type Graph, type Node, readGraph, runOf } from './graphs.ts';

const STEPS = 60;
const random = seededRandom(11);
const input = Array.from({ length: STEPS }, () => Number(random() < 0.4));
const WEIGHT = 1.4;

const linear = (weight: number): Node => ({ type: 'Linear', weight: { shape: [1, 1], data: [weight] } });
const neuron = (type: string, fields: Readonly<Record<string, number>>): Node => ({
  type,
  ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]])),
});

/** Steps at which a neuron fires. @param step of it on what it gets, which says whether it fires */
const firesAt = (step: (x: number) => boolean): number[] => input.flatMap((x, t) => (step(WEIGHT * x) ? [t] : []));

const chipFires = (graph: Graph, dt: number | undefined, rules: Parameters<typeof readGraph>[3]): number[] =>
  runOf(readGraph(graph, STEPS, dt, rules).network, input).fired.flatMap((found, t) => (found.length > 0 ? [t] : []));

describe('a neuron as its library exports it fires as in the library', () => {
  it('LIFCell of Norse: the current takes all of a spike, V is v_leak at the start', () => {
    let [i, v] = [0, 0.5];
    const expected = firesAt((x) => {
      i += x;
      v += 0.1 * (0.5 - v + i);
      i -= 0.2 * i;
      const fires = v > 1;
      if (fires) v = 0;
      return fires;
    });
    const node = neuron('CubaLIF', {
      tau_mem: 0.01,
      tau_syn: 0.005,
      r: 1,
      w_in: 1,
      v_leak: 0.5,
      v_threshold: 1,
      v_reset: 0,
    });
    const found = chipFires(chainOf([1], { fc: linear(WEIGHT), lif: node }), 0.001, { origin: 'norse' });
    expect(found).toEqual(expected);
    expect(expected.length).toBeGreaterThan(3);
  });

  it.each([
    ['IFNode', 1, 'IF', { r: 1e4, v_threshold: 1, v_reset: 0.3 }],
    ['LIFNode', 0.5, 'LIF', { tau: 2e-4, r: 2, v_leak: 0.3, v_threshold: 1, v_reset: 0.3 }],
  ] as const)('%s of SpikingJelly: V is v_reset at the start', (_name, kept, type, fields) => {
    let v = 0.3;
    const expected = firesAt((x) => {
      v = kept * v + (1 - kept) * 0.3 + x / 2;
      const fires = v >= 1;
      if (fires) v = 0.3;
      return fires;
    });
    const graph = chainOf([1], { fc: linear(WEIGHT / 2), lif: neuron(type, fields) });
    expect(chipFires(graph, undefined, { origin: 'spikingjelly' })).toEqual(expected);
    expect(expected.length).toBeGreaterThan(3);
    // Without the start it would fire later.
    expect(input.indexOf(1)).toBe(expected[0]);
  });

  it('LIFNeuronTorch of Rockpool: its r is no gain', () => {
    let v = 0;
    const expected = firesAt((x) => {
      v = v * Math.exp(-0.05) + 0.5 * x;
      const fires = v >= 1;
      if (fires) v -= Math.floor(v);
      return fires;
    });
    const node = neuron('LIF', { tau: 0.02, r: 20 * Math.exp(-0.05), v_leak: 0, v_threshold: 1 });
    expect(chipFires(chainOf([1], { fc: linear(WEIGHT / 2), lif: node }), 0.001, { origin: 'rockpool' })).toEqual(
      expected,
    );
    expect(expected.length).toBeGreaterThan(3);
  });

  it.each([
    ['infinite', Infinity, 1],
    ['negative', -0.005, 1],
    ['shorter than a step', 0.00005, 0],
  ])('a decay that snnTorch clips: tau is %s', (_name, tau, kept) => {
    let v = 0;
    const expected = firesAt((x) => {
      v = kept * v + 0.7 * x;
      const fires = v > 0.95;
      if (fires) v = 0;
      return fires;
    });
    const node = neuron('LIF', { tau, r: tau / 1e-4, v_leak: 0, v_threshold: 0.95, v_reset: 0 });
    const found = chipFires(chainOf([1], { fc: linear(0.7 * WEIGHT), lif: node }), undefined, { origin: 'snntorch' });
    expect(found).toEqual(expected);
    expect(expected.length).toBeGreaterThan(3);
  });

  it('RLIF of Spyx, whose input is drawn through the weights of its loop', () => {
    let [v, fired] = [0, 0];
    const back = -0.6;
    const expected = firesAt((x) => {
      v = 0.8 * v + x + back * fired - fired;
      fired = Number(v > 1);
      return fired === 1;
    });
    const lif = neuron('LIF', { tau: 5, r: 0.8, v_leak: 0, v_threshold: 1, v_reset: 0 });
    const port = (type: string): Node => ({ type, shape: [1] });
    const graph: Graph = {
      nodes: {
        input: port('Input'),
        fc: linear(WEIGHT),
        layer: {
          nodes: { in: port('Input'), lif, w_rec: linear(back), out: port('Output') },
          edges: ['in w_rec', 'w_rec lif', 'lif w_rec', 'lif out'],
        },
        output: port('Output'),
      },
      edges: ['input fc', 'fc layer', 'layer output'],
    };
    expect(chipFires(graph, undefined, {})).toEqual(expected);
    expect(expected.length).toBeGreaterThan(3);
    expect(readGraph(graph, 1, undefined).said.join('\n')).toMatch(/as in Spyx[^]*"layer\/w_rec" is a loop/);
  });

  it('a state with a Threshold behind it, which nothing resets', () => {
    let v = 0;
    const expected = firesAt((x) => {
      v = 0.8 * v + x;
      return v > 2;
    });
    const nodes = {
      fc: linear(WEIGHT),
      li: neuron('LI', { tau: 5, r: 1, v_leak: 0 }),
      fires: neuron('Threshold', { threshold: 2 }),
    };
    expect(chipFires(chainOf([1], nodes), undefined, {})).toEqual(expected);
    expect(expected.length).toBeGreaterThan(3);
  });
});

it('a Threshold behind weights compares what comes in a step', () => {
  const nodes = { fc: linear(WEIGHT), fires: neuron('Threshold', { threshold: 1 }) };
  expect(chipFires(chainOf([1], nodes), undefined, {})).toEqual(firesAt((x) => x > 1));
});

it('a factor of a leak has the 16 bits of the chip, of a graph that snnc wrote the 12 that it means', () => {
  const node = neuron('LIF', { tau: 1e-3, r: 10, v_leak: 0, v_threshold: 1, v_reset: 0 });
  const [lif] = readGraph(chainOf([1], { fc: linear(1), lif: node }), 1, 1e-4).network.populations;
  expect(lif!.rule!.leak).toMatchObject({ bits: 16 });
});
