/** How far apart two tiles are along the path of the routers: in hops, cycles and joules, chip borders included. */
import type { Target } from '../target.ts';
import { topologyOf } from './of-target.ts';
import { distance, type LinkCosts } from './topology.ts';

/** The parts of a target that distances depend on. */
export type DistanceTarget = Pick<Target, 'mesh' | 'chips'> & {
  readonly timing: Pick<Target['timing'], 'hopEastWestCycles' | 'hopNorthSouthCycles'>;
  readonly energy: Pick<
    Target['energy'],
    'linkHopEastWest' | 'linkHopNorthSouth' | 'linkHopBetweenChips' | 'routerTraversal'
  >;
};

/** Distances between tiles. All are symmetric, and nothing is allocated to work them out. */
export interface TileDistance {
  /** Links on the way, those over chip borders included. */
  hops(from: number, to: number): number;
  /** Links of them that cross a chip border. */
  borders(from: number, to: number): number;
  /**
   * Cycles from arbitration in the first router to arbitration in the last one, without contention. A packet takes
   * injectionCycles and ejectionCycles more.
   */
  cycles(from: number, to: number): number;
  /**
   * Joules per packet: its links, and the routers that it passes, first and last included. Figures that are unknown
   * count as 0, as in reports.
   */
  energyJ(from: number, to: number): number;
}

/** The distances of a target: what a hop and a hop over a border cost, spec/network.md and spec/energy.md. */
export function tileDistance(target: DistanceTarget): TileDistance {
  const { chips, timing, energy } = target;
  const topology = topologyOf(target);
  const cycles: LinkCosts = {
    eastWest: timing.hopEastWestCycles.value,
    northSouth: timing.hopNorthSouthCycles.value,
    betweenChips: chips?.linkCycles.value ?? 0,
  };
  const joule: LinkCosts = {
    eastWest: energy.linkHopEastWest.value ?? 0,
    northSouth: energy.linkHopNorthSouth.value ?? 0,
    betweenChips: energy.linkHopBetweenChips?.value ?? 0,
  };
  const routerJ = energy.routerTraversal.value ?? 0;
  const inUnitsOf = (costs: LinkCosts): ((from: number, to: number) => number) => {
    const axes = topology.axes(costs, 0);
    return (from, to) => distance(topology, axes, from, to);
  };
  const hops = inUnitsOf(EACH_LINK);
  const linksJ = inUnitsOf(joule);
  return {
    hops,
    borders: inUnitsOf(EACH_BORDER),
    cycles: inUnitsOf(cycles),
    energyJ: (from, to) => linksJ(from, to) + (hops(from, to) + 1) * routerJ,
  };
}

const EACH_LINK: LinkCosts = { eastWest: 1, northSouth: 1, betweenChips: 1 };
const EACH_BORDER: LinkCosts = { eastWest: 0, northSouth: 0, betweenChips: 1 };
