/** Decides by the traffic between cores which neurons share one: the quotient of the network, cut into blocks. */
import type { Target } from '../../isa/index.ts';
import type { CoreNeeds } from '../ir/core-needs.ts';
import type { Assigned } from '../ir/mapped.ts';
import type { CorePlanner } from '../ir/plan-cores.ts';
import { assignedNeeds, excesses, tilesOfBlocks } from './blocks.ts';
import type { PacketsPerNeuron } from './hyperedges.ts';
import { RESOURCES, type Resource } from './loads.ts';
import type { PartitionLimits } from './partition/limits.ts';
import { partitionHypergraph } from './partition/partition.ts';
import { quotientOf } from './quotient.ts';

export interface NetworkMapping {
  readonly assigned: Assigned;
  /** Packets per inference between cores: Σ packets · (cores touched − 1), and those of the input. */
  readonly km1: number;
}

/**
 * The quotient estimates what boxes cost: halos of ragged blocks, instructions and tables come out a little larger. Where
 * a limit is exceeded, the next attempt keeps that much away from it.
 */
const ATTEMPTS = 4;
/** Kept free beyond what the last attempt was over. */
const MARGIN = 0.97;

/** What to keep smaller where the detail exceeds a limit: tables grow with the number of tiles, hence with classes. */
const KEPT_SMALL: Readonly<Record<keyof CoreNeeds, Resource | 'axons'>> = {
  neurons: 'neurons',
  axons: 'axons',
  axonGroups: 'axonGroups',
  synapseBits: 'synapseBits',
  parameters: 'parameters',
  programWords: 'programWords',
  sinkRows: 'axonGroups',
  sinkListWords: 'axons',
};

/**
 * @param cores most cores that may be used
 * @returns undefined where no attempt fits the target in every detail
 */
export function mapNetwork(
  planner: CorePlanner,
  target: Target,
  cores: number,
  packets: PacketsPerNeuron,
  seed: number,
): NetworkMapping | undefined {
  const quotient = quotientOf(planner, target, packets);
  if (quotient === undefined) return undefined;
  const { limits } = target;
  const room = new Map<Resource | 'axons', number>(RESOURCES.map((name) => [name, limits[name]]));
  room.set('axons', limits.axons);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const blockLimits: PartitionLimits = {
      load: Float64Array.from(RESOURCES, (name) => room.get(name)!),
      inAxons: room.get('axons')!,
      blocks: cores,
    };
    const result = partitionHypergraph(quotient.hypergraph, blockLimits, { seed, coordinates: quotient.at });
    if (!result.ok) return undefined;
    const assigned = tilesOfBlocks(planner.graph, quotient, result.blockOf);
    const over = excesses(assignedNeeds(planner, assigned), target);
    if (over.size === 0) return { assigned, km1: result.figures.km1 };
    for (const [name, ratio] of over) {
      const kept = KEPT_SMALL[name];
      room.set(kept, Math.floor((room.get(kept)! / ratio) * MARGIN));
    }
  }
  return undefined;
}
