/** The quotient graph of what is not pinned: the partitioner looks at nothing else. */
import type { Quotient } from '../quotient.ts';
import { buildHypergraph, type Hypergraph, NO_SOURCE } from '../partition/hypergraph.ts';
import type { NodeCoordinates } from '../partition/orders.ts';
import type { Pinned } from './pinned.ts';

/** Block of a node that is in no block of the partition; equal to NO_SOURCE, so that what pinned nodes send has no source. */
export const PINNED_BLOCK = NO_SOURCE;

export interface LeftOfQuotient {
  readonly hypergraph: Hypergraph;
  readonly at: NodeCoordinates;
  /** Blocks of all nodes of the quotient from those of the partition; PINNED_BLOCK where all of a node is pinned. */
  readonly expand: (blockOf: Uint32Array) => Uint32Array;
}

/** Nodes of which a part is pinned stay whole: what is pinned is taken out of their tiles. What pinned nodes send comes from elsewhere, as input does. */
export function leftOfQuotient({ hypergraph, at, boxes }: Quotient, pinned: Pinned): LeftOfQuotient {
  const nodes: number[] = [];
  const newOf = new Uint32Array(hypergraph.nodes).fill(PINNED_BLOCK);
  for (let v = 0; v < hypergraph.nodes; v++) {
    if (pinned.holds(at.layer[v]!, boxes[v]!)) continue;
    newOf[v] = nodes.length;
    nodes.push(v);
  }
  const pick = (values: ArrayLike<number>): Uint32Array => Uint32Array.from(nodes, (v) => values[v]!);
  return {
    hypergraph: buildHypergraph({
      nodes: nodes.length,
      resources: hypergraph.resources,
      ...loadsOf(hypergraph, nodes),
      ...edgesOf(hypergraph, newOf),
    }),
    at: { layer: pick(at.layer), y: pick(at.y), x: pick(at.x) },
    expand: (blockOf) => Uint32Array.from(newOf, (v) => (v === PINNED_BLOCK ? PINNED_BLOCK : blockOf[v]!)),
  };
}

function loadsOf({ resources, nodeLoad, classStart, classes, classLoad }: Hypergraph, nodes: readonly number[]) {
  const left = new Float64Array(nodes.length * resources);
  const start = new Uint32Array(nodes.length + 1);
  const kept: number[] = [];
  nodes.forEach((v, k) => {
    left.set(nodeLoad.subarray(v * resources, (v + 1) * resources), k * resources);
    for (let c = classStart[v]!; c < classStart[v + 1]!; c++) kept.push(classes[c]!);
    start[k + 1] = kept.length;
  });
  return { nodeLoad: left, classStart: start, classes: Uint32Array.from(kept), classLoad };
}

function edgesOf({ edges, source, targetStart, targets, edgeWeight, edgeAxons }: Hypergraph, newOf: Uint32Array) {
  const sources: number[] = [];
  const weights: number[] = [];
  const axons: number[] = [];
  const heard: number[] = [];
  const starts = [0];
  for (let e = 0; e < edges; e++) {
    const before = heard.length;
    for (let k = targetStart[e]!; k < targetStart[e + 1]!; k++) {
      const target = newOf[targets[k]!]!;
      if (target !== PINNED_BLOCK) heard.push(target);
    }
    if (heard.length === before) continue;
    starts.push(heard.length);
    // A source that is pinned sends from its own core to each that hears it.
    sources.push(source[e] === NO_SOURCE ? NO_SOURCE : newOf[source[e]!]!);
    weights.push(edgeWeight[e]!);
    axons.push(edgeAxons[e]!);
  }
  return {
    source: Uint32Array.from(sources),
    edgeWeight: Float64Array.from(weights),
    edgeAxons: Float64Array.from(axons),
    targetStart: Uint32Array.from(starts),
    targets: Uint32Array.from(heard),
  };
}
