/** The hypergraph whose nodes are the clusters of another. Every partition of it costs what it costs on the finer one. */
import { buildHypergraph, NO_SOURCE, type Hypergraph } from './hypergraph.ts';

/**
 * Hyperedges with the same source and targets become one. Those that stay within a cluster cost no traffic wherever it
 * goes; their in-axons become private ones of the cluster.
 */
export function contract(graph: Hypergraph, clusterOf: Uint32Array, clusters: number): Hypergraph {
  const privateAxons = new Float64Array(clusters);
  for (let v = 0; v < graph.nodes; v++) privateAxons[clusterOf[v]!]! += graph.privateAxons[v]!;
  const merge = new EdgeMerge(graph, clusterOf, clusters);
  for (let e = 0; e < graph.edges; e++) merge.place(e, privateAxons);
  return buildHypergraph({
    nodes: clusters,
    resources: graph.resources,
    nodeLoad: sumLoads(graph, clusterOf, clusters),
    privateAxons,
    ...merge.lists(),
    ...uniteClasses(graph, clusterOf, clusters),
    classLoad: graph.classLoad,
  });
}

function sumLoads(graph: Hypergraph, clusterOf: Uint32Array, clusters: number): Float64Array {
  const { resources, nodeLoad } = graph;
  const load = new Float64Array(clusters * resources);
  for (let v = 0; v < graph.nodes; v++) {
    for (let r = 0; r < resources; r++) load[clusterOf[v]! * resources + r]! += nodeLoad[v * resources + r]!;
  }
  return load;
}

function uniteClasses(
  graph: Hypergraph,
  clusterOf: Uint32Array,
  clusters: number,
): { readonly classStart: Uint32Array; readonly classes: Uint32Array } {
  if (graph.classCount === 0) return { classStart: new Uint32Array(clusters + 1), classes: new Uint32Array(0) };
  const [memberStart, members] = nodesByCluster(clusterOf, clusters);
  const seen = new Uint32Array(graph.classCount);
  const classStart = new Uint32Array(clusters + 1);
  const classes = new Uint32Array(graph.classes.length);
  let count = 0;
  for (let c = 0; c < clusters; c++) {
    for (let m = memberStart[c]!; m < memberStart[c + 1]!; m++) {
      const v = members[m]!;
      for (let k = graph.classStart[v]!; k < graph.classStart[v + 1]!; k++) {
        const shared = graph.classes[k]!;
        if (seen[shared] === c + 1) continue;
        seen[shared] = c + 1;
        classes[count++] = shared;
      }
    }
    classes.subarray(classStart[c], count).sort();
    classStart[c + 1] = count;
  }
  return { classStart, classes: classes.slice(0, count) };
}

function nodesByCluster(clusterOf: Uint32Array, clusters: number): readonly [start: Uint32Array, nodes: Uint32Array] {
  const start = new Uint32Array(clusters + 1);
  for (let v = 0; v < clusterOf.length; v++) start[clusterOf[v]! + 1]!++;
  for (let c = 0; c < clusters; c++) start[c + 1]! += start[c]!;
  const nodes = new Uint32Array(clusterOf.length);
  const next = start.slice(0, clusters);
  for (let v = 0; v < clusterOf.length; v++) nodes[next[clusterOf[v]!]!++] = v;
  return [start, nodes];
}

/** Finds equal hyperedges by a hash of source and target clusters; equality itself is then checked pin by pin. */
class EdgeMerge {
  readonly #graph: Hypergraph;
  readonly #clusterOf: Uint32Array;
  /** Open addressing: 1 + the fine hyperedge that represents its equals. */
  readonly #table: Uint32Array;
  readonly #hash: Uint32Array;
  /** Distinct target clusters; 0 where the hyperedge is dropped or represented by another. */
  readonly #width: Uint32Array;
  readonly #weight: Float64Array;
  readonly #axons: Float64Array;
  readonly #seen: Uint32Array;
  #stamp = 0;
  #kept = 0;
  #pins = 0;

  constructor(graph: Hypergraph, clusterOf: Uint32Array, clusters: number) {
    this.#graph = graph;
    this.#clusterOf = clusterOf;
    let size = 16;
    while (size < 2 * graph.edges) size *= 2;
    this.#table = new Uint32Array(size);
    this.#hash = new Uint32Array(graph.edges);
    this.#width = new Uint32Array(graph.edges);
    this.#weight = new Float64Array(graph.edges);
    this.#axons = new Float64Array(graph.edges);
    this.#seen = new Uint32Array(clusters);
  }

  place(e: number, privateAxons: Float64Array): void {
    const graph = this.#graph;
    const clusterOf = this.#clusterOf;
    const table = this.#table;
    const hash = this.#hash;
    const width = this.#width;
    const seen = this.#seen;
    const home = this.#home(e);
    const stamp = ++this.#stamp;
    let sum = Math.imul(home + 1, 0x9e3779b9);
    let count = 0;
    let last = 0;
    for (let k = graph.targetStart[e]!; k < graph.targetStart[e + 1]!; k++) {
      const cluster = clusterOf[graph.targets[k]!]!;
      if (seen[cluster] === stamp) continue;
      seen[cluster] = stamp;
      sum = (sum + mix(cluster)) | 0;
      last = cluster;
      count++;
    }
    if (count === 0) return;
    if (count === 1 && last === home) {
      privateAxons[home]! += graph.edgeAxons[e]!;
      return;
    }
    sum = mix(sum) >>> 0;
    const mask = table.length - 1;
    let slot = sum & mask;
    for (; table[slot]! > 0; slot = (slot + 1) & mask) {
      const other = table[slot]! - 1;
      if (hash[other] !== sum || width[other] !== count || this.#home(other) !== home || !this.#within(other, stamp))
        continue;
      this.#weight[other]! += graph.edgeWeight[e]!;
      this.#axons[other]! += graph.edgeAxons[e]!;
      return;
    }
    table[slot] = e + 1;
    hash[e] = sum;
    width[e] = count;
    this.#weight[e] = graph.edgeWeight[e]!;
    this.#axons[e] = graph.edgeAxons[e]!;
    this.#kept++;
    this.#pins += count;
  }

  #home(e: number): number {
    const source = this.#graph.source[e]!;
    return source === NO_SOURCE ? NO_SOURCE : this.#clusterOf[source]!;
  }

  /** Whether all target clusters of a hyperedge carry the stamp; of equal width, the two sets are then the same. */
  #within(e: number, stamp: number): boolean {
    const graph = this.#graph;
    const clusterOf = this.#clusterOf;
    const seen = this.#seen;
    for (let k = graph.targetStart[e]!; k < graph.targetStart[e + 1]!; k++) {
      if (seen[clusterOf[graph.targets[k]!]!] !== stamp) return false;
    }
    return true;
  }

  lists() {
    const graph = this.#graph;
    const clusterOf = this.#clusterOf;
    const seen = this.#seen;
    const kept = this.#kept;
    const source = new Uint32Array(kept);
    const targetStart = new Uint32Array(kept + 1);
    const targets = new Uint32Array(this.#pins);
    const edgeWeight = new Float64Array(kept);
    const edgeAxons = new Float64Array(kept);
    let next = 0;
    let pin = 0;
    for (let e = 0; e < graph.edges; e++) {
      if (this.#width[e] === 0) continue;
      const stamp = ++this.#stamp;
      for (let k = graph.targetStart[e]!; k < graph.targetStart[e + 1]!; k++) {
        const cluster = clusterOf[graph.targets[k]!]!;
        if (seen[cluster] === stamp) continue;
        seen[cluster] = stamp;
        targets[pin++] = cluster;
      }
      source[next] = this.#home(e);
      edgeWeight[next] = this.#weight[e]!;
      edgeAxons[next] = this.#axons[e]!;
      targetStart[++next] = pin;
    }
    return { source, targetStart, targets, edgeWeight, edgeAxons };
  }
}

/** A 32-bit mixing function (Wang's shifts and multiplications): sums of mixed numbers seldom collide. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return mixed ^ (mixed >>> 16);
}
