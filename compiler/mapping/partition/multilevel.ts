/** The ladder of ever coarser hypergraphs, and the way down it with a partition in hand. */
import { clusterNodes, type ClusterOptions } from './coarsen.ts';
import { contract } from './contract.ts';
import type { Hypergraph } from './hypergraph.ts';
import type { PartitionLimits } from './limits.ts';
import type { RandomSource } from './random.ts';
import { PartitionState } from './state.ts';

export interface Ladder {
  /** From the finest to the coarsest. */
  readonly graphs: readonly Hypergraph[];
  /** clusterOf[l]: node of graphs[l] → node of graphs[l + 1]. */
  readonly clusterOf: readonly Uint32Array[];
}

/** A level must leave out at least this part of the nodes, or it is the last. */
const LEAST_REDUCTION = 0.05;

/** Coarsens until hardly any node finds a cluster; `byNeighbours` holds for the first step. */
export function climb(
  graph: Hypergraph,
  limits: PartitionLimits,
  options: ClusterOptions,
  random: RandomSource,
): Ladder {
  const graphs = [graph];
  const clusterOf: Uint32Array[] = [];
  let within = options.within;
  for (let top = graph; top.nodes > 1;) {
    const byNeighbours = options.byNeighbours === true && top === graph;
    const step = clusterNodes(top, limits, { ...options, byNeighbours, ...(within && { within }) }, random);
    if (step.clusters > top.nodes * (1 - LEAST_REDUCTION)) break;
    within = within && carryUp(within, step.clusterOf, step.clusters);
    top = contract(top, step.clusterOf, step.clusters);
    graphs.push(top);
    clusterOf.push(step.clusterOf);
  }
  return { graphs, clusterOf };
}

/** Label per cluster, where all nodes of a cluster carry the same. */
export function carryUp(labels: Uint32Array, clusterOf: Uint32Array, clusters: number): Uint32Array {
  const coarse = new Uint32Array(clusters);
  for (let v = 0; v < labels.length; v++) coarse[clusterOf[v]!] = labels[v]!;
  return coarse;
}

/** Label per node from the labels of the clusters. */
export function carryDown(labels: Uint32Array, clusterOf: Uint32Array): Uint32Array {
  return clusterOf.map((cluster) => labels[cluster]!);
}

/**
 * Carries a partition of the coarsest level down to the finest and improves it on each.
 *
 * @param improve changes the state in place; it is told the level, 0 the finest
 */
export function descend(
  ladder: Ladder,
  limits: PartitionLimits,
  start: Uint32Array,
  slots: number,
  improve: (state: PartitionState, level: number) => void,
): PartitionState {
  let blockOf = start;
  for (let level = ladder.graphs.length - 1; ; level--) {
    const state = new PartitionState(ladder.graphs[level]!, limits, slots, blockOf);
    improve(state, level);
    if (level === 0) return state;
    blockOf = carryDown(state.blockOf, ladder.clusterOf[level - 1]!);
  }
}
