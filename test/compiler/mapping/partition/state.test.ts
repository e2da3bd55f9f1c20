import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anneal } from '../../../../compiler/mapping/partition/anneal.ts';
import { clusterNodes } from '../../../../compiler/mapping/partition/coarsen.ts';
import { contract } from '../../../../compiler/mapping/partition/contract.ts';
import { dissolveBlocks } from '../../../../compiler/mapping/partition/dissolve.ts';
import { growBlocks } from '../../../../compiler/mapping/partition/grow.ts';
import type { PartitionLimits } from '../../../../compiler/mapping/partition/limits.ts';
import { measurePartition } from '../../../../compiler/mapping/partition/metrics.ts';
import { findMisfit } from '../../../../compiler/mapping/partition/misfit.ts';
import { carryDown } from '../../../../compiler/mapping/partition/multilevel.ts';
import { packInOrder } from '../../../../compiler/mapping/partition/pack.ts';
import { RandomSource } from '../../../../compiler/mapping/partition/random.ts';
import { refine } from '../../../../compiler/mapping/partition/refine.ts';
import { PartitionState } from '../../../../compiler/mapping/partition/state.ts';
import { arbitraryInstance } from '../../../arbitraries/hypergraphs.ts';

const SLOTS = 5;
const NO_LIMITS: PartitionLimits = { load: Float64Array.of(Infinity, Infinity), inAxons: Infinity, blocks: SLOTS };

/** The books of the state are what the definitions give. */
function expectTrueBooks(state: PartitionState): void {
  const figures = measurePartition(state.graph, state.blockOf, state.slots);
  expect(state.km1).toBe(figures.km1);
  expect(state.used).toBe(figures.blocks);
  expect(Array.from(state.inAxons)).toEqual(Array.from(figures.inAxons));
  expect(Array.from(state.load)).toEqual(Array.from(figures.load));
}

function expectWithin(state: PartitionState, limits: PartitionLimits): void {
  const { load, inAxons } = measurePartition(state.graph, state.blockOf, state.slots);
  load.forEach((used, k) => {
    expect(used).toBeLessThanOrEqual(limits.load[k % limits.load.length]!);
  });
  for (const used of inAxons) expect(used).toBeLessThanOrEqual(limits.inAxons);
}

const sequential = (nodes: number): Uint32Array => Uint32Array.from({ length: nodes }, (_, v) => v);

describe('the books of a partition', () => {
  it('equal the definitions after every move, and a scan foretells the change', () => {
    fc.assert(
      fc.property(arbitraryInstance, fc.integer(), ({ graph }, seed) => {
        const random = new RandomSource(seed);
        const blockOf = Uint32Array.from({ length: graph.nodes }, () => random.below(SLOTS));
        const state = new PartitionState(graph, NO_LIMITS, SLOTS, blockOf);
        expectTrueBooks(state);
        for (let k = 0; k < 12; k++) {
          const v = random.below(graph.nodes);
          const to = random.below(SLOTS);
          const foretold = to === state.blockOf[v] ? 0 : state.scan(v) - state.saved[to]!;
          const before = state.km1;
          state.move(v, to);
          expect(state.km1 - before).toBe(foretold);
          expectTrueBooks(state);
        }
      }),
    );
  });

  it('tell exactly which blocks admit a node', () => {
    fc.assert(
      fc.property(arbitraryInstance, fc.integer(), ({ graph, limits }, seed) => {
        const random = new RandomSource(seed);
        const blockOf = Uint32Array.from({ length: graph.nodes }, () => random.below(SLOTS));
        const state = new PartitionState(graph, limits, SLOTS, blockOf);
        const v = random.below(graph.nodes);
        const to = (state.blockOf[v]! + 1) % SLOTS;
        const moved = state.blockOf.slice();
        moved[v] = to;
        const { load, inAxons } = measurePartition(graph, moved, SLOTS);
        const loadsFit = limits.load.every((cap, r) => load[to * graph.resources + r]! <= cap);
        expect(state.loadsAdmit(v, to)).toBe(loadsFit);
        expect(state.axonsAdmit(v, to)).toBe(inAxons[to]! <= limits.inAxons);
      }),
    );
  });
});

describe('the searches', () => {
  it('keep true books and all limits, and never end worse than they began', () => {
    fc.assert(
      fc.property(arbitraryInstance, fc.integer(), ({ graph, limits }, seed) => {
        fc.pre(findMisfit(graph, limits)?.kind !== 'node');
        const random = new RandomSource(seed);
        for (const { blockOf, blocks } of [
          packInOrder(graph, limits, sequential(graph.nodes)),
          growBlocks(graph, limits, random),
        ]) {
          const state = new PartitionState(graph, limits, blocks, blockOf);
          expectWithin(state, limits);
          expect(dissolveBlocks(state, limits.blocks)).toBe(state.used <= limits.blocks);
          for (const search of [
            () => refine(state, { passes: 3, patience: 20, work: 100_000 }, random),
            () => anneal(state, { work: 5000, first: 10, last: 0.1 }, random),
          ]) {
            const before = state.km1;
            search();
            expect(state.km1).toBeLessThanOrEqual(before);
            expectTrueBooks(state);
            expectWithin(state, limits);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('dissolving keeps true books and all limits', () => {
    fc.assert(
      fc.property(arbitraryInstance, ({ graph, limits }) => {
        fc.pre(findMisfit(graph, limits)?.kind !== 'node');
        const state = new PartitionState(graph, limits, graph.nodes, sequential(graph.nodes));
        dissolveBlocks(state, 1);
        expectTrueBooks(state);
        expectWithin(state, limits);
      }),
    );
  });
});

describe('contraction', () => {
  it('gives every partition of the clusters the figures it has on the nodes', () => {
    fc.assert(
      fc.property(arbitraryInstance, fc.integer(), ({ graph }, seed) => {
        const random = new RandomSource(seed);
        const { clusterOf, clusters } = clusterNodes(graph, NO_LIMITS, { part: 1 }, random);
        const coarse = contract(graph, clusterOf, clusters);
        const blockOf = Uint32Array.from({ length: clusters }, () => random.below(SLOTS));
        expect(measurePartition(coarse, blockOf, SLOTS)).toEqual(
          measurePartition(graph, carryDown(blockOf, clusterOf), SLOTS),
        );
      }),
    );
  });

  it('joins only what fits a block, and only within the labels given', () => {
    fc.assert(
      fc.property(arbitraryInstance, fc.integer(), fc.boolean(), ({ graph, limits, layers }, seed, byNeighbours) => {
        fc.pre(findMisfit(graph, limits)?.kind !== 'node');
        const options = { part: 1, within: layers, byNeighbours };
        const { clusterOf, clusters } = clusterNodes(graph, limits, options, new RandomSource(seed));
        const labels = Array.from({ length: clusters }, () => new Set<number>());
        clusterOf.forEach((cluster, v) => labels[cluster]!.add(layers[v]!));
        for (const found of labels) expect(found.size).toBe(1);
        expectWithin(new PartitionState(graph, limits, clusters, clusterOf), limits);
      }),
    );
  });
});
