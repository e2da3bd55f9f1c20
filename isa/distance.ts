/** How far apart two tiles are along the XY path of the routers: in hops, cycles and joules, chip borders included. */
import type { Target } from './target.ts';

/** The parts of a target that distances depend on. */
export type DistanceTarget = Pick<Target, 'mesh' | 'chips'> & {
  readonly timing: Pick<Target['timing'], 'hopEastWestCycles' | 'hopNorthSouthCycles'>;
  readonly energy: Pick<
    Target['energy'],
    'linkHopEastWest' | 'linkHopNorthSouth' | 'linkHopBetweenChips' | 'routerTraversal'
  >;
};

/** Distances between tiles (tile = y * width + x). All are symmetric, and nothing is allocated to work them out. */
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
export function tileDistance({ mesh, chips, timing, energy }: DistanceTarget): TileDistance {
  const { width } = mesh;
  const chipColumns = chips === undefined ? mesh.width : mesh.width / chips.width;
  const chipRows = chips === undefined ? mesh.height : mesh.height / chips.height;
  const apart = (a: number, b: number): number => Math.abs(a - b);
  const row = (tile: number): number => Math.floor(tile / width);
  const columns = (from: number, to: number): number => apart(from % width, to % width);
  const rows = (from: number, to: number): number => apart(row(from), row(to));
  const chipsApart = (a: number, b: number, size: number): number => apart(Math.floor(a / size), Math.floor(b / size));
  const columnBorders = (from: number, to: number): number => chipsApart(from % width, to % width, chipColumns);
  const rowBorders = (from: number, to: number): number => chipsApart(row(from), row(to), chipRows);

  const eastWestCycles = timing.hopEastWestCycles.value;
  const northSouthCycles = timing.hopNorthSouthCycles.value;
  const borderCycles = chips?.linkCycles.value ?? 0;
  const eastWestJ = energy.linkHopEastWest.value ?? 0;
  const northSouthJ = energy.linkHopNorthSouth.value ?? 0;
  const borderJ = energy.linkHopBetweenChips?.value ?? 0;
  const routerJ = energy.routerTraversal.value ?? 0;
  /** Sum over the links of the way of what each kind costs. */
  const way = (from: number, to: number, eastWest: number, northSouth: number, border: number): number => {
    const x = columnBorders(from, to);
    const y = rowBorders(from, to);
    return (columns(from, to) - x) * eastWest + (rows(from, to) - y) * northSouth + (x + y) * border;
  };
  const hops = (from: number, to: number): number => columns(from, to) + rows(from, to);
  return {
    hops,
    borders: (from, to) => columnBorders(from, to) + rowBorders(from, to),
    cycles: (from, to) => way(from, to, eastWestCycles, northSouthCycles, borderCycles),
    energyJ: (from, to) => way(from, to, eastWestJ, northSouthJ, borderJ) + (hops(from, to) + 1) * routerJ,
  };
}
