/** Cuts an order of the nodes into blocks: each takes what follows as long as every limit holds. */
import type { Hypergraph } from './hypergraph.ts';
import type { PartitionLimits } from './limits.ts';

export interface Packing {
  readonly blockOf: Uint32Array;
  /** May exceed the limit on blocks; every other limit is kept. */
  readonly blocks: number;
}

/** Every node must fit a block by itself (`findMisfit`). */
export function packInOrder(graph: Hypergraph, limits: PartitionLimits, order: Uint32Array): Packing {
  const block = new OpenBlock(graph, limits);
  const blockOf = new Uint32Array(graph.nodes);
  for (let k = 0; k < order.length; k++) {
    const v = order[k]!;
    if (!block.admits(v)) block.close();
    block.add(v);
    blockOf[v] = block.index;
  }
  return { blockOf, blocks: graph.nodes === 0 ? 0 : block.index + 1 };
}

/** One block being filled; what it pays once is told apart by stamps, so that closing it costs nothing per hyperedge. */
export class OpenBlock {
  index = 0;
  readonly load: Float64Array;
  inAxons = 0;
  size = 0;
  readonly #graph: Hypergraph;
  readonly #limits: PartitionLimits;
  /** 1 + the last block that heard the hyperedge, and that holds the class. */
  readonly #heard: Uint32Array;
  readonly #paid: Uint32Array;

  constructor(graph: Hypergraph, limits: PartitionLimits) {
    this.#graph = graph;
    this.#limits = limits;
    this.load = new Float64Array(graph.resources);
    this.#heard = new Uint32Array(graph.edges);
    this.#paid = new Uint32Array(graph.classCount);
  }

  admits(v: number): boolean {
    const graph = this.#graph;
    const limits = this.#limits;
    for (let r = 0; r < graph.resources; r++) if (this.load[r]! + this.loadOf(v, r) > limits.load[r]!) return false;
    return this.inAxons + this.axonsOf(v) <= limits.inAxons;
  }

  add(v: number): void {
    const graph = this.#graph;
    for (let r = 0; r < graph.resources; r++) this.load[r]! += this.loadOf(v, r);
    this.inAxons += this.axonsOf(v);
    for (let k = graph.inStart[v]!; k < graph.inStart[v + 1]!; k++) this.#heard[graph.inEdges[k]!] = this.index + 1;
    for (let k = graph.classStart[v]!; k < graph.classStart[v + 1]!; k++)
      this.#paid[graph.classes[k]!] = this.index + 1;
    this.size++;
  }

  close(): void {
    this.index++;
    this.load.fill(0);
    this.inAxons = 0;
    this.size = 0;
  }

  /** What node v would add to the load of the block. */
  loadOf(v: number, resource: number): number {
    const graph = this.#graph;
    let sum = graph.nodeLoad[v * graph.resources + resource]!;
    for (let k = graph.classStart[v]!; k < graph.classStart[v + 1]!; k++) {
      const shared = graph.classes[k]!;
      if (this.#paid[shared] !== this.index + 1) sum += graph.classLoad[shared * graph.resources + resource]!;
    }
    return sum;
  }

  /** In-axons that node v would add to the block. */
  axonsOf(v: number): number {
    const { index } = this;
    const graph = this.#graph;
    const heard = this.#heard;
    let sum = graph.privateAxons[v]!;
    for (let k = graph.inStart[v]!; k < graph.inStart[v + 1]!; k++) {
      const e = graph.inEdges[k]!;
      if (heard[e] !== index + 1) sum += graph.edgeAxons[e]!;
    }
    return sum;
  }
}
