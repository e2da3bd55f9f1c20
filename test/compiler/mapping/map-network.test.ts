import { fires } from '../../../compiler/layer-neurons.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boxElement, boxSize, type Target } from '../../../isa/index.ts';
import { coreNeeds, firstExcess } from '../../../compiler/layout/core-needs.ts';
import type { QuantisedGraph } from '../../../compiler/ir/layers.ts';
import { CorePlanner, planCores } from '../../../compiler/layout/plan-cores.ts';
import { assumedRates } from '../../../compiler/layout/packet-rates.ts';
import { axonCount, isTile } from '../../../compiler/layout/axons.ts';
import { excesses, sourceNeeds, tilesOfBlocks } from '../../../compiler/mapping/blocks.ts';
import { mapNetwork } from '../../../compiler/mapping/map-network.ts';
import { measurePartition } from '../../../compiler/mapping/partition/metrics.ts';
import { quotientOf } from '../../../compiler/mapping/quotient.ts';
import { buildThatFits, quantisedGraph } from '../../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../../arbitraries/networks.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';
import { cases } from '../../cases.ts';

const graphAndTarget = async (net: RandomNetwork, tiny: Target) => {
  const result = await buildThatFits(net, tiny);
  const graph = quantisedGraph(result);
  return {
    graph,
    target: result.chip.target,
    planner: new CorePlanner(graph),
    rates: assumedRates(graph.layers.map(fires)),
  };
};

/** Every neuron of every layer is in just one tile. */
function expectCovered(graph: QuantisedGraph, tiles: ReturnType<typeof tilesOfBlocks>['tiles']): void {
  graph.layers.forEach(({ shape }, l) => {
    const times = new Uint8Array(shape[0] * shape[1] * shape[2]);
    for (const { layer, box } of tiles)
      if (layer === l) for (let k = 0; k < boxSize(box); k++) times[boxElement(box, shape, k)]!++;
    expect(times.every((n) => n === 1)).toBe(true);
  });
}

describe('the quotient', () => {
  it('becomes tiles that cover every layer once, whatever the blocks', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, fc.integer(), async (net, tiny, seed) => {
        const { graph, target, planner, rates } = await graphAndTarget(net, tiny);
        const quotient = quotientOf(planner, target, rates)!;
        const random = seededRandom(seed);
        const blocks = 1 + Math.floor(random() * 6);
        const blockOf = Uint32Array.from(quotient.boxes, () => Math.floor(random() * blocks));
        const assigned = tilesOfBlocks(graph, quotient, blockOf);
        expectCovered(graph, assigned.tiles);
        for (const { layer, box } of assigned.tiles) expect(isTile(graph.layers[layer]!, box)).toBe(true);
        const cores = planCores(planner, assigned);
        const figures = measurePartition(quotient.hypergraph, blockOf, blocks);
        const neurons = Array.from({ length: blocks }, (_, b) => figures.load[b * quotient.hypergraph.resources]!);
        expect(cores.map(({ plan }) => plan.neurons).sort()).toEqual(neurons.filter((n) => n > 0).sort());
      }),
      { numRuns: cases(20) },
    );
  });

  it('never counts fewer axons of a column than its core takes', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, fc.nat(), async (net, tiny, pick) => {
        const { target, planner, rates } = await graphAndTarget(net, tiny);
        const { hypergraph, boxes, at } = quotientOf(planner, target, rates)!;
        const v = pick % boxes.length;
        const plan = planner.plan([{ layer: at.layer[v]!, box: boxes[v]! }]);
        let axons = 0;
        for (let k = hypergraph.inStart[v]!; k < hypergraph.inStart[v + 1]!; k++)
          axons += hypergraph.edgeAxons[hypergraph.inEdges[k]!]!;
        // Columns of channels are heard as a whole, also where a group of a convolution hears a part of one.
        expect(axons).toBeGreaterThanOrEqual(
          plan.groups.reduce((sum, group) => sum + axonCount(group.axons), 0) - 1e-9,
        );
      }),
      { numRuns: cases(30) },
    );
  });
});

describe('mapNetwork', () => {
  it('keeps every limit of the target exactly, and gives the same for a seed', async () => {
    let mapped = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, fc.nat(), async (net, tiny, seed) => {
        const { target, planner, rates } = await graphAndTarget(net, tiny);
        const options = { cores: 60, spread: 4, seed, effort: 0.1 };
        const result = mapNetwork(planner, target, rates, options);
        expect(mapNetwork(planner, target, rates, options)).toEqual(result);
        if (!result.ok) return;
        mapped++;
        const { assigned } = result.sources;
        expectCovered(result.planner.graph, assigned.tiles);
        expect(assigned.cores).toBeLessThanOrEqual(options.cores);
        expect(excesses(sourceNeeds(result.planner.graph, result.sources), target).size).toBe(0);
        for (const { plan } of planCores(result.planner, assigned))
          expect(firstExcess(coreNeeds(plan), target)).toBeUndefined();
      }),
      { numRuns: cases(15) },
    );
    expect(mapped).toBeGreaterThan(cases(7));
  });
});
