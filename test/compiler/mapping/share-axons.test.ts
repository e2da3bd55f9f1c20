import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReferenceInterpreter } from '../../../compiler/index.ts';
import type { Operator, QuantisedBranch, QuantisedGraph, StoredWeights } from '../../../compiler/ir/layers.ts';
import { neuronsFrom } from '../../../compiler/layer-neurons.ts';
import { CorePlanner } from '../../../compiler/layout/plan-cores.ts';
import { shareAxons } from '../../../compiler/mapping/share-axons.ts';
import { shapeSize, type Shape } from '../../../isa/index.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { SEED } from '../../seed.ts';

/** A block with a skip connection behind a layer that hears the input: first → second → third, and first → third. */
function blockOf({ channels, side, seed, delay }: { channels: number; side: number; seed: number; delay: number }) {
  const random = seededRandom(seed);
  const weights = (count: number) => Int8Array.from({ length: count }, () => Math.floor(random() * 9) - 4);
  const shape: Shape = [channels, side, side];
  const conv = (): Operator<StoredWeights> => ({
    ...{ kind: 'conv', weight: weights(channels * channels * 9), kernel: [3, 3], stride: [1, 1] },
    ...{ padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 },
  });
  const branch = (source: number, operator: Operator<StoredWeights>, later = 1): QuantisedBranch => ({
    ...{ source, pool: [1, 1], pooled: shape, operator, shift: 0, delay: source < 0 ? 0 : later },
  });
  const layer = (name: string, depth: number, branches: readonly QuantisedBranch[], reads = false) => ({
    ...{ name, shape, branches, depth, currentStart: depth },
    ...(reads
      ? {
          neuron: 'accumulator' as const,
          parameters: { initial: new Int32Array(channels), bias: new Int32Array(channels) },
        }
      : neuronsFrom('integrate-and-fire', {
          threshold: new Int32Array(channels).fill(9),
          initial: new Int32Array(channels).fill(4),
          bias: new Int32Array(channels),
        })),
  });
  const diagonal: Operator<StoredWeights> = { kind: 'diagonal', weight: weights(channels) };
  const graph: QuantisedGraph = {
    ...{ name: 'block', inputShape: shape, inputRange: [0, 127], weightBits: 8, window: 4, ticks: 7 },
    layers: [
      layer('first', 0, [branch(-1, conv())]),
      layer('second', 1, [branch(0, conv())]),
      layer('third', 2, [branch(1, conv()), branch(0, diagonal, delay)]),
      layer('read', 3, [branch(2, conv())], true),
    ],
  };
  const input = Int16Array.from({ length: shapeSize(shape) }, () => Math.floor(random() * 20));
  return { graph, input, shape };
}

/** Axons of a core that holds the whole block. */
function axonsOf(graph: QuantisedGraph, [channels, height, width]: Shape): number {
  const box = { c0: 0, y0: 0, x0: 0, channels, height, width };
  return new CorePlanner(graph).plan(graph.layers.map((_, layer) => ({ layer, box }))).axons;
}

const block = fc.record({
  ...{ channels: fc.integer({ min: 1, max: 4 }), side: fc.integer({ min: 1, max: 5 }), seed: fc.nat() },
  delay: fc.constantFrom(1, 2),
});

describe('skip connections beside convolutions', () => {
  it('share axons where both hear a spike in the same tick, and change nothing that is computed', () => {
    fc.assert(
      fc.property(block, (drawn) => {
        const { graph, input, shape } = blockOf(drawn);
        const shared = shareAxons(graph);
        const saved = drawn.delay === 1 ? shapeSize(shape) : 0;
        expect(axonsOf(graph, shape) - axonsOf(shared, shape)).toBe(saved);
        const [before, after] = [graph, shared].map((each) => new ReferenceInterpreter(each).run(input));
        expect(after).toEqual(before);
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it('stay as they are where no convolution hears their source', () => {
    const { graph } = blockOf({ channels: 2, side: 3, seed: 1, delay: 2 });
    expect(shareAxons(graph)).toEqual(graph);
  });
});
