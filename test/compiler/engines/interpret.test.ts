import { describe, expect, it } from '@jest/globals';
import { INPUT, type QuantisedGraph } from '../../../compiler/ir/layers.ts';
import { ReferenceInterpreter } from '../../../compiler/index.ts';
import { neuronsFrom } from '../../../compiler/layer-neurons.ts';

/** A firing layer of one neuron per row of weights over the input, and a read-out that copies its spikes. */
function graphOf(window: number, bias: number, weights: readonly number[][]): QuantisedGraph {
  const inputs = weights[0]!.length;
  const neurons = weights.length;
  const diagonal = { kind: 'diagonal' as const, weight: new Int8Array(neurons).fill(1) };
  return {
    name: 'hand-made',
    inputShape: [inputs, 1, 1],
    inputRange: [-127, 127],
    weightBits: 8,
    window,
    ticks: window + 1,
    layers: [
      {
        name: 'fire',
        shape: [neurons, 1, 1],
        branches: [
          {
            source: INPUT,
            pool: [1, 1],
            pooled: [inputs, 1, 1],
            operator: { kind: 'dense', weight: Int8Array.from(weights.flat()) },
            shift: 0,
            delay: 0,
          },
        ],
        ...neuronsFrom('integrate-and-fire', {
          threshold: new Int32Array(neurons).fill(10),
          initial: new Int32Array(neurons).fill(5),
          bias: new Int32Array(neurons).fill(bias),
        }),
        depth: 0,
        currentStart: 0,
      },
      {
        name: 'read',
        shape: [neurons, 1, 1],
        branches: [{ source: 0, pool: [1, 1], pooled: [neurons, 1, 1], operator: diagonal, shift: 0, delay: 1 }],
        neuron: 'accumulator',
        parameters: { initial: new Int32Array(neurons), bias: new Int32Array(neurons) },
        depth: 1,
        currentStart: 1,
      },
    ],
  };
}

function trace(graph: QuantisedGraph, input: readonly number[]) {
  const spikes: number[][] = [];
  const potentials: number[][] = [];
  const result = new ReferenceInterpreter(graph).run(Int16Array.from(input), (_, view) => {
    spikes.push([...view.spikes(0)]);
    potentials.push([...view.potentials(0)]);
  });
  return { ...result, spikes: spikes.map((s) => s[0]), potentials: potentials.map((p) => p[0]) };
}

describe('ReferenceInterpreter', () => {
  it('integrates a constant current, fires at the threshold and keeps the rest', () => {
    const run = trace(graphOf(4, 0, [[3]]), [2]);
    // V: 5 → 11 fires → 1 → 7 → 13 fires → 3 → 9; the fifth tick lies behind the window.
    expect(run.potentials).toEqual([1, 7, 3, 9, 9]);
    expect(run.spikes).toEqual([1, 0, 1, 0, 0]);
    expect([...run.readout]).toEqual([2]);
  });

  it('fires where V equals the threshold, at most once a tick', () => {
    expect(trace(graphOf(1, 0, [[5]]), [1]).spikes).toEqual([1, 0]);
    const run = trace(graphOf(2, 0, [[50]]), [1]);
    expect(run.spikes).toEqual([1, 1, 0]);
    expect(run.potentials).toEqual([45, 85, 85]);
  });

  it('the sum of inputs equals threshold times spikes plus the change of potential', () => {
    const graph = graphOf(20, 1, [[7, -3]]);
    for (const input of [
      [1, 0],
      [2, 3],
      [0, 4],
    ]) {
      const run = trace(graph, input);
      const charge = 20 * (7 * input[0]! - 3 * input[1]! + 1);
      const spikes = run.spikes.reduce<number>((sum, s) => sum + s!, 0);
      expect(10 * spikes).toBe(charge + 5 - run.potentials.at(-1)!);
    }
  });

  it('predicts the lowest index of equal accumulators', () => {
    const run = new ReferenceInterpreter(graphOf(4, 0, [[1], [6], [6]])).run(Int16Array.of(1));
    expect(run.predicted).toBe(1);
  });
});
