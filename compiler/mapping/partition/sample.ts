/** Fewer hyperedges that stand for all: large graphs are searched on them. */
import { buildHypergraph, type Hypergraph } from './hypergraph.ts';
import type { RandomSource } from './random.ts';

/**
 * Keeps one hyperedge in `every`, by lot, with as many times its weight and axons. Sums over many hyperedges stay what they are
 * but for a few per cent, so a partition of the sample is one of the graph whose limits have to be looked at again.
 */
export function sampleHyperedges(graph: Hypergraph, every: number, random: RandomSource): Hypergraph {
  const kept: number[] = [];
  for (let e = 0; e < graph.edges; e++) if (random.below(every) === 0) kept.push(e);
  const targetStart = new Uint32Array(kept.length + 1);
  kept.forEach((e, k) => {
    targetStart[k + 1] = targetStart[k]! + graph.targetStart[e + 1]! - graph.targetStart[e]!;
  });
  const targets = new Uint32Array(targetStart[kept.length]!);
  kept.forEach((e, k) => {
    targets.set(graph.targets.subarray(graph.targetStart[e], graph.targetStart[e + 1]), targetStart[k]);
  });
  const { nodes, resources, nodeLoad, privateAxons, classStart, classes, classLoad } = graph;
  return buildHypergraph({
    ...{ nodes, resources, nodeLoad, privateAxons, classStart, classes, classLoad, targetStart, targets },
    source: Uint32Array.from(kept, (e) => graph.source[e]!),
    edgeWeight: Float64Array.from(kept, (e) => graph.edgeWeight[e]! * every),
    edgeAxons: Float64Array.from(kept, (e) => graph.edgeAxons[e]! * every),
  });
}
