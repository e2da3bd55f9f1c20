/**
 * Greedy growth: a block takes, again and again, the node that adds the fewest in-axons and hears most of what the block
 * already hears, until no neighbour fits; the next block starts beside it.
 */
import { NO_SOURCE, type Hypergraph } from './hypergraph.ts';
import type { PartitionLimits } from './limits.ts';
import { OpenBlock, type Packing } from './pack.ts';
import type { RandomSource } from './random.ts';

/** Pins looked at when a node joins; what is beyond is left to later nodes. */
const PINS_SEEN = 4096;

/** Every node must fit a block by itself (`findMisfit`). */
export function growBlocks(graph: Hypergraph, limits: PartitionLimits, random: RandomSource): Packing {
  return new Growth(graph, limits).run(random);
}

/**
 * Grows a few blocks only, to learn how much one can hold at best.
 *
 * @returns the most neurons (the first load) that one of them holds
 */
export function probeGrowth(graph: Hypergraph, limits: PartitionLimits, random: RandomSource, blocks: number): number {
  const { blockOf, blocks: grown } = new Growth(graph, limits).run(random, blocks);
  const held = new Float64Array(grown);
  for (let v = 0; v < graph.nodes; v++)
    if (blockOf[v] !== UNPLACED) held[blockOf[v]!]! += graph.nodeLoad[v * graph.resources]!;
  return held.reduce((most, each) => Math.max(most, each), 0);
}

const UNPLACED = 0xffff_ffff;

class Growth {
  readonly #graph: Hypergraph;
  readonly #block: OpenBlock;
  readonly #blockOf: Uint32Array;
  readonly #placed: Uint8Array;
  /** Traffic shared with the open block, of the nodes in `fringe`. */
  readonly #bond: Float64Array;
  readonly #fringe: Uint32Array;
  readonly #inFringe: Uint8Array;
  #fringeCount = 0;
  #start = -1;

  constructor(graph: Hypergraph, limits: PartitionLimits) {
    this.#graph = graph;
    this.#block = new OpenBlock(graph, limits);
    this.#blockOf = new Uint32Array(graph.nodes).fill(UNPLACED);
    this.#placed = new Uint8Array(graph.nodes);
    this.#bond = new Float64Array(graph.nodes);
    this.#fringe = new Uint32Array(graph.nodes);
    this.#inFringe = new Uint8Array(graph.nodes);
  }

  /** @param most blocks after which growth ends, whatever is left */
  run(random: RandomSource, most = Infinity): Packing {
    const graph = this.#graph;
    const block = this.#block;
    const placed = this.#placed;
    let next = 0;
    this.#start = graph.nodes > 0 ? random.below(graph.nodes) : -1;
    for (let left = graph.nodes; left > 0; left--) {
      let v = block.size === 0 ? -1 : this.#takeFromFringe();
      if (v < 0) {
        if (block.size > 0) this.#closeBlock();
        if (block.index >= most) return { blockOf: this.#blockOf, blocks: most };
        while (next < graph.nodes && placed[next] === 1) next++;
        v = this.#start >= 0 && placed[this.#start] === 0 ? this.#start : next;
      }
      this.#place(v);
    }
    return { blockOf: this.#blockOf, blocks: graph.nodes === 0 ? 0 : block.index + 1 };
  }

  /** The fringe node with the strongest bond that fits; nodes that do not fit leave the fringe. */
  #takeFromFringe(): number {
    const graph = this.#graph;
    const block = this.#block;
    const bond = this.#bond;
    const fringe = this.#fringe;
    for (;;) {
      let best = -1;
      let most = -1;
      for (let k = 0; k < this.#fringeCount; k++) {
        const v = fringe[k]!;
        const value = bond[v]! / (graph.nodeLoad[v * graph.resources]! || 1);
        if (value > most) {
          most = value;
          best = k;
        }
      }
      if (best < 0) return -1;
      const v = fringe[best]!;
      this.#dropFromFringe(best);
      if (block.admits(v)) return v;
      this.#start = v;
    }
  }

  #dropFromFringe(at: number): void {
    const bond = this.#bond;
    const fringe = this.#fringe;
    const inFringe = this.#inFringe;
    const v = fringe[at]!;
    fringe[at] = fringe[--this.#fringeCount]!;
    bond[v] = 0;
    inFringe[v] = 0;
  }

  #closeBlock(): void {
    while (this.#fringeCount > 0) this.#dropFromFringe(this.#fringeCount - 1);
    this.#block.close();
  }

  #place(v: number): void {
    const graph = this.#graph;
    this.#block.add(v);
    this.#blockOf[v] = this.#block.index;
    this.#placed[v] = 1;
    if (this.#inFringe[v] === 1) this.#dropFromFringe(this.#fringe.indexOf(v));
    let budget = PINS_SEEN;
    for (let k = graph.outStart[v]!; k < graph.outStart[v + 1]! && budget > 0; k++) {
      budget -= this.#bindTargets(graph.outEdges[k]!, budget);
    }
    for (let k = graph.inStart[v]!; k < graph.inStart[v + 1]! && budget > 0; k++) {
      const e = graph.inEdges[k]!;
      const source = graph.source[e]!;
      if (source !== NO_SOURCE) this.#bind(source, graph.edgeWeight[e]! / this.#pins(e));
      budget -= 1 + this.#bindTargets(e, budget);
    }
  }

  #pins(e: number): number {
    return this.#graph.targetStart[e + 1]! - this.#graph.targetStart[e]!;
  }

  #bindTargets(e: number, budget: number): number {
    const graph = this.#graph;
    const end = Math.min(graph.targetStart[e + 1]!, graph.targetStart[e]! + budget);
    const share = graph.edgeWeight[e]! / this.#pins(e);
    for (let k = graph.targetStart[e]!; k < end; k++) this.#bind(graph.targets[k]!, share);
    return end - graph.targetStart[e]!;
  }

  #bind(v: number, share: number): void {
    if (this.#placed[v] === 1) return;
    if (this.#inFringe[v] === 0) {
      this.#inFringe[v] = 1;
      this.#fringe[this.#fringeCount++] = v;
    }
    this.#bond[v]! += share;
  }
}
