import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { axonCount } from '../../../compiler/layout/axons.ts';
import { coreNeeds } from '../../../compiler/layout/core-needs.ts';
import type { QuantisedBranch, QuantisedGraph, QuantisedLayer } from '../../../compiler/ir/layers.ts';
import type { Tile } from '../../../compiler/ir/mapped.ts';
import { CorePlanner } from '../../../compiler/layout/plan-cores.ts';
import type { Box, Shape } from '../../../isa/index.ts';

const CHANNELS = 4;
const SHAPE: Shape = [CHANNELS, 8, 8];

function branch(source: number, kernel: number, delay = 1): QuantisedBranch {
  const padding = kernel >> 1;
  return {
    source,
    pool: [1, 1],
    pooled: SHAPE,
    shift: 0,
    delay,
    operator: {
      kind: 'conv',
      weight: new Int8Array(CHANNELS * CHANNELS * kernel * kernel).fill(1),
      kernel: [kernel, kernel],
      stride: [1, 1],
      padding: [padding, padding, padding, padding],
      dilation: [1, 1],
      groups: 1,
    },
  };
}

const layer = (name: string, depth: number, branches: readonly QuantisedBranch[]): QuantisedLayer => ({
  name,
  shape: SHAPE,
  branches,
  neuron: 'integrate-and-fire',
  parameters: {
    threshold: Int32Array.of(10, 20, 30, 40),
    initial: Int32Array.of(5, 10, 15, 20),
    bias: Int32Array.of(1, 2, 3, 4),
  },
  depth,
  currentStart: depth,
});

const graph: QuantisedGraph = {
  name: 'test',
  inputShape: SHAPE,
  inputRange: [0, 1],
  weightBits: 8,
  window: 4,
  ticks: 6,
  layers: [
    layer('first', 0, [branch(-1, 3, 0)]),
    layer('second', 1, [branch(0, 3)]),
    layer('two kernels', 1, [branch(0, 3), branch(0, 1)]),
    layer('delayed', 2, [branch(1, 3, 1), branch(0, 3, 2)]),
  ],
};
const planner = new CorePlanner(graph);
const needs = (...tiles: readonly Tile[]) => coreNeeds(planner.plan(tiles));
const tile = (layerIndex: number, box: Partial<Box>): Tile => ({
  layer: layerIndex,
  box: { c0: 0, y0: 0, x0: 0, channels: CHANNELS, height: 1, width: 1, ...box },
});

describe('a core with several tiles', () => {
  it('stores a kernel and its parameters once, and the halo of neighbours once', () => {
    const left = tile(1, { y0: 3, x0: 3, height: 2 });
    const right = tile(1, { y0: 3, x0: 4, height: 2 });
    expect(needs(left).axons).toBe(4 * 3 * CHANNELS);
    expect(needs(left, right)).toEqual({
      ...needs(left),
      neurons: 2 * needs(left).neurons,
      axons: 4 * 4 * CHANNELS,
      // A further CONV and FIRE; BIAS and RESET reach over both.
      programWords: needs(left).programWords + 9 + 5,
    });
  });

  it('keeps tiles that are far apart in groups of their own', () => {
    const [near, far] = [tile(1, { y0: 1, x0: 1 }), tile(1, { y0: 6, x0: 6 })];
    const both = needs(near, far);
    expect(both.axonGroups).toBe(2);
    expect(both.axons).toBe(needs(near).axons + needs(far).axons);
  });

  it('has one axon where branches or layers hear a source with the same delay, and two where delays differ', () => {
    const box = { y0: 3, x0: 3 };
    expect(needs(tile(2, box)).axons).toBe(9 * CHANNELS);
    expect(needs(tile(1, box), tile(2, box)).axons).toBe(9 * CHANNELS);
    expect(needs(tile(1, box), tile(3, box)).axons).toBe(3 * 9 * CHANNELS);
  });

  it('never needs more than its tiles apart, whatever their order', () => {
    const arbitraryTile = fc
      .tuple(fc.nat({ max: 3 }), fc.nat({ max: 7 }), fc.nat({ max: 7 }), fc.constantFrom([0, 4], [0, 2], [2, 2]))
      .map(([l, y0, x0, [c0, channels]]) => tile(l, { y0, x0, c0, channels }));
    const place = ({ layer: l, box }: Tile): string => `${l} ${box.y0} ${box.x0}`;
    fc.assert(
      fc.property(fc.uniqueArray(arbitraryTile, { minLength: 1, maxLength: 12, selector: place }), (tiles) => {
        const together = needs(...tiles);
        expect(needs(...tiles.toReversed())).toEqual(together);
        const apart = tiles.map((each) => needs(each));
        for (const name of Object.keys(together) as (keyof typeof together)[]) {
          const sum = apart.reduce((total, each) => total + each[name], 0);
          expect(together[name]).toBeLessThanOrEqual(sum);
        }
        const { groups, axons } = planner.plan(tiles);
        let firstAxon = 0;
        for (const group of groups) {
          expect(group.firstAxon).toBe(firstAxon);
          firstAxon += axonCount(group.axons);
        }
        expect(axons).toBe(firstAxon);
      }),
    );
  });
});
