/** From blocks of the quotient graph to tiles on cores, and whether they fit in every detail. */
import type { Target } from '../../isa/index.ts';
import { coreNeeds, coreTraffic, type CoreNeeds } from '../ir/core-needs.ts';
import { groupBy } from '../ir/group-by.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import type { Assigned, Tile } from '../ir/mapped.ts';
import type { CorePlanner } from '../ir/plan-cores.ts';
import { findSources, runsByCore } from '../passes/route-trees.ts';
import { coverColumns } from './cover.ts';
import type { Quotient } from './quotient.ts';

/** Tiles of all layers in order; the cores are the blocks that hold a node, in the order of their first tile. */
export function tilesOfBlocks(graph: QuantisedGraph, { at, boxes }: Quotient, blockOf: Uint32Array): Assigned {
  const columns = groupBy(blockOf.keys(), (v) => `${at.layer[v]} ${blockOf[v]}`);
  const placed: { readonly tile: Tile; readonly block: number }[] = [];
  for (const nodes of columns.values()) {
    const layer = at.layer[nodes[0]!]!;
    const block = blockOf[nodes[0]!]!;
    const covered = coverColumns(
      graph.layers[layer]!,
      nodes.map((v) => boxes[v]!),
    );
    for (const box of covered) placed.push({ tile: { layer, box }, block });
  }
  placed.sort((a, b) => a.tile.layer - b.tile.layer || a.block - b.block);
  const coreOfBlock = new Map<number, number>();
  const coreOf = placed.map(({ block }) => {
    const core = coreOfBlock.get(block) ?? coreOfBlock.size;
    coreOfBlock.set(block, core);
    return core;
  });
  return { tiles: placed.map(({ tile }) => tile), coreOf, cores: coreOfBlock.size };
}

/** Exactly what every core of a mapping takes, by core. */
export function assignedNeeds(planner: CorePlanner, assigned: Assigned): CoreNeeds[] {
  const { graph } = planner;
  const sources = findSources(planner, assigned);
  const { sent, heard } = runsByCore(sources);
  return sources.cores.map(({ plan }, k) => coreNeeds(plan, coreTraffic(graph, plan, sent[k]!, heard[k]!)));
}

/** By how much the worst core exceeds each limit: needed / limit, for limits that some core exceeds. */
export function excesses(needs: readonly CoreNeeds[], { limits }: Target): Map<keyof CoreNeeds, number> {
  const found = new Map<keyof CoreNeeds, number>();
  for (const each of needs)
    for (const name of Object.keys(each) as (keyof CoreNeeds)[]) {
      const ratio = each[name] / limits[name];
      if (ratio > Math.max(1, found.get(name) ?? 1)) found.set(name, ratio);
    }
  return found;
}
