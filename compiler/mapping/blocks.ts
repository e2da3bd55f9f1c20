/** From blocks of the quotient graph to tiles on cores, and whether they fit in every detail. */
import type { Box, Target } from '../../isa/index.ts';
import { coreNeeds, coreTraffic, type CoreNeeds } from '../layout/core-needs.ts';
import { groupBy } from '../layout/group-by.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import type { Assigned, Tile } from '../ir/mapped.ts';
import { runsByCore, type Sources } from '../layout/sources.ts';
import { coverColumns } from './cover.ts';
import { PINNED_BLOCK } from './pins/left-of-quotient.ts';
import type { Quotient } from './quotient.ts';
import type { Orders } from './renumber.ts';

/**
 * Tiles of all layers in order; the cores are the blocks that hold a node, in the order of their first tile. Nodes in no block are
 * left out.
 *
 * @param orders layers that have new numbers (orderNeurons): the neurons of a block follow each other there
 */
export function tilesOfBlocks(
  graph: QuantisedGraph,
  { at, boxes }: Quotient,
  blockOf: Uint32Array,
  orders: Orders = [],
): Assigned {
  const blocked = [...blockOf.keys()].filter((v) => blockOf[v] !== PINNED_BLOCK);
  const columns = groupBy(blocked, (v) => `${at.layer[v]} ${blockOf[v]}`);
  const placed: { tile: Tile; readonly block: number }[] = [];
  for (const nodes of columns.values()) {
    const layer = at.layer[nodes[0]!]!;
    const block = blockOf[nodes[0]!]!;
    const held = nodes.map((v) => boxes[v]!);
    const covered = orders[layer] === undefined ? coverColumns(graph.layers[layer]!, held) : [columnOf(held.length)];
    for (const box of covered) placed.push({ tile: { layer, box }, block });
  }
  placed.sort((a, b) => a.tile.layer - b.tile.layer || a.block - b.block);
  numberRows(placed, orders);
  const coreOfBlock = new Map<number, number>();
  const coreOf = placed.map(({ block }) => {
    const core = coreOfBlock.get(block) ?? coreOfBlock.size;
    coreOfBlock.set(block, core);
    return core;
  });
  return { tiles: placed.map(({ tile }) => tile), coreOf, cores: coreOfBlock.size };
}

const columnOf = (height: number): Box => ({ c0: 0, y0: 0, x0: 0, channels: 1, height, width: 1 });

/** Gives the tiles of layers with new numbers their rows, one after the other. */
function numberRows(placed: { tile: Tile }[], orders: Orders): void {
  const next = orders.map(() => 0);
  for (const each of placed) {
    const { layer, box } = each.tile;
    if (orders[layer] === undefined) continue;
    each.tile = { layer, box: { ...box, y0: next[layer]! } };
    next[layer]! += box.height;
  }
}

/** Exactly what every core of a mapping takes, by core. */
export function sourceNeeds(graph: QuantisedGraph, sources: Sources): CoreNeeds[] {
  const { sent, heard } = runsByCore(sources);
  return sources.cores.map(({ plan }, k) => coreNeeds(plan, coreTraffic(graph, plan, sent[k]!, heard[k]!)));
}

/**
 * By how much the worst core exceeds each limit: needed / limit, for limits that some core exceeds.
 *
 * @param assigned cores to which something is pinned do not count: no other mapping of the rest helps them, and whoever pinned it is told
 */
export function excesses(
  needs: readonly CoreNeeds[],
  { limits }: Target,
  assigned?: Assigned,
): Map<keyof CoreNeeds, number> {
  const found = new Map<keyof CoreNeeds, number>();
  for (const [core, each] of needs.entries()) {
    if (assigned?.pinnedTo?.[core] !== undefined) continue;
    for (const name of Object.keys(each) as (keyof CoreNeeds)[]) {
      const ratio = each[name] / limits[name];
      if (ratio > Math.max(1, found.get(name) ?? 1)) found.set(name, ratio);
    }
  }
  return found;
}
