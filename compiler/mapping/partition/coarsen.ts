/**
 * Multilevel coarsening: nodes that share much traffic are joined, so that a search on few nodes moves many neurons.
 */
import { NO_SOURCE, type Hypergraph } from './hypergraph.ts';
import type { PartitionLimits } from './limits.ts';
import { measurePartition } from './metrics.ts';
import { propagateLabels, type Following } from './propagate.ts';
import type { RandomSource } from './random.ts';

export interface ClusterOptions {
  /** Greatest load of a cluster as a part of what a block holds. */
  readonly part: number;
  /** Joins only nodes of equal label, so that a partition carries over. */
  readonly within?: Uint32Array;
  /** Looks at direct neighbours only (`propagateLabels`). */
  readonly byNeighbours?: boolean;
  /** Propagates labels wherever that makes clusters; large lists of hyperedges ask for it by themselves. */
  readonly byLabels?: boolean;
}

/** A node looks at no more pins than this when it chooses a partner; what is beyond is sampled evenly. */
const PINS_RATED = 2048;
const PINS_PER_EDGE = 128;
/** Clusters of direct neighbours stay this small, so that the levels above can still arrange them. */
const NEIGHBOUR_PART = 1 / 16;

/** Clusters of nodes, numbered densely. */
export interface Clusters {
  readonly clusterOf: Uint32Array;
  readonly clusters: number;
}

/**
 * Joins every node with the cluster that shares most with it: Σ edgeWeight / targets over common hyperedges, divided by
 * the neurons of the cluster, so that clusters grow evenly. Where the common hyperedges are too many to look at, a sample
 * would be noise: then direct neighbours decide. Clusters fit a block in every limit if their nodes do.
 */
export function clusterNodes(
  graph: Hypergraph,
  limits: PartitionLimits,
  options: ClusterOptions,
  random: RandomSource,
): Clusters {
  if (options.byNeighbours === true || options.byLabels === true || pinsAround(graph) > PINS_RATED * graph.nodes) {
    const part = Math.min(options.part, NEIGHBOUR_PART);
    const follow = (following: Following): Clusters =>
      number(propagateLabels(graph, limits, part, options.within, random, following), graph.nodes);
    const neighbours = follow('neighbours');
    const clusters = options.byNeighbours === true ? neighbours : better(graph, neighbours, follow('hearing'));
    // Clusters of neighbours that are as large as they may be leave the rest to the common hyperedges.
    if (clusters.clusters < graph.nodes / 2) return breakMisfits(graph, limits, clusters);
  }
  const clustering = new Clustering(graph, limits, options);
  const order = Uint32Array.from({ length: graph.nodes }, (_, v) => v);
  random.shuffle(order);
  for (let k = 0; k < order.length; k++) clustering.join(order[k]!, random);
  return breakMisfits(graph, limits, number(clustering.leader, graph.nodes));
}

/** Of two clusterings, the one with less traffic between clusters. */
function better(graph: Hypergraph, a: Clusters, b: Clusters): Clusters {
  const [first, second] = [a, b].map(({ clusterOf, clusters }) => measurePartition(graph, clusterOf, clusters).km1);
  return second! < first! ? b : a;
}

/** Pins of all hyperedges of all nodes: what rating every node would look at. */
function pinsAround(graph: Hypergraph): number {
  let sum = 0;
  for (let e = 0; e < graph.edges; e++) {
    const pins = graph.targetStart[e + 1]! - graph.targetStart[e]!;
    sum += pins * pins;
  }
  return sum;
}

/** @param leader per node a number below `bound` that names its cluster */
function number(leader: Uint32Array, bound: number): Clusters {
  const numberOf = new Uint32Array(bound);
  let clusters = 0;
  const clusterOf = leader.map((at) => {
    if (numberOf[at] === 0) numberOf[at] = ++clusters;
    return numberOf[at]! - 1;
  });
  return { clusterOf, clusters };
}

/** Undoes the clusters that exceed a block: shared in-axons and classes are known only when a cluster is complete. */
function breakMisfits(graph: Hypergraph, limits: PartitionLimits, { clusterOf, clusters }: Clusters): Clusters {
  const { load, inAxons } = measurePartition(graph, clusterOf, clusters);
  const exceeds = (cluster: number): boolean => {
    for (let r = 0; r < graph.resources; r++) if (load[cluster * graph.resources + r]! > limits.load[r]!) return true;
    return inAxons[cluster]! > limits.inAxons;
  };
  let next = clusters;
  const broken = clusterOf.map((cluster) => (exceeds(cluster) ? next++ : cluster));
  return next === clusters ? { clusterOf, clusters } : number(broken, next);
}

class Clustering {
  readonly #graph: Hypergraph;
  readonly #limits: PartitionLimits;
  readonly #options: ClusterOptions;
  /** Node that leads the cluster of a node; a leader leads itself. */
  readonly leader: Uint32Array;
  readonly #size: Uint32Array;
  readonly #load: Float64Array;
  readonly #rating: Float64Array;
  readonly #rated: Uint32Array;
  #ratedCount = 0;

  constructor(graph: Hypergraph, limits: PartitionLimits, options: ClusterOptions) {
    this.#graph = graph;
    this.#limits = limits;
    this.#options = options;
    this.leader = Uint32Array.from({ length: graph.nodes }, (_, v) => v);
    this.#size = new Uint32Array(graph.nodes).fill(1);
    this.#load = graph.nodeLoad.slice();
    this.#rating = new Float64Array(graph.nodes);
    this.#rated = new Uint32Array(graph.nodes);
    for (let v = 0; v < graph.nodes; v++) this.#addClassLoad(v, v);
  }

  #addClassLoad(leader: number, v: number): void {
    const graph = this.#graph;
    const load = this.#load;
    const { resources } = graph;
    for (let k = graph.classStart[v]!; k < graph.classStart[v + 1]!; k++) {
      for (let r = 0; r < resources; r++) {
        load[leader * resources + r]! += graph.classLoad[graph.classes[k]! * resources + r]!;
      }
    }
  }

  join(v: number, random: RandomSource): void {
    if (this.leader[v] !== v || this.#size[v]! > 1) return;
    this.#rate(v, random);
    const { leader } = this;
    const rating = this.#rating;
    const rated = this.#rated;
    let best = -1;
    let most = 0;
    for (let k = 0; k < this.#ratedCount; k++) {
      const candidate = rated[k]!;
      const value = rating[candidate]! / (this.#load[candidate * this.#graph.resources]! || 1);
      rating[candidate] = 0;
      if (value > most && this.#mayJoin(v, candidate)) {
        most = value;
        best = candidate;
      }
    }
    if (best < 0) return;
    const { resources } = this.#graph;
    const shared = this.#sameClasses(v, best);
    for (let r = 0; r < resources; r++) {
      this.#load[best * resources + r]! += shared
        ? this.#graph.nodeLoad[v * resources + r]!
        : this.#load[v * resources + r]!;
    }
    leader[v] = best;
    this.#size[best]!++;
  }

  #mayJoin(v: number, leader: number): boolean {
    const graph = this.#graph;
    const limits = this.#limits;
    const options = this.#options;
    const load = this.#load;
    if (leader === v || (options.within !== undefined && options.within[v] !== options.within[leader])) return false;
    const { resources } = graph;
    const shared = graph.classCount > 0 && this.#sameClasses(v, leader);
    for (let r = 0; r < resources; r++) {
      const own = shared ? graph.nodeLoad[v * resources + r]! : load[v * resources + r]!;
      const sum = load[leader * resources + r]! + own;
      // What is paid once may fill a block by itself: only neurons are held to a part of it.
      if (sum > limits.load[r]! * (r === 0 ? options.part : 1)) return false;
    }
    return true;
  }

  #sameClasses(a: number, b: number): boolean {
    const { classStart, classes } = this.#graph;
    const length = classStart[a + 1]! - classStart[a]!;
    if (classStart[b + 1]! - classStart[b]! !== length) return false;
    for (let k = 0; k < length; k++) if (classes[classStart[a]! + k] !== classes[classStart[b]! + k]) return false;
    return true;
  }

  /** Rates the clusters that share hyperedges with v; large lists are sampled at an even stride from a random start. */
  #rate(v: number, random: RandomSource): void {
    const graph = this.#graph;
    this.#ratedCount = 0;
    let budget = PINS_RATED;
    for (let k = graph.outStart[v]!; k < graph.outStart[v + 1]! && budget > 0; k++) {
      budget -= this.#rateTargets(graph.outEdges[k]!, v, budget, random);
    }
    const heard = graph.inStart[v + 1]! - graph.inStart[v]!;
    const stride = Math.max(1, Math.ceil(heard / budget));
    for (let k = graph.inStart[v]! + random.below(stride); k < graph.inStart[v + 1]! && budget > 0; k += stride) {
      const e = graph.inEdges[k]!;
      const source = graph.source[e]!;
      if (source !== NO_SOURCE) this.#add(source, v, graph.edgeWeight[e]! / this.#pins(e));
      budget -= 1 + this.#rateTargets(e, v, budget, random);
    }
  }

  #pins(e: number): number {
    return this.#graph.targetStart[e + 1]! - this.#graph.targetStart[e]!;
  }

  #rateTargets(e: number, v: number, budget: number, random: RandomSource): number {
    const graph = this.#graph;
    const pins = this.#pins(e);
    const stride = Math.max(1, Math.ceil(pins / Math.max(1, Math.min(PINS_PER_EDGE, budget))));
    const share = (graph.edgeWeight[e]! / pins) * stride;
    let looked = 0;
    for (let k = graph.targetStart[e]! + random.below(stride); k < graph.targetStart[e + 1]!; k += stride, looked++) {
      this.#add(graph.targets[k]!, v, share);
    }
    return looked;
  }

  #add(u: number, v: number, share: number): void {
    if (u === v) return;
    const leader = this.leader[u]!;
    if (this.#rating[leader] === 0) this.#rated[this.#ratedCount++] = leader;
    this.#rating[leader]! += share;
  }
}
