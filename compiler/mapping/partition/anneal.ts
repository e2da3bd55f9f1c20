/**
 * Simulated annealing on moves and swaps, every limit kept at every step. Blocks are filled to the brim where the target
 * is used well, so most improving moves need a partner that makes room: hence swaps.
 */
import { NO_SOURCE, type Hypergraph } from './hypergraph.ts';
import type { RandomSource } from './random.ts';
import type { PartitionState } from './state.ts';

export interface AnnealSchedule {
  /** Row entries looked at (`PartitionState.work`), a measure of time that is the same on every machine. */
  readonly work: number;
  /** Temperatures in units of km1; in between it falls with the cube of the work that is left. */
  readonly first: number;
  readonly last: number;
}

/** Proposals between two temperatures, and between two looks at the best partition seen. */
const TRIALS_PER_STEP = 256;
const TARGET = 1;
const SOURCE = 2;

/** Leaves the state at the best partition seen. */
export function anneal(state: PartitionState, schedule: AnnealSchedule, random: RandomSource): void {
  if (state.graph.nodes < 2 || state.slots < 2) return;
  new Annealer(state, random).run(schedule);
}

class Annealer {
  readonly #state: PartitionState;
  readonly #graph: Hypergraph;
  readonly #random: RandomSource;
  readonly #members: Members;
  /** Per hyperedge: trial that last looked, times 4, plus the role of the first node in it. */
  readonly #role: Float64Array;
  #trial = 0;
  #temperature = 0;

  constructor(state: PartitionState, random: RandomSource) {
    this.#state = state;
    this.#graph = state.graph;
    this.#random = random;
    this.#members = new Members(state);
    this.#role = new Float64Array(state.graph.edges);
  }

  run(schedule: AnnealSchedule): void {
    const state = this.#state;
    const graph = this.#graph;
    const random = this.#random;
    const begin = state.work;
    const end = begin + schedule.work;
    const best = state.blockOf.slice();
    let bestKm1 = state.km1;
    while (state.work < end) {
      this.#temperature = temperatureAt(schedule, (state.work - begin) / schedule.work);
      for (let k = 0; k < TRIALS_PER_STEP; k++) this.#propose(random.below(graph.nodes));
      if (state.km1 < bestKm1) {
        bestKm1 = state.km1;
        best.set(state.blockOf);
      }
    }
    if (bestKm1 < state.km1) {
      for (let v = 0; v < graph.nodes; v++) state.move(v, best[v]!);
    }
  }

  #propose(v: number): void {
    const state = this.#state;
    const random = this.#random;
    this.#trial++;
    const from = state.blockOf[v]!;
    const cost = state.scan(v);
    const to = this.#chooseBlock(from);
    if (to < 0) return;
    const change = cost - state.saved[to]!;
    const allowance = this.#temperature * random.exponential();
    if (state.loadsAdmit(v, to)) {
      if (change <= allowance && state.axonsAdmit(v, to)) this.#members.move(v, to);
      return;
    }
    this.#proposeSwap(v, this.#members.any(to, random), from, to, allowance);
  }

  /** A block near the node: the one that saves most, or any. */
  #chooseBlock(from: number): number {
    const state = this.#state;
    const random = this.#random;
    const { near, nearCount, saved } = state;
    if (nearCount === 0) return -1;
    if (random.below(2) === 0) {
      const block = near[random.below(nearCount)]!;
      return block === from ? -1 : block;
    }
    let best = -1;
    let most = 0;
    for (let k = 0; k < nearCount; k++) {
      const block = near[k]!;
      if (block !== from && saved[block]! > most) {
        most = saved[block]!;
        best = block;
      }
    }
    return best;
  }

  #proposeSwap(v: number, u: number, from: number, to: number, allowance: number): void {
    const state = this.#state;
    state.leaveLoads(v, from);
    state.leaveLoads(u, to);
    const fit = state.loadsAdmit(v, to) && state.loadsAdmit(u, from);
    state.enterLoads(v, from);
    state.enterLoads(u, to);
    if (!fit || this.#swapChange(v, u, from, to) > allowance) return;
    this.#members.move(v, to);
    this.#members.move(u, from);
    const { inAxons } = state.limits;
    if (state.inAxons[from]! <= inAxons && state.inAxons[to]! <= inAxons) return;
    this.#members.move(u, to);
    this.#members.move(v, from);
  }

  /** Change of km1 if v and u change places. */
  #swapChange(v: number, u: number, from: number, to: number): number {
    const graph = this.#graph;
    const role = this.#role;
    const { inStart, inEdges, outStart, outEdges } = graph;
    const stamp = this.#trial * 4;
    for (let k = inStart[v]!; k < inStart[v + 1]!; k++) role[inEdges[k]!] = stamp + TARGET;
    for (let k = outStart[v]!; k < outStart[v + 1]!; k++) {
      const e = outEdges[k]!;
      role[e] = role[e]! >= stamp ? stamp + TARGET + SOURCE : stamp + SOURCE;
    }
    let change = 0;
    for (let k = inStart[u]!; k < inStart[u + 1]!; k++) {
      const e = inEdges[k]!;
      const own = graph.source[e] === u ? TARGET + SOURCE : TARGET;
      const other = role[e]! >= stamp ? role[e]! - stamp : 0;
      role[e] = stamp;
      change += this.#edgeChange(e, other, own, from, to);
    }
    for (let k = outStart[u]!; k < outStart[u + 1]!; k++) {
      const e = outEdges[k]!;
      if (graph.hearsItself[e] === 1) continue;
      const other = role[e]! >= stamp ? role[e]! - stamp : 0;
      role[e] = stamp;
      change += this.#edgeChange(e, other, SOURCE, from, to);
    }
    for (let k = inStart[v]!; k < inStart[v + 1]!; k++) {
      const e = inEdges[k]!;
      if (role[e]! > stamp) change += this.#edgeChange(e, role[e]! - stamp, 0, from, to);
    }
    for (let k = outStart[v]!; k < outStart[v + 1]!; k++) {
      const e = outEdges[k]!;
      if (graph.hearsItself[e] === 0 && role[e]! > stamp) change += this.#edgeChange(e, role[e]! - stamp, 0, from, to);
    }
    return change;
  }

  /** Change of one hyperedge's cost if a node in role `leaving` goes from → to and one in role `coming` to → from. */
  #edgeChange(e: number, leaving: number, coming: number, from: number, to: number): number {
    const state = this.#state;
    const graph = this.#graph;
    const { rowBlock, rowCount, rowStart, rowLength } = state;
    const shift = (coming & TARGET) - (leaving & TARGET);
    if (shift === 0 && ((leaving | coming) & SOURCE) === 0) return 0;
    let inFrom = 0;
    let inTo = 0;
    const end = rowStart[e]! + rowLength[e]!;
    for (let at = rowStart[e]!; at < end; at++) {
      if (rowBlock[at] === from) inFrom = rowCount[at]!;
      else if (rowBlock[at] === to) inTo = rowCount[at]!;
    }
    const driver = graph.source[e]!;
    const home = driver === NO_SOURCE ? -1 : state.blockOf[driver]!;
    const homeAfter = (leaving & SOURCE) !== 0 ? to : (coming & SOURCE) !== 0 ? from : home;
    const before = (inFrom > 0 && home !== from ? 1 : 0) + (inTo > 0 && home !== to ? 1 : 0);
    const after = (inFrom + shift > 0 && homeAfter !== from ? 1 : 0) + (inTo - shift > 0 && homeAfter !== to ? 1 : 0);
    return graph.edgeWeight[e]! * (after - before);
  }
}

function temperatureAt(schedule: AnnealSchedule, part: number): number {
  const { first, last } = schedule;
  const smooth = (1 - part) * (1 - part) * (1 - part);
  return last + (first - last) * smooth;
}

/** Nodes by block, so that a partner can be drawn. */
class Members {
  readonly #state: PartitionState;
  readonly #lists: Uint32Array[];
  readonly #position: Uint32Array;

  constructor(state: PartitionState) {
    this.#state = state;
    this.#position = new Uint32Array(state.graph.nodes);
    this.#lists = Array.from(state.sizes, (size) => new Uint32Array(Math.max(8, size + (size >> 1))));
    const filled = new Uint32Array(state.slots);
    for (let v = 0; v < state.graph.nodes; v++) {
      const block = state.blockOf[v]!;
      const at = filled[block]!++;
      this.#lists[block]![at] = v;
      this.#position[v] = at;
    }
  }

  any(block: number, random: RandomSource): number {
    return this.#lists[block]![random.below(this.#state.sizes[block]!)]!;
  }

  move(v: number, to: number): void {
    const state = this.#state;
    const lists = this.#lists;
    const position = this.#position;
    const from = state.blockOf[v]!;
    const last = lists[from]![state.sizes[from]! - 1]!;
    lists[from]![position[v]!] = last;
    position[last] = position[v]!;
    const at = state.sizes[to]!;
    if (at === lists[to]!.length) {
      const longer = new Uint32Array(2 * at);
      longer.set(lists[to]!);
      lists[to] = longer;
    }
    lists[to]![at] = v;
    position[v] = at;
    state.move(v, to);
  }
}
