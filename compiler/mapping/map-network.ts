/** Decides by the traffic between cores which neurons share one: the quotient of the network, cut into blocks. */
import type { Target } from '../../isa/index.ts';
import type { CoreNeeds } from '../ir/core-needs.ts';
import type { Assigned } from '../ir/mapped.ts';
import type { CorePlanner } from '../ir/plan-cores.ts';
import type { PacketRates } from '../ir/rates.ts';
import { assignedNeeds, excesses, tilesOfBlocks } from './blocks.ts';
import { RESOURCES, type Resource } from './loads.ts';
import type { Hypergraph } from './partition/hypergraph.ts';
import type { PartitionLimits } from './partition/limits.ts';
import { partitionHypergraph } from './partition/partition.ts';
import { quotientOf } from './quotient.ts';

export interface MapOptions {
  /** Most cores that may be used. */
  readonly cores: number;
  /** Cores that the work should be spread over; no core does much more than its share. */
  readonly spread: number;
  readonly seed: number;
  /** Work of the search: 1 improves for as long as the partitioner finds it worth while, 0 takes the best start. */
  readonly effort: number;
}

/**
 * The quotient estimates what boxes cost: halos of ragged blocks, instructions and tables come out a little larger. Where
 * a limit is exceeded, the next attempt keeps that much away from it.
 */
const ATTEMPTS = 4;
/** Kept free beyond what the last attempt was over. */
const MARGIN = 0.97;
/** Most work of a core, as a multiple of its share. */
const BALANCE = 1.25;

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

/** @returns undefined where no attempt fits the target in every detail */
export function mapNetwork(
  planner: CorePlanner,
  target: Target,
  rates: PacketRates,
  { cores, spread, seed, effort }: MapOptions,
): Assigned | undefined {
  const quotient = quotientOf(planner, target, rates);
  if (quotient === undefined) return undefined;
  const { hypergraph, at } = quotient;
  const room: Room = { ...target.limits };
  const work = largestWork(hypergraph, spread);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const limits: PartitionLimits = {
      load: Float64Array.from(RESOURCES, (name) => (name === 'work' ? work : room[name])),
      inAxons: room.axons,
      blocks: cores,
    };
    const result = partitionHypergraph(hypergraph, limits, { seed, coordinates: at, effort });
    if (!result.ok) return undefined;
    const assigned = tilesOfBlocks(planner.graph, quotient, result.blockOf);
    const over = excesses(assignedNeeds(planner, assigned), target);
    if (over.size === 0) return assigned;
    for (const [name, ratio] of over) {
      const kept = KEPT_SMALL[name];
      room[kept] = Math.floor((room[kept] / ratio) * MARGIN);
    }
  }
  return undefined;
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
