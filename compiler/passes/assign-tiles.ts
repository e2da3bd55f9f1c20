/**
 * Decides which neurons share a core. By traffic: blocks of a partition with few packets between them. By layers: every
 * layer cut into tiles, one a core; where that takes more cores than the target has, the largest tiles get cores of their
 * own, and the others share them.
 */
import {
  type Diagnostic,
  diagnostic,
  DiagnosticError,
  livingCoreCount,
  shapeSize,
  type Target,
} from '../../isa/index.ts';
import { hasScattered, mapNetwork, type Mapped, type Unmapped } from '../mapping/map-network.ts';
import { mapBalanced } from '../mapping/map-balanced.ts';
import { shareAxons } from '../mapping/share-axons.ts';
import type { Pinned } from '../mapping/pins/pinned.ts';
import type { PacketRates } from '../ir/rates.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import type { Assigned } from '../ir/mapped.ts';
import { CODES } from '../codes.ts';
import { CorePlanner } from '../layout/plan-cores.ts';
import { findSources, packetsPerTree } from '../layout/sources.ts';
import type { Assignment, BuildOptions } from '../options.ts';
import { pass } from '../pass.ts';
import { chooseMapping, type MappingCandidate, type OfferedMapping } from './assign/choose-mapping.ts';
import { notKept, offersFor } from './assign/offers.ts';
import { verifySources } from '../verify/verify-mapped.ts';
import { partitionLayers, requireNeuron } from './assign/partition-layers.ts';
import { refuseScattered, requirePinnedFit, resolvePins } from './assign/resolve-pins.ts';
import { shareCores, tilesOf } from './assign/share-cores.ts';
import { tooManyCores } from './assign/too-many-cores.ts';

interface AssignmentOptions {
  readonly by: Assignment;
  readonly seed: number;
  /** Cores over which the work is spread, as a multiple of those that a layer after the other takes; absent: 1. */
  readonly wider?: number;
  /** Cores over which the work is spread in the place of that; 1: no more than the network needs. */
  readonly spread?: number | undefined;
  /** What lies on cores by hand. */
  readonly pinned?: Pinned | undefined;
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
  readonly by: Assignment | 'pins';
  /** What should have decided; another than that where it found nothing that fits. */
  readonly wanted: Assignment | 'pins';
  /** Where one of several was chosen: all of them. */
  readonly candidates?: readonly MappingCandidate[];
}

interface Needs {
  readonly quantised: { readonly graph: QuantisedGraph };
  readonly rates: PacketRates;
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0305..E0309, E0314, E0316 naming layer, limit and excess; E0323..E0326 naming pins */
export const assignTilesPass = pass({
  name: 'assign-tiles',
  says: 'which neurons share a core: blocks with little traffic between them, within all limits of a core; who hears whom',
  run: ({ quantised, rates, options }: Needs, tools) => {
    const { target, pins } = options;
    const planner = new CorePlanner(shareAxons(quantised.graph));
    const pinned = pins && resolvePins(planner, target, pins);
    const { mapped, assignedBy } = findMapping({ planner, rates, options, pinned }, tools.warn);
    if (pinned !== undefined) requirePinnedFit(mapped.planner, mapped.sources, target, pinned, pins!.file);
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

interface MappingSubject {
  readonly planner: CorePlanner;
  readonly rates: PacketRates;
  readonly options: BuildOptions;
  readonly pinned: Pinned | undefined;
}

/** The mapping by what decides it: pins alone, an assignment, or an objective. */
function findMapping(
  { planner, rates, options, pinned }: MappingSubject,
  warn: (warning: Diagnostic) => void,
): { readonly mapped: Mapped; readonly assignedBy: AssignedBy } {
  const { target, code, assignment, placement, aim } = options;
  if (pinned?.holdsAll === true) {
    if (aim !== undefined)
      warn(diagnostic('W0322', 'all of the network is pinned, so there is one mapping, and no choice'));
    const mapped = { planner, orders: [], sources: findSources(planner, pinned.join()) };
    return { mapped, assignedBy: { by: 'pins', wanted: 'pins' } };
  }
  // Pins are of boxes: then a network that would be mapped neuron by neuron is cut like others.
  const isBoxed = pinned !== undefined && hasScattered(planner);
  if (isBoxed && aim === undefined && assignment === 'traffic') refuseScattered(options.pins!);
  const wider = CODES[code].needsCounts ? WIDER_WHERE_LAYERS_WAIT : 1;
  const by = isBoxed && assignment === 'traffic' ? 'layers' : assignment;
  const wanted = { by, seed: placement.seed, wider, pinned };
  if (aim === undefined) {
    const { by: found, ...mapped } = assignTiles(planner, target, rates, wanted);
    return { mapped, assignedBy: { by: found, wanted: assignment } };
  }
  const byTraffic = (spread?: number): OfferedMapping => {
    const { by: found, ...mapped } = assignTiles(planner, target, rates, { ...wanted, spread });
    return { by: found, mapped };
  };
  const byWork = (cores: number): OfferedMapping | undefined => {
    const mapped = mapBalanced(planner, target, rates, cores, pinned);
    return mapped && { by: 'work', mapped };
  };
  const chosen = chooseMapping(rates, target, aim, offersFor(coresLeft(target, pinned), aim, byTraffic, byWork));
  if (!chosen.keeps) warn(notKept(chosen, aim, target));
  const { mapped, candidates } = chosen;
  return { mapped, assignedBy: { by: chosen.by, wanted: chosen.by, candidates } };
}

/** Living cores to which nothing is pinned. */
const coresLeft = (target: Target, pinned: Pinned | undefined): number =>
  livingCoreCount(target) - (pinned?.cores.length ?? 0);

/** @throws DiagnosticError E0305..E0309, E0314 naming layer, limit and excess */
export function assignTiles(
  planner: CorePlanner,
  target: Target,
  rates: PacketRates,
  { by, seed, wider = 1, spread, pinned }: AssignmentOptions,
): MappedBy {
  const alone = (assigned: Assigned): MappedBy => {
    const joined = pinned === undefined ? assigned : pinned.join(assigned);
    return { ...{ planner, orders: [], sources: findSources(planner, joined) }, by: 'layers' };
  };
  if (by === 'layers') return alone(assignLayers(planner, target, pinned));
  const cores = coresLeft(target, pinned);
  const balanced = by === 'work' ? mapBalanced(planner, target, rates, cores, pinned) : undefined;
  if (balanced !== undefined) return { ...balanced, by };
  const options = { cores, seed, effort: EFFORT, pinned };
  if (hasScattered(planner)) {
    if (pinned !== undefined) return alone(assignLayers(planner, target, pinned));
    const mapped = mapNetwork(planner, target, rates, options);
    return mapped.ok
      ? { ...mapped, by: 'traffic' }
      : (unmapped(planner, mapped, target) ?? alone(assignLayers(planner, target, undefined)));
  }
  const layered = orMisfit(() => assignLayers(planner, target, pinned));
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

function assignLayers(planner: CorePlanner, target: Target, pinned: Pinned | undefined): Assigned {
  const { graph } = planner;
  const cuts = partitionLayers(planner, target, (layer) => pinned?.holdsLayer(layer) !== true);
  const alone = tilesOf(cuts);
  const available = coresLeft(target, pinned);
  if (alone.length <= available) return { tiles: alone, coreOf: [...alone.keys()], cores: alone.length };
  // A layer that takes more cores by itself leaves nothing to share.
  const shared = cuts.some((boxes) => boxes.length > available)
    ? Infinity
    : shareCores(planner, cuts, target, available);
  if (typeof shared !== 'number') return shared;
  const perLayer = cuts.map((boxes) => boxes.length);
  const what =
    shared === Infinity
      ? `the network needs ${alone.length} cores`
      : `the network needs ${shared} cores even where layers share them`;
  return tooManyCores(graph, perLayer, Math.min(shared, alone.length), what, target, pinned?.cores.length);
}
