/**
 * Fiduccia-Mattheyses refinement between all blocks: the best move that keeps every limit is made even if it costs, and
 * the moves after the best partition seen are taken back. Gains are worked out anew when a node comes up (a lazy queue):
 * on hypergraphs with thousands of pins a hyperedge, keeping all of them exact would cost more than the search.
 */
import { GainQueue } from './gain-queue.ts';
import type { RandomSource } from './random.ts';
import type { PartitionState } from './state.ts';

export interface RefineOptions {
  /** Passes at most; a pass that gains nothing is the last. */
  readonly passes: number;
  /** Moves without a new best after which a pass ends. */
  readonly patience: number;
  /** Row entries looked at in all passes together, but enough for a few looks at every node. */
  readonly work: number;
}

/** Neighbours whose gain is renewed after a move. */
const NEIGHBOURS_RENEWED = 128;

/** Work of passing over a node. */
const PASSED_OVER = 1 / 8;

/** Looks at every node that a refinement may always have. */
const LEAST_LOOKS = 2;

/** Never raises km1; keeps all limits that hold at the start. */
export function refine(state: PartitionState, options: RefineOptions, random: RandomSource): void {
  if (state.slots < 2 || state.graph.nodes < 2) return;
  const search = new Search(state, random);
  const begin = state.work;
  search.start();
  const end = begin + Math.max(options.work, (state.work - begin) * LEAST_LOOKS);
  for (let pass = 0; pass < options.passes; pass++) {
    const before = state.km1;
    search.pass(options.patience, end);
    if (state.km1 >= before || state.work >= end) return;
    search.start();
  }
}

/**
 * Moves every node once, in a random order, to the block where it gains most. For graphs in which looking at all nodes takes
 * long: each look is followed by its move, where refine() looks at all before the first.
 */
export function sweepOnce(state: PartitionState, random: RandomSource): void {
  if (state.slots >= 2) new Search(state, random).sweep();
}

class Search {
  readonly #state: PartitionState;
  readonly #random: RandomSource;
  readonly #queue: GainQueue;
  readonly #order: Uint32Array;
  readonly #locked: Uint8Array;
  readonly #movedNode: Uint32Array;
  readonly #movedFrom: Uint32Array;
  readonly #renewed: Uint32Array;
  #moves = 0;
  #stamp = 0;
  /** The best admissible move of the node last looked at. */
  #bestBlock = -1;
  #bestGain = 0;

  constructor(state: PartitionState, random: RandomSource) {
    const { nodes } = state.graph;
    this.#state = state;
    this.#random = random;
    this.#queue = new GainQueue(nodes);
    this.#order = Uint32Array.from({ length: nodes }, (_, v) => v);
    this.#locked = new Uint8Array(nodes);
    this.#movedNode = new Uint32Array(nodes);
    this.#movedFrom = new Uint32Array(nodes);
    this.#renewed = new Uint32Array(nodes);
  }

  sweep(): void {
    const state = this.#state;
    const order = this.#order;
    this.#random.shuffle(order);
    for (let k = 0; k < order.length; k++) {
      this.#look(order[k]!);
      if (this.#bestBlock >= 0 && this.#bestGain > 0) state.move(order[k]!, this.#bestBlock);
    }
  }

  /** Looks at every node in a new order and queues those that can move. */
  start(): void {
    const queue = this.#queue;
    const order = this.#order;
    const locked = this.#locked;
    locked.fill(0);
    queue.clear();
    this.#moves = 0;
    this.#random.shuffle(order);
    for (let k = 0; k < order.length; k++) this.#enqueue(order[k]!);
  }

  pass(patience: number, end: number): void {
    const state = this.#state;
    const queue = this.#queue;
    let best = state.km1;
    let bestMoves = 0;
    while (queue.length > 0 && this.#moves - bestMoves < patience && state.work < end) {
      const key = queue.topGain();
      const v = queue.pop();
      this.#look(v);
      if (this.#bestBlock < 0) continue;
      if (this.#bestGain < key) {
        queue.put(v, this.#bestGain);
        continue;
      }
      this.#step(v);
      if (state.km1 < best) {
        best = state.km1;
        bestMoves = this.#moves;
      }
    }
    while (this.#moves > bestMoves) {
      this.#moves--;
      state.move(this.#movedNode[this.#moves]!, this.#movedFrom[this.#moves]!);
    }
  }

  #step(v: number): void {
    const state = this.#state;
    const locked = this.#locked;
    this.#movedNode[this.#moves] = v;
    this.#movedFrom[this.#moves] = state.blockOf[v]!;
    this.#moves++;
    locked[v] = 1;
    state.move(v, this.#bestBlock);
    this.#renewNeighbours(v);
  }

  #enqueue(v: number): void {
    this.#look(v);
    if (this.#bestBlock >= 0) this.#queue.put(v, this.#bestGain);
  }

  /** Finds the best block for node v that keeps all limits. */
  #look(v: number): void {
    const state = this.#state;
    const cost = state.scan(v);
    const { near, nearCount, saved } = state;
    const home = state.blockOf[v]!;
    this.#bestBlock = -1;
    for (let k = 0; k < nearCount; k++) {
      const block = near[k]!;
      if (block === home) continue;
      const gain = saved[block]! - cost;
      if (this.#bestBlock >= 0 && gain <= this.#bestGain) continue;
      if (!state.loadsAdmit(v, block) || !state.axonsAdmit(v, block)) continue;
      this.#bestBlock = block;
      this.#bestGain = gain;
    }
  }

  /** Renews the gains of some nodes that share hyperedges with v, from random places in their lists. */
  #renewNeighbours(v: number): void {
    const state = this.#state;
    const random = this.#random;
    const { outStart, outEdges, inStart, inEdges } = state.graph;
    this.#stamp++;
    let budget = NEIGHBOURS_RENEWED;
    for (let k = outStart[v]!; k < outStart[v + 1]! && budget > 0; k++) {
      budget -= this.#renewTargets(outEdges[k]!, budget, random);
    }
    const heard = inStart[v + 1]! - inStart[v]!;
    const offset = heard > 0 ? random.below(heard) : 0;
    for (let k = 0; k < heard && budget > 0; k++) {
      const e = inEdges[inStart[v]! + ((k + offset) % heard)]!;
      const source = state.graph.source[e]!;
      if (source < state.graph.nodes) budget -= this.#renew(source);
      budget -= this.#renewTargets(e, Math.min(budget, 32), random);
    }
  }

  #renewTargets(e: number, budget: number, random: RandomSource): number {
    const { targetStart, targets } = this.#state.graph;
    const start = targetStart[e]!;
    const pins = targetStart[e + 1]! - start;
    const offset = pins > 0 ? random.below(pins) : 0;
    let used = 0;
    let k = 0;
    for (; k < pins && used < budget; k++) used += this.#renew(targets[start + ((k + offset) % pins)]!);
    // Passing over nodes that are locked costs little, but there can be very many of them.
    this.#state.work += k * PASSED_OVER;
    return used;
  }

  #renew(v: number): number {
    if (this.#locked[v] === 1 || this.#renewed[v] === this.#stamp) return 0;
    this.#renewed[v] = this.#stamp;
    this.#look(v);
    if (this.#bestBlock >= 0) this.#queue.put(v, this.#bestGain);
    else this.#queue.remove(v);
    return 1;
  }
}
