/** Figures of a partition, worked out from its definition. The searches keep their own books; tests compare the two. */
import { NO_SOURCE, type Hypergraph } from './hypergraph.ts';

export interface PartitionFigures {
  /** Blocks that hold at least one node. */
  readonly blocks: number;
  /** Σ edgeWeight · (blocks touched − 1), source and targets counted; for a host input: Σ edgeWeight · blocks touched. */
  readonly km1: number;
  /** [block × resources + resource], classes counted once per block. */
  readonly load: Float64Array;
  /** Per block: Σ edgeAxons of the hyperedges with a target in it, and the private axons of its nodes. */
  readonly inAxons: Float64Array;
}

/** @param blockOf per node, 0 .. slots − 1 */
export function measurePartition(graph: Hypergraph, blockOf: Uint32Array, slots: number): PartitionFigures {
  const inAxons = new Float64Array(slots);
  const seen = new Uint32Array(slots);
  let km1 = 0;
  for (let e = 0; e < graph.edges; e++) {
    const stamp = e + 1;
    let touched = 0;
    for (let k = graph.targetStart[e]!; k < graph.targetStart[e + 1]!; k++) {
      const block = blockOf[graph.targets[k]!]!;
      if (seen[block] === stamp) continue;
      seen[block] = stamp;
      touched++;
      inAxons[block]! += graph.edgeAxons[e]!;
    }
    const source = graph.source[e]!;
    const atHome = source !== NO_SOURCE && seen[blockOf[source]!] === stamp;
    km1 += graph.edgeWeight[e]! * (touched - (atHome ? 1 : 0));
  }
  for (let v = 0; v < graph.nodes; v++) inAxons[blockOf[v]!]! += graph.privateAxons[v]!;
  return { blocks: countUsed(blockOf, slots), km1, load: blockLoads(graph, blockOf, slots), inAxons };
}

function countUsed(blockOf: Uint32Array, slots: number): number {
  const used = new Uint8Array(slots);
  for (let v = 0; v < blockOf.length; v++) used[blockOf[v]!] = 1;
  return used.reduce((sum, one) => sum + one, 0);
}

function blockLoads(graph: Hypergraph, blockOf: Uint32Array, slots: number): Float64Array {
  const { resources, nodeLoad, classLoad, classStart, classes, classCount } = graph;
  const load = new Float64Array(slots * resources);
  const paid = new Uint8Array(slots * classCount);
  for (let v = 0; v < graph.nodes; v++) {
    const block = blockOf[v]!;
    for (let r = 0; r < resources; r++) load[block * resources + r]! += nodeLoad[v * resources + r]!;
    for (let k = classStart[v]!; k < classStart[v + 1]!; k++) {
      const paidAt = block * classCount + classes[k]!;
      if (paid[paidAt] === 1) continue;
      paid[paidAt] = 1;
      for (let r = 0; r < resources; r++) load[block * resources + r]! += classLoad[classes[k]! * resources + r]!;
    }
  }
  return load;
}
