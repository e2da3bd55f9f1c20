/**
 * Decides which neurons share a core. By traffic: blocks of a partition with few packets between them. By layers: every
 * layer cut into tiles, one a core; where that takes more cores than the target has, the largest tiles get cores of their
 * own, and the others share them.
 */
import { boxSize, DiagnosticError, livingCoreCount, shapeSize, type Target } from '../../isa/index.ts';
import {
  coreNeeds,
  coreTraffic,
  firstExcess,
  hearingGroups,
  type CoreNeeds,
  type CoreTraffic,
} from '../layout/core-needs.ts';
import { hasScattered, mapNetwork, type Mapped, type Unmapped } from '../mapping/map-network.ts';
import { mapBalanced } from '../mapping/map-balanced.ts';
import type { PacketRates } from '../ir/rates.ts';
import type { CorePlan } from '../layout/core-plan.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import type { Assigned, SourceRun, Tile } from '../ir/mapped.ts';
import { CODES } from '../codes.ts';
import { CorePlanner } from '../layout/plan-cores.ts';
import { findSources, packetsPerTree, runsByCore } from '../layout/sources.ts';
import type { Assignment, BuildOptions } from '../options.ts';
import { pass } from '../pass.ts';
import { chooseMapping, type MappingCandidate, type OfferedMapping } from './assign/choose-mapping.ts';
import { notKept, offersFor } from './assign/offers.ts';
import { verifySources } from '../verify/verify-mapped.ts';
import { partitionLayers, refineCuts, requireNeuron, type LayerCuts } from './assign/partition-layers.ts';
import { tooManyCores } from './assign/too-many-cores.ts';

/** Small tiles fill cores better and cost more axons: tried in this order. */
const REFINEMENTS = [1, 2, 4, 8];

interface AssignmentOptions {
  readonly by: Assignment;
  readonly seed: number;
  /** Cores over which the work is spread, as a multiple of those that a layer after the other takes; absent: 1. */
  readonly wider?: number;
  /** Cores over which the work is spread in the place of that; 1: no more than the network needs. */
  readonly spread?: number | undefined;
}

/**
 * Where layers wait for each other, one of them works at a time, and a core that holds a piece of each is never alone in
 * waiting: ResNet-8 in code graded at T = 64 takes 394 instead of 426 µs, and 85.8 instead of 85.1 µJ (measured on `edge`).
 */
const WIDER_WHERE_LAYERS_WAIT = 1.5;

/** Work of the partitioner in a build: what more would find is a per cent or two of the traffic. */
const EFFORT = 0.1;

/** A mapping, and what decided it. */
type MappedBy = Mapped & { readonly by: Assignment };

/** How the mapping was found. */
export interface AssignedBy {
  readonly by: Assignment;
  /** What should have decided; another than that where it found nothing that fits. */
  readonly wanted: Assignment;
  /** Where one of several was chosen: all of them. */
  readonly candidates?: readonly MappingCandidate[];
}

interface Needs {
  readonly quantised: { readonly graph: QuantisedGraph };
  readonly rates: PacketRates;
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0305..E0309, E0314, E0316 naming layer, limit and excess */
export const assignTilesPass = pass({
  name: 'assign-tiles',
  says: 'which neurons share a core: blocks with little traffic between them, within all limits of a core; who hears whom',
  run: ({ quantised, rates, options }: Needs, tools) => {
    const { target, code, assignment, placement, aim } = options;
    const planner = new CorePlanner(quantised.graph);
    const wider = CODES[code].needsCounts ? WIDER_WHERE_LAYERS_WAIT : 1;
    const wanted = { by: assignment, seed: placement.seed, wider };
    if (aim === undefined) {
      const { by, ...mapped } = assignTiles(planner, target, rates, wanted);
      const assignedBy: AssignedBy = { by, wanted: assignment };
      return { mapped, packets: packetsPerTree(mapped.sources, rates), assignedBy };
    }
    const byTraffic = (spread?: number): OfferedMapping => {
      const { by, ...mapped } = assignTiles(planner, target, rates, { ...wanted, spread });
      return { by, mapped };
    };
    const chosen = chooseMapping(rates, target, aim, offersFor(planner, target, rates, aim, byTraffic));
    if (!chosen.keeps) tools.warn(notKept(chosen, aim, target));
    const { mapped, by, candidates } = chosen;
    const assignedBy: AssignedBy = { by, wanted: by, candidates };
    return { mapped, packets: packetsPerTree(mapped.sources, rates), assignedBy };
  },
  print: ({ mapped, assignedBy }) => {
    const { assigned, trees } = mapped.sources;
    return `${assigned.tiles.length} tiles in ${assigned.cores} cores by ${assignedBy.by}, ${trees} trees`;
  },
  verify: ({ mapped }, { options }) => {
    verifySources(mapped.planner.graph, mapped.sources, options.target);
  },
});

/** @throws DiagnosticError E0305..E0309, E0314 naming layer, limit and excess */
export function assignTiles(
  planner: CorePlanner,
  target: Target,
  rates: PacketRates,
  { by, seed, wider = 1, spread }: AssignmentOptions,
): MappedBy {
  const alone = (assigned: Assigned): MappedBy => ({
    ...{ planner, orders: [], sources: findSources(planner, assigned) },
    by: 'layers',
  });
  if (by === 'layers') return alone(assignLayers(planner, target));
  const cores = livingCoreCount(target);
  const balanced = by === 'work' ? mapBalanced(planner, target, rates, cores) : undefined;
  if (balanced !== undefined) return { ...balanced, by };
  const options = { cores, seed, effort: EFFORT };
  if (hasScattered(planner)) {
    const mapped = mapNetwork(planner, target, rates, options);
    return mapped.ok
      ? { ...mapped, by: 'traffic' }
      : (unmapped(planner, mapped, target) ?? alone(assignLayers(planner, target)));
  }
  const layered = orMisfit(() => assignLayers(planner, target));
  const wanted = Math.ceil(wider * (layered instanceof DiagnosticError ? cores : layered.cores));
  const mapped = mapNetwork(planner, target, rates, {
    ...options,
    ...(spread === undefined && { spread: Math.min(cores, wanted) }),
  });
  if (mapped.ok) return { ...mapped, by: 'traffic' };
  if (layered instanceof DiagnosticError) throw layered;
  return alone(layered);
}

/**
 * Why a network with scattered layers does not fit. Cutting these by their numbers would take long, and more cores.
 *
 * @returns undefined where it is no question of one neuron or of the number of cores
 * @throws DiagnosticError E0305..E0309, E0314, E0316
 */
function unmapped(planner: CorePlanner, { misfit, layer }: Unmapped, target: Target): undefined {
  const { layers } = planner.graph;
  if (misfit === undefined || layer !== undefined) {
    for (const l of layer === undefined ? layers.keys() : [layer]) requireNeuron(planner, l, target);
    return undefined;
  }
  if (misfit.kind !== 'blocks') return undefined;
  const neurons = layers.map(({ shape }) => shapeSize(shape));
  const perCore = Math.floor(neurons.reduce((sum, count) => sum + count, 0) / misfit.needed);
  const perLayer = neurons.map((count) => Math.ceil(count / perCore));
  const full =
    misfit.limit.kind === 'inAxons'
      ? `: neurons have so few sources in common that a core's ${target.limits.axons} in-axons are taken up by some ${perCore} neurons`
      : '';
  const bound = misfit.certain ? 'at least' : 'about';
  tooManyCores(
    planner.graph,
    perLayer,
    misfit.needed,
    `the network needs ${bound} ${misfit.needed} cores${full}`,
    target,
  );
}

/** What layers alone do not fit, blocks of several layers may. */
function orMisfit(assign: () => Assigned): Assigned | DiagnosticError {
  try {
    return assign();
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
}

function assignLayers(planner: CorePlanner, target: Target): Assigned {
  const { graph } = planner;
  const cuts = partitionLayers(planner, target);
  const alone = tilesOf(cuts);
  const available = livingCoreCount(target);
  if (alone.length <= available) return { tiles: alone, coreOf: [...alone.keys()], cores: alone.length };
  // A layer that takes more cores by itself leaves nothing to share.
  const shared = cuts.some((boxes) => boxes.length > available) ? Infinity : shareCores(planner, cuts, target);
  if (typeof shared !== 'number') return shared;
  const perLayer = cuts.map((boxes) => boxes.length);
  const what =
    shared === Infinity
      ? `the network needs ${alone.length} cores`
      : `the network needs ${shared} cores even where layers share them`;
  return tooManyCores(graph, perLayer, Math.min(shared, alone.length), what, target);
}

/** The assignment with the largest tiles that fits, or the fewest cores that were found; Infinity where far too many. */
function shareCores(planner: CorePlanner, cuts: LayerCuts, target: Target): Assigned | number {
  const available = livingCoreCount(target);
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

const tilesOf = (cuts: LayerCuts): Tile[] => cuts.flatMap((boxes, layer) => boxes.map((box) => ({ layer, box })));

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
