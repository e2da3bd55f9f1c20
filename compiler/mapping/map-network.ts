/** Decides by the traffic between cores which neurons share one: the quotient of the network, cut into blocks. */
import { coreCount, type Target } from '../../isa/index.ts';
import type { CoreNeeds } from '../layout/core-needs.ts';
import { CorePlanner } from '../layout/plan-cores.ts';
import type { PacketRates } from '../ir/rates.ts';
import { findSources, type Sources } from '../layout/sources.ts';
import { excesses, sourceNeeds, tilesOfBlocks } from './blocks.ts';
import { RESOURCES, type Resource } from './quotient-loads.ts';
import { leftOfQuotient, type LeftOfQuotient } from './pins/left-of-quotient.ts';
import type { Pinned } from './pins/pinned.ts';
import type { NodeCoordinates } from './partition/orders.ts';
import type { Hypergraph } from './partition/hypergraph.ts';
import type { PartitionLimits } from './partition/limits.ts';
import type { Misfit } from './partition/misfit.ts';
import { partitionHypergraph } from './partition/partition.ts';
import { quotientOf, type Quotient } from './quotient.ts';
import { orderNeurons, renumber, type Orders } from './renumber.ts';
import { flattenScattered, scatteredLayers } from './scattered.ts';

export interface MapOptions {
  /** Most cores that may be used, beside those to which something is pinned. */
  readonly cores: number;
  /** What lies on cores by hand; only of networks without scattered layers. */
  readonly pinned?: Pinned | undefined;
  /**
   * Cores that the work should be spread over; no core does much more than its share. Absent: as many as the network
   * needs.
   */
  readonly spread?: number;
  readonly seed: number;
  /** Work of the search: 1 improves for as long as the partitioner finds it worth while, 0 takes the best start. */
  readonly effort: number;
}

/** Which neurons share a core, and the network as its cores hold it. */
export interface Mapped {
  /** Of the network in which scattered layers have new numbers; the same as before where there are none. */
  readonly planner: CorePlanner;
  readonly orders: Orders;
  readonly sources: Sources;
}

/** Why there is no mapping; without a misfit: blocks were found, but none in which every detail fits. */
export interface Unmapped {
  readonly misfit?: Misfit;
  /** Layer of a node that does not fit by itself. */
  readonly layer?: number;
}

export type MapResult = ({ readonly ok: true } & Mapped) | ({ readonly ok: false } & Unmapped);

/**
 * The quotient estimates what boxes cost: halos of ragged blocks, instructions and tables come out a little larger. Where
 * a limit is exceeded, the next attempt keeps that much away from it.
 */
const ATTEMPTS = 4;
/** Kept free beyond what the last attempt was over. */
const MARGIN = 0.97;
/** Most work of a core, as a multiple of its share. */
const BALANCE = 1.25;
/** Attempts to make tables fit by trees that several neurons share. */
const SHARINGS = 12;
/** Router tables do not fill evenly: this part of their entries is counted on. */
const TABLE_PART = 0.5;

type Room = Record<Exclude<Resource, 'work'> | 'axons', number>;

/** What to keep smaller where the detail exceeds a limit: tables grow with the number of tiles, hence with classes. */
const KEPT_SMALL: Readonly<Record<keyof CoreNeeds, keyof Room>> = {
  neurons: 'neurons',
  axons: 'axons',
  axonGroups: 'axonGroups',
  synapseBits: 'synapseBits',
  parameters: 'parameters',
  programWords: 'programWords',
  sinkRows: 'axonGroups',
  sinkListWords: 'axons',
};

/** Whether the network has layers that only {@link mapNetwork} can do something with. */
export const hasScattered = ({ graph }: CorePlanner): boolean => scatteredLayers(graph).includes(true);

export function mapNetwork(
  planner: CorePlanner,
  target: Target,
  rates: PacketRates,
  { cores, spread, seed, effort, pinned }: MapOptions,
): MapResult {
  const scattered = scatteredLayers(planner.graph);
  const flat = scattered.includes(true) ? new CorePlanner(flattenScattered(planner.graph, scattered)) : planner;
  const quotient = quotientOf(flat, target, rates, scattered);
  if (quotient === undefined) return { ok: false };
  const { hypergraph, at, expand } = pinned === undefined ? whole(quotient) : leftOfQuotient(quotient, pinned);
  const room: Room = { ...target.limits };
  const work = largestWork(hypergraph, spread ?? leastCores(hypergraph, room));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const limits: PartitionLimits = {
      load: Float64Array.from(RESOURCES, (name) => (name === 'work' ? work : room[name])),
      inAxons: room.axons,
      blocks: cores,
    };
    const result = partitionHypergraph(hypergraph, limits, { seed, coordinates: at, effort });
    if (!result.ok) return { ok: false, ...unmapped(result.misfit, at) };
    const laid = layOut(flat, { scattered, quotient, pinned }, expand(result.blockOf), target);
    if (laid.over.size === 0) return { ok: true, ...laid.mapped };
    for (const [name, ratio] of laid.over) {
      const kept = KEPT_SMALL[name];
      room[kept] = Math.floor((room[kept] / ratio) * MARGIN);
    }
  }
  return { ok: false };
}

const whole = ({ hypergraph, at }: Quotient): LeftOfQuotient => ({ hypergraph, at, expand: (blockOf) => blockOf });

const unmapped = (misfit: Misfit, at: NodeCoordinates): Unmapped => ({
  misfit,
  ...(misfit.kind === 'node' && { layer: at.layer[misfit.node]! }),
});

interface Subject {
  readonly scattered: readonly boolean[];
  readonly quotient: Quotient;
  readonly pinned: Pinned | undefined;
}

/** From blocks to tiles, with what their cores need more than they have. */
function layOut(
  flat: CorePlanner,
  { scattered, quotient, pinned }: Subject,
  blockOf: Uint32Array,
  target: Target,
): { readonly mapped: Mapped; readonly over: ReturnType<typeof excesses> } {
  const isScattered = scattered.includes(true);
  const orders = isScattered ? orderNeurons(flat.graph, scattered, quotient.grids, blockOf) : [];
  const planner = isScattered ? new CorePlanner(renumber(flat.graph, orders)) : flat;
  const free = tilesOfBlocks(planner.graph, quotient, blockOf, orders);
  const assigned = pinned === undefined ? free : pinned.join(free);
  let sources = findSources(planner, assigned);
  let over = excesses(sourceNeeds(planner.graph, sources), target, assigned);
  for (let k = 0; k < SHARINGS && isScattered; k++) {
    const ratio = Math.max(over.get('programWords') ?? 0, over.get('sinkRows') ?? 0, tableShare(sources, target));
    const mostRuns = Math.floor((longestTile(sources) / Math.max(2, ratio)) * MARGIN);
    if (ratio <= 1 || mostRuns < 1) break;
    sources = findSources(planner, { ...assigned, mostRuns });
    over = excesses(sourceNeeds(planner.graph, sources), target, assigned);
  }
  return { mapped: { planner, orders, sources }, over };
}

/** Entries that the trees take at least, as a part of those that may be counted on. */
export function tableShare({ runs }: Sources, target: Target): number {
  let entries = 0;
  for (const { listeners } of runs) entries += 1 + 2 * listeners.length;
  return (entries * target.coresPerTile) / (coreCount(target) * target.limits.routeEntries * TABLE_PART);
}

/** Source runs of the tile that has most. */
function longestTile({ assigned, runs }: Sources): number {
  const count = new Uint32Array(assigned.tiles.length);
  for (const { tile } of runs) if (tile >= 0) count[tile]!++;
  return count.reduce((most, each) => Math.max(most, each), 0);
}

/** A core may do its share of the work and some more; one node alone may be more than that. */
function largestWork({ nodes, resources, nodeLoad }: Hypergraph, spread: number): number {
  let total = 0;
  let largest = 0;
  for (let k = RESOURCES.indexOf('work'); k < nodes * resources; k += resources) {
    total += nodeLoad[k]!;
    largest = Math.max(largest, nodeLoad[k]!);
  }
  return Math.max(largest, (BALANCE * total) / spread);
}

/** Cores that the loads of all nodes fill. */
function leastCores({ nodes, resources, nodeLoad }: Hypergraph, room: Room): number {
  let most = 1;
  RESOURCES.forEach((name, r) => {
    if (name === 'work') return;
    let sum = 0;
    for (let v = 0; v < nodes; v++) sum += nodeLoad[v * resources + r]!;
    most = Math.max(most, Math.ceil(sum / room[name]));
  });
  return most;
}
