/** Layers that have to share cores: their tiles, the largest first, each in a core in which it fits. */
import { boxSize, livingCoreCount, shapeSize, type Target } from '../../../isa/index.ts';
import {
  coreNeeds,
  coreTraffic,
  firstExcess,
  hearingGroups,
  type CoreNeeds,
  type CoreTraffic,
} from '../../layout/core-needs.ts';
import type { CorePlan } from '../../layout/core-plan.ts';
import type { QuantisedGraph } from '../../ir/layers.ts';
import type { Assigned, SourceRun, Tile } from '../../ir/mapped.ts';
import type { CorePlanner } from '../../layout/plan-cores.ts';
import { findSources, runsByCore } from '../../layout/sources.ts';
import { refineCuts, type LayerCuts } from './partition-layers.ts';

/** Small tiles fill cores better and cost more axons: tried in this order. */
const REFINEMENTS = [1, 2, 4, 8];

/**
 * The assignment with the largest tiles that fits, or the fewest cores that were found; Infinity where far too many.
 *
 * @param available cores that may be used
 */
export function shareCores(
  planner: CorePlanner,
  cuts: LayerCuts,
  target: Target,
  available: number,
): Assigned | number {
  let fewest = Infinity;
  for (const factor of REFINEMENTS) {
    const tiles = tilesOf(factor === 1 ? cuts : refineCuts(planner, cuts, target, factor));
    const offers = separateOffers(planner, tiles, target);
    for (const opened of [available, 0]) {
      const packed = packTiles(planner, tiles, offers, opened, target);
      if (packed !== undefined && packed.cores <= available) return packed;
      fewest = Math.min(fewest, packed?.cores ?? Infinity);
    }
    if (fewest === Infinity) break;
  }
  return fewest;
}

export const tilesOf = (cuts: LayerCuts): Tile[] =>
  cuts.flatMap((boxes, layer) => boxes.map((box) => ({ layer, box })));

interface OpenCore {
  readonly tiles: number[];
  traffic: CoreTraffic;
}

/** A tile by itself. */
interface Offer {
  /** Of the limit that it needs most of. */
  readonly share: number;
  readonly traffic: CoreTraffic;
}

/**
 * Gives every tile to a core, the largest first: to a new one until `opened` are in use, then to the last one in which it
 * fits with those that are there. The fewer are opened at the start, the fewer are used. Cores are in the order of their
 * tiles.
 *
 * @returns undefined where that takes more than twice the cores of the target, which no other tiles would mend
 */
function packTiles(
  planner: CorePlanner,
  tiles: readonly Tile[],
  offers: readonly Offer[],
  opened: number,
  target: Target,
): Assigned | undefined {
  const cores: OpenCore[] = [];
  const order = [...tiles.keys()].sort((a, b) => offers[b]!.share - offers[a]!.share || a - b);
  for (const k of order) {
    const { traffic } = offers[k]!;
    const shared =
      cores.length < opened ? undefined : cores.findLast((core) => fits(planner, tiles, core, k, traffic, target));
    if (shared === undefined) {
      cores.push({ tiles: [k], traffic });
      if (cores.length > 2 * livingCoreCount(target)) return undefined;
    } else {
      shared.traffic = addTraffic(shared.traffic, traffic);
      shared.tiles.push(k);
    }
  }
  const coreOf = new Array<number>(tiles.length);
  cores
    .map((core) => core.tiles.toSorted((a, b) => a - b))
    .sort((a, b) => a[0]! - b[0]!)
    .forEach((held, core) => {
      for (const k of held) coreOf[k] = core;
    });
  return { tiles, coreOf, cores: cores.length };
}

function fits(
  planner: CorePlanner,
  tiles: readonly Tile[],
  core: OpenCore,
  added: number,
  traffic: CoreTraffic,
  target: Target,
): boolean {
  const plan = planner.plan([...core.tiles, added].map((k) => tiles[k]!));
  return firstExcess(coreNeeds(plan, addTraffic(core.traffic, traffic)), target) === undefined;
}

/**
 * The traffic of every tile as if it had a core of its own. Tiles that share a core send and hear fewer runs, never more:
 * a run ends where the set of listening cores changes. But the runs are longer, and sink lists have a word per neuron of a
 * run; so those are counted for whole source tiles.
 */
function separateOffers(planner: CorePlanner, tiles: readonly Tile[], target: Target): Offer[] {
  const { graph } = planner;
  const sources = findSources(planner, { tiles, coreOf: [...tiles.keys()], cores: tiles.length });
  const { sent, heard } = runsByCore(sources);
  return sources.cores.map(({ plan }, k) => {
    const traffic = {
      ...coreTraffic(graph, plan, sent[k]!, heard[k]!),
      sinkListWords: wholeListWords(graph, tiles, plan, heard[k]!),
    };
    return { share: largestShare(coreNeeds(plan, traffic), target), traffic };
  });
}

function wholeListWords(
  graph: QuantisedGraph,
  tiles: readonly Tile[],
  plan: CorePlan,
  heard: readonly SourceRun[],
): number {
  const counted = new Set<string>();
  let words = 0;
  for (const run of heard)
    for (const group of hearingGroups(graph, plan, run)) {
      const key = `${run.tile} ${plan.groups.indexOf(group)}`;
      if (group.axons.kind === 'region' || counted.has(key)) continue;
      counted.add(key);
      words += run.tile < 0 ? shapeSize(graph.inputShape) : boxSize(tiles[run.tile]!.box);
    }
  return words;
}

const addTraffic = (a: CoreTraffic, b: CoreTraffic): CoreTraffic => ({
  sendingWords: a.sendingWords + b.sendingWords,
  sinkRows: a.sinkRows + b.sinkRows,
  sinkListWords: a.sinkListWords + b.sinkListWords,
});

function largestShare(needs: CoreNeeds, { limits }: Target): number {
  const names = Object.keys(needs) as (keyof CoreNeeds)[];
  return Math.max(...names.map((name) => needs[name] / limits[name]));
}
