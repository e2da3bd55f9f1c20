/**
 * Clusters by label propagation, for graphs in which looking at all common hyperedges of two nodes would cost too much:
 * a node goes where most of the traffic to and from its direct neighbours is. Time per sweep is proportional to the pins.
 */
import { NO_SOURCE, type Hypergraph } from './hypergraph.ts';
import type { PartitionLimits } from './limits.ts';
import type { RandomSource } from './random.ts';

/** After this many sweeps few nodes still move. */
const SWEEPS = 5;
/** Neighbours that a node asks in each direction; of more, an even sample, another one in each sweep. */
const NEIGHBOURS_ASKED = 32;

/** Whom a node follows: direct neighbours, as suits graphs without layers, or those who hear what it hears. */
export type Following = 'neighbours' | 'hearing';

/**
 * @param part greatest load of a cluster as a part of what a block holds
 * @param within joins only nodes with equal labels
 * @returns leader of each node: a node of its cluster that names it
 */
export function propagateLabels(
  graph: Hypergraph,
  limits: PartitionLimits,
  part: number,
  within: Uint32Array | undefined,
  random: RandomSource,
  following: Following,
): Uint32Array {
  const sweep = new Propagation(graph, limits, part, within);
  const order = Uint32Array.from({ length: graph.nodes }, (_, v) => v);
  for (let k = 0; k < SWEEPS; k++) {
    random.shuffle(order);
    if (following === 'hearing') sweep.labelEdges(random);
    for (let j = 0; j < order.length; j++)
      if (following === 'hearing') sweep.followEdges(order[j]!, random);
      else sweep.followNeighbours(order[j]!, random);
  }
  return sweep.label;
}

class Propagation {
  readonly label: Uint32Array;
  readonly #graph: Hypergraph;
  readonly #limits: PartitionLimits;
  readonly #part: number;
  readonly #within: Uint32Array | undefined;
  readonly #load: Float64Array;
  readonly #bond: Float64Array;
  readonly #bound: Uint32Array;
  readonly #edgeLabel: Uint32Array;
  #boundCount = 0;

  constructor(graph: Hypergraph, limits: PartitionLimits, part: number, within: Uint32Array | undefined) {
    this.#graph = graph;
    this.#limits = limits;
    this.#part = part;
    this.#within = within;
    this.label = Uint32Array.from({ length: graph.nodes }, (_, v) => v);
    this.#load = graph.nodeLoad.slice();
    this.#bond = new Float64Array(graph.nodes);
    this.#bound = new Uint32Array(graph.nodes);
    this.#edgeLabel = new Uint32Array(graph.edges);
  }

  /** Every hyperedge takes the label that most of its targets have. */
  labelEdges(random: RandomSource): void {
    const graph = this.#graph;
    const bond = this.#bond;
    const bound = this.#bound;
    const edgeLabel = this.#edgeLabel;
    for (let e = 0; e < graph.edges; e++) {
      this.#boundCount = 0;
      this.#askTargets(e, random);
      let best = 0;
      for (let k = 1; k < this.#boundCount; k++) if (bond[bound[k]!]! > bond[bound[best]!]!) best = k;
      edgeLabel[e] = this.#boundCount === 0 ? NO_LABEL : bound[best]!;
      for (let k = 0; k < this.#boundCount; k++) bond[bound[k]!] = 0;
    }
  }

  /** Moves node v to the label that most of what it hears has, if there is room. */
  followEdges(v: number, random: RandomSource): void {
    const graph = this.#graph;
    const edgeLabel = this.#edgeLabel;
    this.#boundCount = 0;
    const stride = strideOver(graph.inStart[v + 1]! - graph.inStart[v]!);
    for (let k = graph.inStart[v]! + random.below(stride); k < graph.inStart[v + 1]!; k += stride) {
      const e = graph.inEdges[k]!;
      if (edgeLabel[e] !== NO_LABEL) this.#bindTo(edgeLabel[e]!, graph.edgeWeight[e]! * stride);
    }
    this.#settle(v);
  }

  /** Moves node v to the label that most of its neighbours have, if there is room. */
  followNeighbours(v: number, random: RandomSource): void {
    const graph = this.#graph;
    this.#boundCount = 0;
    for (let k = graph.outStart[v]!; k < graph.outStart[v + 1]!; k++) this.#askTargets(graph.outEdges[k]!, random);
    const stride = strideOver(graph.inStart[v + 1]! - graph.inStart[v]!);
    for (let k = graph.inStart[v]! + random.below(stride); k < graph.inStart[v + 1]!; k += stride) {
      const e = graph.inEdges[k]!;
      const source = graph.source[e]!;
      if (source !== NO_SOURCE) this.#bindTo(this.label[source]!, graph.edgeWeight[e]! * stride);
    }
    this.#settle(v);
  }

  /** Takes the label that binds v most and has room; the bonds are done with. */
  #settle(v: number): void {
    const { label } = this;
    const bond = this.#bond;
    const bound = this.#bound;
    const own = label[v]!;
    let best = own;
    let most = bond[own]!;
    for (let k = 0; k < this.#boundCount; k++) {
      const candidate = bound[k]!;
      if (bond[candidate]! > most && this.#admits(v, candidate)) {
        most = bond[candidate]!;
        best = candidate;
      }
    }
    for (let k = 0; k < this.#boundCount; k++) bond[bound[k]!] = 0;
    if (best !== own) this.#move(v, own, best);
  }

  #askTargets(e: number, random: RandomSource): void {
    const { targetStart, targets, edgeWeight } = this.#graph;
    const stride = strideOver(targetStart[e + 1]! - targetStart[e]!);
    const share = edgeWeight[e]! * stride;
    for (let k = targetStart[e]! + random.below(stride); k < targetStart[e + 1]!; k += stride) {
      this.#bindTo(this.label[targets[k]!]!, share);
    }
  }

  #bindTo(candidate: number, share: number): void {
    if (this.#bond[candidate] === 0) this.#bound[this.#boundCount++] = candidate;
    this.#bond[candidate]! += share;
  }

  #admits(v: number, candidate: number): boolean {
    const graph = this.#graph;
    const limits = this.#limits;
    const within = this.#within;
    const load = this.#load;
    if (within !== undefined && within[v] !== within[candidate]) return false;
    for (let r = 0; r < graph.resources; r++) {
      const sum = load[candidate * graph.resources + r]! + graph.nodeLoad[v * graph.resources + r]!;
      if (sum > limits.load[r]! * this.#part) return false;
    }
    return true;
  }

  #move(v: number, from: number, to: number): void {
    const { label } = this;
    const graph = this.#graph;
    const load = this.#load;
    for (let r = 0; r < graph.resources; r++) {
      load[from * graph.resources + r]! -= graph.nodeLoad[v * graph.resources + r]!;
      load[to * graph.resources + r]! += graph.nodeLoad[v * graph.resources + r]!;
    }
    label[v] = to;
  }
}

/** Of a hyperedge whose weight is 0. */
const NO_LABEL = 0xffff_ffff;

const strideOver = (neighbours: number): number => Math.max(1, Math.floor(neighbours / NEIGHBOURS_ASKED));
