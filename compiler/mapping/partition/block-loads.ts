/** What the blocks of a partition hold of each resource. What nodes of a class share counts once per block. */
import type { Hypergraph } from './hypergraph.ts';
import type { PartitionLimits } from './limits.ts';

export class BlockLoads {
  readonly graph: Hypergraph;
  readonly limits: PartitionLimits;
  /** Blocks 0 .. slots − 1 exist; some may be empty. */
  readonly slots: number;
  /** [block × resources + resource]. */
  readonly load: Float64Array;
  readonly inAxons: Float64Array;
  /** Nodes of a block. */
  readonly sizes: Uint32Array;
  /** Blocks that hold a node. */
  used = 0;
  /** [block × classCount + class]: nodes of the class in the block. */
  readonly #classNodes: Uint32Array;

  constructor(graph: Hypergraph, limits: PartitionLimits, slots: number) {
    this.graph = graph;
    this.limits = limits;
    this.slots = slots;
    this.load = new Float64Array(slots * graph.resources);
    this.inAxons = new Float64Array(slots);
    this.sizes = new Uint32Array(slots);
    this.#classNodes = new Uint32Array(slots * graph.classCount);
  }

  /** Adds what node v itself brings to a block: loads, classes, private in-axons. */
  enterLoads(v: number, block: number): void {
    const { graph, load } = this;
    const classNodes = this.#classNodes;
    const { resources, classCount } = graph;
    for (let r = 0; r < resources; r++) load[block * resources + r]! += graph.nodeLoad[v * resources + r]!;
    for (let k = graph.classStart[v]!; k < graph.classStart[v + 1]!; k++) {
      const shared = graph.classes[k]!;
      const at = block * classCount + shared;
      classNodes[at]! += 1;
      if (classNodes[at]! > 1) continue;
      for (let r = 0; r < resources; r++) load[block * resources + r]! += graph.classLoad[shared * resources + r]!;
    }
    this.inAxons[block]! += graph.privateAxons[v]!;
    this.sizes[block]! += 1;
    if (this.sizes[block] === 1) this.used++;
  }

  /** The inverse of `enterLoads`. */
  leaveLoads(v: number, block: number): void {
    const { graph, load } = this;
    const classNodes = this.#classNodes;
    const { resources, classCount } = graph;
    for (let r = 0; r < resources; r++) load[block * resources + r]! -= graph.nodeLoad[v * resources + r]!;
    for (let k = graph.classStart[v]!; k < graph.classStart[v + 1]!; k++) {
      const shared = graph.classes[k]!;
      const at = block * classCount + shared;
      classNodes[at]! -= 1;
      if (classNodes[at]! > 0) continue;
      for (let r = 0; r < resources; r++) load[block * resources + r]! -= graph.classLoad[shared * resources + r]!;
    }
    this.inAxons[block]! -= graph.privateAxons[v]!;
    this.sizes[block]! -= 1;
    if (this.sizes[block] === 0) this.used--;
  }

  /** Whether node v may enter a block, in-axons apart. */
  loadsAdmit(v: number, block: number): boolean {
    const { graph, load, limits } = this;
    const classNodes = this.#classNodes;
    const { resources, classCount } = graph;
    if (classCount === 0) {
      for (let r = 0; r < resources; r++) {
        if (load[block * resources + r]! + graph.nodeLoad[v * resources + r]! > limits.load[r]!) return false;
      }
      return true;
    }
    for (let r = 0; r < resources; r++) {
      let sum = load[block * resources + r]! + graph.nodeLoad[v * resources + r]!;
      for (let k = graph.classStart[v]!; k < graph.classStart[v + 1]!; k++) {
        const shared = graph.classes[k]!;
        if (classNodes[block * classCount + shared] === 0) sum += graph.classLoad[shared * resources + r]!;
      }
      if (sum > limits.load[r]!) return false;
    }
    return true;
  }
}
