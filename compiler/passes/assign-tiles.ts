/**
 * Decides which neurons share a core: cuts the layers into tiles, one a core; where that takes more cores than the target
 * has, tiles share cores, first fit, the largest first.
 */
import { boxSize, coreCount, shapeSize, type Target } from '../../isa/index.ts';
import {
  coreNeeds,
  coreTraffic,
  firstExcess,
  hearingGroups,
  type CoreNeeds,
  type CoreTraffic,
} from '../ir/core-needs.ts';
import type { CorePlan } from '../ir/core-plan.ts';
import { INPUT, type QuantisedGraph } from '../ir/layers.ts';
import type { Assigned, SourceRun, Tile } from '../ir/mapped.ts';
import { CorePlanner, planCores } from '../ir/plan-cores.ts';
import { partitionLayers, refineCuts, type LayerCuts } from './partition-layers.ts';
import { findRuns } from './route-trees.ts';
import { tooManyCores } from './too-many-cores.ts';

/** Small tiles fill cores better and cost more axons: tried in this order. */
const REFINEMENTS = [1, 2, 4, 8];

/** @throws DiagnosticError E0305..E0309, E0314 naming layer, limit and excess */
export function assignTiles(graph: QuantisedGraph, target: Target): Assigned {
  const planner = new CorePlanner(graph);
  const cuts = partitionLayers(planner, target);
  const alone = tilesOf(cuts);
  const available = coreCount(target);
  if (alone.length <= available) return { tiles: alone, coreOf: [...alone.keys()], cores: alone.length };
  let fewest = Infinity;
  for (const factor of REFINEMENTS) {
    const tiles = factor === 1 ? alone : tilesOf(refineCuts(planner, cuts, target, factor));
    const packed = packTiles(planner, tiles, target);
    if (packed.cores <= available) return packed;
    fewest = Math.min(fewest, packed.cores);
  }
  const perLayer = cuts.map((boxes) => boxes.length);
  return tooManyCores(
    graph,
    perLayer,
    fewest,
    `the network needs ${fewest} cores even where layers share them`,
    target,
  );
}

const tilesOf = (cuts: LayerCuts): Tile[] => cuts.flatMap((boxes, layer) => boxes.map((box) => ({ layer, box })));

interface OpenCore {
  readonly tiles: number[];
  traffic: CoreTraffic;
}

/** Gives every tile to the first core in which it fits with those that are there; cores are in the order of their tiles. */
function packTiles(planner: CorePlanner, tiles: readonly Tile[], target: Target): Assigned {
  const single = tiles.map((_, k) => k);
  const traffic = separateTraffic(planner, tiles);
  const needs = tiles.map((tile, k) => coreNeeds(planner.plan([tile]), traffic[k]));
  const share = needs.map((each) => largestShare(each, target));
  const cores: OpenCore[] = [];
  for (const k of single.toSorted((a, b) => share[b]! - share[a]! || a - b)) {
    const fitting = cores.find((core) => fits(planner, tiles, core, k, traffic[k]!, target));
    if (fitting === undefined) cores.push({ tiles: [k], traffic: traffic[k]! });
    else {
      fitting.traffic = addTraffic(fitting.traffic, traffic[k]!);
      fitting.tiles.push(k);
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
function separateTraffic(planner: CorePlanner, tiles: readonly Tile[]): CoreTraffic[] {
  const { graph } = planner;
  const cores = planCores(planner, { tiles, coreOf: [...tiles.keys()] });
  const { runs } = findRuns(graph, { tiles }, cores);
  const sent: SourceRun[][] = tiles.map(() => []);
  const heard: SourceRun[][] = tiles.map(() => []);
  for (const run of runs) {
    if (run.layer !== INPUT) sent[run.tile]!.push(run);
    for (const core of run.listeners) heard[core]!.push(run);
  }
  return cores.map(({ plan }, k) => ({
    ...coreTraffic(graph, plan, sent[k]!, heard[k]!),
    sinkListWords: wholeListWords(graph, tiles, plan, heard[k]!),
  }));
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
  fires: a.fires + b.fires,
  sinkRows: a.sinkRows + b.sinkRows,
  sinkListWords: a.sinkListWords + b.sinkListWords,
});

function largestShare(needs: CoreNeeds, { limits }: Target): number {
  const names = Object.keys(needs) as (keyof CoreNeeds)[];
  return Math.max(...names.map((name) => needs[name] / limits[name]));
}
