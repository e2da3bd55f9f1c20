/** The hyperedges of the quotient graph. */
import { INPUT, type LayerIndex, type QuantisedGraph } from '../ir/layers.ts';
import { rateOf } from '../layout/packet-rates.ts';
import type { ColumnGrid } from './columns.ts';
import { sourceColumnsOf, type SourceColumns } from './source-columns.ts';
import type { PacketRates } from '../ir/rates.ts';
import { NO_SOURCE } from './partition/hypergraph.ts';

/**
 * Two kinds of hyperedges per source column: one that carries its packets to whoever hears it, and for every branch that
 * hears it one of weight 0 that counts the axons, since branches have axons of their own.
 */
export function hyperedges(graph: QuantisedGraph, grids: readonly ColumnGrid[], input: ColumnGrid, rates: PacketRates) {
  const lists = new EdgeLists();
  const hearings = graph.layers.map((layer, l) =>
    layer.branches.map((branch) => ({
      branch,
      hear: sourceColumnsOf(layer, branch, grids[l]!, branch.source === INPUT ? input : grids[branch.source]!),
    })),
  );
  const addSource = (source: LayerIndex, grid: ColumnGrid) => {
    const listeners: { readonly targets: ColumnGrid; readonly hear: SourceColumns; readonly windowSize: number }[] = [];
    graph.layers.forEach((_, l) => {
      for (const { branch, hear } of hearings[l]!)
        if (branch.source === source)
          listeners.push({ targets: grids[l]!, hear, windowSize: branch.pool[0] * branch.pool[1] });
    });
    const rate = rateOf(rates, source);
    const driver = (k: number) => (source === INPUT ? NO_SOURCE : grid.first + k);
    const channels = (k: number) => grid.box(grid.first + k).channels;
    const alone = listeners.length === 1;
    for (const { targets, hear, windowSize } of listeners)
      lists.add(
        grid,
        [{ targets, hear }],
        driver,
        (k) => (alone ? rate * channels(k) : 0),
        (k) => channels(k) / windowSize,
      );
    if (listeners.length > 1)
      lists.add(
        grid,
        listeners,
        driver,
        (k) => rate * channels(k),
        () => 0,
      );
  };
  addSource(INPUT, input);
  grids.forEach((grid, l) => addSource(l, grid));
  return lists.finish();
}

interface Listener {
  readonly targets: ColumnGrid;
  readonly hear: SourceColumns;
}

/** Gathers hyperedges with their targets, ascending and without repetition. */
class EdgeLists {
  readonly #source: number[] = [];
  readonly #weight: number[] = [];
  readonly #axons: number[] = [];
  readonly #parts: Uint32Array[] = [];
  readonly #counts: number[] = [];

  /** One hyperedge per column of `grid` that somebody hears. */
  add(
    grid: ColumnGrid,
    listeners: readonly Listener[],
    driver: (k: number) => number,
    weight: (k: number) => number,
    axons: (k: number) => number,
  ): void {
    const start = new Uint32Array(grid.count + 1);
    this.#walk(grid, listeners, (k) => start[k + 1]!++);
    for (let k = 0; k < grid.count; k++) start[k + 1]! += start[k]!;
    const targets = new Uint32Array(start[grid.count]!);
    const next = start.slice();
    this.#walk(grid, listeners, (k, target) => (targets[next[k]!++] = target));
    this.#parts.push(targets);
    for (let k = 0; k < grid.count; k++) {
      const count = start[k + 1]! - start[k]!;
      if (count === 0) continue;
      this.#source.push(driver(k));
      this.#weight.push(weight(k));
      this.#axons.push(axons(k));
      this.#counts.push(count);
    }
  }

  #walk(grid: ColumnGrid, listeners: readonly Listener[], visit: (k: number, target: number) => void): void {
    const last = new Uint32Array(grid.count);
    for (const { targets, hear } of listeners.toSorted((a, b) => a.targets.first - b.targets.first))
      for (let target = targets.first; target < targets.first + targets.count; target++)
        hear(target, (source) => {
          const k = source - grid.first;
          if (last[k] === target + 1) return;
          last[k] = target + 1;
          visit(k, target);
        });
  }

  finish() {
    const targetStart = new Uint32Array(this.#counts.length + 1);
    this.#counts.forEach((count, e) => (targetStart[e + 1] = targetStart[e]! + count));
    const targets = new Uint32Array(targetStart[this.#counts.length]!);
    let at = 0;
    for (const part of this.#parts) {
      targets.set(part, at);
      at += part.length;
    }
    return {
      source: Uint32Array.from(this.#source),
      edgeWeight: Float64Array.from(this.#weight),
      edgeAxons: Float64Array.from(this.#axons),
      targetStart,
      targets,
    };
  }
}
