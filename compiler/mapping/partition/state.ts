/**
 * A partition with its books: per hyperedge the blocks that hear it, per block its loads. Everything a search asks is
 * kept up to date by `move`, in time proportional to the hyperedges of the moved node.
 */
import { BlockLoads } from './block-loads.ts';
import { NO_SOURCE, type Hypergraph } from './hypergraph.ts';
import type { PartitionLimits } from './limits.ts';

/** Block of a source that no block holds. */
const NOWHERE = -1;

export class PartitionState extends BlockLoads {
  readonly blockOf: Uint32Array;
  /** Σ edgeWeight · (blocks touched − 1). */
  km1 = 0;
  /** Row entries that `scan` has looked at: the measure of effort that budgets are given in. */
  work = 0;

  /** Blocks with a target of hyperedge e: rowBlock[rowStart[e] .. + rowLength[e]), and how many targets each holds. */
  readonly rowStart: Uint32Array;
  readonly rowLength: Uint32Array;
  readonly rowBlock: Uint32Array;
  readonly rowCount: Uint32Array;

  /** Filled by `scan`: blocks near the node. */
  readonly near: Uint32Array;
  nearCount = 0;
  /** Filled by `scan`: per block near the node, what a move there saves. */
  readonly saved: Float64Array;
  readonly #isNear: Uint8Array;

  constructor(graph: Hypergraph, limits: PartitionLimits, slots: number, blockOf: Uint32Array) {
    super(graph, limits, slots);
    this.blockOf = blockOf;
    this.rowStart = new Uint32Array(graph.edges + 1);
    for (let e = 0; e < graph.edges; e++) {
      const targets = graph.targetStart[e + 1]! - graph.targetStart[e]!;
      this.rowStart[e + 1] = this.rowStart[e]! + Math.min(targets, slots);
    }
    this.rowLength = new Uint32Array(graph.edges);
    this.rowBlock = new Uint32Array(this.rowStart[graph.edges]!);
    this.rowCount = new Uint32Array(this.rowStart[graph.edges]!);
    this.near = new Uint32Array(slots);
    this.saved = new Float64Array(slots);
    this.#isNear = new Uint8Array(slots);
    this.#fillBooks();
  }

  #fillBooks(): void {
    const { graph, blockOf } = this;
    for (let v = 0; v < graph.nodes; v++) this.enterLoads(v, blockOf[v]!);
    const seenAt = new Uint32Array(this.slots);
    for (let e = 0; e < graph.edges; e++) this.#fillRow(e, seenAt);
  }

  /** @param seenAt scratch; per block 1 + the position of its entry where that entry belongs to this row */
  #fillRow(e: number, seenAt: Uint32Array): void {
    const { graph, blockOf, rowBlock, rowCount } = this;
    const start = this.rowStart[e]!;
    let length = 0;
    for (let k = graph.targetStart[e]!; k < graph.targetStart[e + 1]!; k++) {
      const block = blockOf[graph.targets[k]!]!;
      const at = seenAt[block]! - 1;
      if (at >= start && at < start + length && rowBlock[at] === block) {
        rowCount[at]!++;
        continue;
      }
      rowBlock[start + length] = block;
      rowCount[start + length] = 1;
      seenAt[block] = start + length + 1;
      length++;
      this.inAxons[block]! += graph.edgeAxons[e]!;
    }
    this.rowLength[e] = length;
    const home = this.#sourceBlock(e);
    this.km1 += graph.edgeWeight[e]! * (length - (home !== NOWHERE && this.#targetsIn(e, home) > 0 ? 1 : 0));
  }

  /** Block of the hyperedge's source, −1 for the host. */
  #sourceBlock(e: number): number {
    const source = this.graph.source[e]!;
    return source === NO_SOURCE ? NOWHERE : this.blockOf[source]!;
  }

  #targetsIn(e: number, block: number): number {
    const { rowBlock, rowStart } = this;
    const start = rowStart[e]!;
    const end = start + this.rowLength[e]!;
    for (let k = start; k < end; k++) if (rowBlock[k] === block) return this.rowCount[k]!;
    return 0;
  }

  /**
   * Looks at every block that a hyperedge of node v touches. Afterwards a move of v to block b ≠ its own changes km1 by
   * `the result − saved[b]`; blocks outside of `near` have saved = 0. Valid until the next scan or move.
   */
  scan(v: number): number {
    const { graph, blockOf, rowStart, rowLength, rowBlock, rowCount, near, saved } = this;
    const isNear = this.#isNear;
    const { inStart, inEdges, outStart, outEdges, edgeWeight, source } = graph;
    this.#forgetNear();
    const home = blockOf[v]!;
    let found = 0;
    let cost = 0;
    let looked = 1;
    for (let k = inStart[v]!; k < inStart[v + 1]!; k++) {
      const e = inEdges[k]!;
      const weight = edgeWeight[e]!;
      const driver = source[e]!;
      const origin = driver === NO_SOURCE ? NOWHERE : blockOf[driver]!;
      const start = rowStart[e]!;
      const end = start + rowLength[e]!;
      let originHears = false;
      looked += end - start + 1;
      cost += weight;
      for (let at = start; at < end; at++) {
        const block = rowBlock[at]!;
        if (isNear[block] === 0) {
          isNear[block] = 1;
          near[found++] = block;
        }
        saved[block]! += weight;
        if (block === home && rowCount[at] === 1 && (origin !== home || driver === v)) cost -= weight;
        if (block === origin) originHears = true;
      }
      if (!originHears && origin !== NOWHERE) {
        if (isNear[origin] === 0) {
          isNear[origin] = 1;
          near[found++] = origin;
        }
        saved[origin]! += weight;
      }
    }
    for (let k = outStart[v]!; k < outStart[v + 1]!; k++) {
      const e = outEdges[k]!;
      if (graph.hearsItself[e] === 1) continue;
      const weight = edgeWeight[e]!;
      const end = rowStart[e]! + rowLength[e]!;
      looked += rowLength[e]! + 1;
      for (let at = rowStart[e]!; at < end; at++) {
        const block = rowBlock[at]!;
        if (isNear[block] === 0) {
          isNear[block] = 1;
          near[found++] = block;
        }
        saved[block]! += weight;
        if (block === home) cost += weight;
      }
    }
    this.nearCount = found;
    this.work += looked;
    return cost;
  }

  #forgetNear(): void {
    const { near, saved } = this;
    const isNear = this.#isNear;
    for (let k = 0; k < this.nearCount; k++) {
      const block = near[k]!;
      saved[block] = 0;
      isNear[block] = 0;
    }
  }

  /** Moves node v and keeps the books. Limits are the caller's affair. */
  move(v: number, to: number): void {
    const from = this.blockOf[v]!;
    if (from === to) return;
    const { graph, rowStart, rowLength, rowBlock, rowCount, inAxons } = this;
    const { inStart, inEdges, outStart, outEdges, edgeWeight, edgeAxons, source } = graph;
    let change = 0;
    for (let k = inStart[v]!; k < inStart[v + 1]!; k++) {
      const e = inEdges[k]!;
      const weight = edgeWeight[e]!;
      const driver = source[e]!;
      const origin = driver === NO_SOURCE ? NOWHERE : this.blockOf[driver]!;
      const start = rowStart[e]!;
      let end = start + rowLength[e]!;
      let toAt = -1;
      for (let at = start; at < end; at++) {
        const block = rowBlock[at];
        if (block === to) toAt = at;
        else if (block === from) {
          rowCount[at]! -= 1;
          if (rowCount[at]! > 0) continue;
          end--;
          rowBlock[at] = rowBlock[end]!;
          rowCount[at] = rowCount[end]!;
          inAxons[from]! -= edgeAxons[e]!;
          if (origin !== from || driver === v) change -= weight;
          at--;
        }
      }
      if (toAt < 0) {
        rowBlock[end] = to;
        rowCount[end] = 1;
        end++;
        inAxons[to]! += edgeAxons[e]!;
        if (origin !== to || driver === v) change += weight;
      } else rowCount[toAt]!++;
      rowLength[e] = end - start;
    }
    for (let k = outStart[v]!; k < outStart[v + 1]!; k++) {
      const e = outEdges[k]!;
      if (graph.hearsItself[e] === 1) continue;
      const end = rowStart[e]! + rowLength[e]!;
      for (let at = rowStart[e]!; at < end; at++) {
        const block = rowBlock[at];
        if (block === from) change += edgeWeight[e]!;
        else if (block === to) change -= edgeWeight[e]!;
      }
    }
    this.km1 += change;
    this.blockOf[v] = to;
    this.leaveLoads(v, from);
    this.enterLoads(v, to);
  }

  /** Whether the block has in-axons enough for node v, which is not in it. */
  axonsAdmit(v: number, block: number): boolean {
    const { inAxons } = this.limits;
    const { inStart, inEdges, edgeAxons, privateAxons, axonsAlone } = this.graph;
    // Mostly there is room even if nothing is shared.
    if (this.inAxons[block]! + axonsAlone[v]! <= inAxons) return true;
    const { rowStart, rowLength, rowBlock } = this;
    let room = inAxons - this.inAxons[block]! - privateAxons[v]!;
    for (let k = inStart[v]!; k < inStart[v + 1]! && room >= 0; k++) {
      const e = inEdges[k]!;
      const end = rowStart[e]! + rowLength[e]!;
      let at = rowStart[e]!;
      while (at < end && rowBlock[at] !== block) at++;
      if (at === end) room -= edgeAxons[e]!;
    }
    return room >= 0;
  }
}
