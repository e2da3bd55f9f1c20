/** Maps a network for latency: cuts of every layer over many cores (balance/), as long as every detail fits. */
import type { Target } from '../../isa/index.ts';
import type { Assigned } from '../ir/mapped.ts';
import type { PacketRates } from '../ir/rates.ts';
import type { CoreNeeds } from '../layout/core-needs.ts';
import type { CorePlanner } from '../layout/plan-cores.ts';
import { findSources } from '../layout/sources.ts';
import { balanceWork } from './balance/balance.ts';
import { splitColumns } from './balance/split-columns.ts';
import { MEMORIES, type Memory } from './balance/piece.ts';
import type { Pinned } from './pins/pinned.ts';
import { excesses, sourceNeeds } from './blocks.ts';
import { type Mapped, tableShare } from './map-network.ts';

/** Attempts with less room, or fewer pieces, where the detail does not fit. */
const ATTEMPTS = 4;
/** Kept free beyond what the last attempt was over. */
const MARGIN = 0.97;

/**
 * @param cores most that may be used, beside those to which something is pinned
 * @returns undefined where no such cut fits the target
 */
export function mapBalanced(
  planner: CorePlanner,
  target: Target,
  rates: PacketRates,
  cores: number,
  pinned?: Pinned,
): Mapped | undefined {
  let room: Record<Memory, number> = { ...target.limits };
  let pieces = cores;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const isLeft = (layer: number): boolean => pinned?.holdsLayer(layer) !== true;
    const free = balanceWork(planner, target, rates, { cores, pieces, room, isLeft });
    if (free === undefined) return undefined;
    const assigned = pinned === undefined ? free : pinned.join(free);
    const split = fitted(planner, splitColumns(planner.graph, assigned), target);
    if (split.fits) return { planner, orders: [], sources: split.sources };
    const { sources, over, tables, fits } = fitted(planner, assigned, target);
    if (fits) return { planner, orders: [], sources };
    // What packets take grows with the pieces of a layer, the rest with what a core holds.
    const traffic = Math.max(tables, ...TRAFFIC.map((name) => over.get(name) ?? 0));
    if (traffic > 1) pieces = Math.floor((pieces / traffic) * MARGIN);
    if (pieces < 1) return undefined;
    room = { ...room };
    for (const name of MEMORIES) room[name] = Math.floor((room[name] / (over.get(name) ?? MARGIN)) * MARGIN);
  }
  return undefined;
}

function fitted(planner: CorePlanner, assigned: Assigned, target: Target) {
  const sources = findSources(planner, assigned);
  const over = excesses(sourceNeeds(planner.graph, sources), target, assigned);
  const tables = tableShare(sources, target);
  return { sources, over, tables, fits: over.size === 0 && tables <= 1 };
}

const TRAFFIC = ['sinkRows', 'sinkListWords', 'programWords'] as const satisfies readonly (keyof CoreNeeds)[];
