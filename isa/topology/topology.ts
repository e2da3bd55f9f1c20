/**
 * How tiles are connected, and which way packets take: the one place for arithmetic on tiles. Tiles lie in columns and
 * rows, tile = row * columns + column, and each has a router with four link ports (ports.ts); what is behind the links at
 * the rims, and so which way is the shortest, is the topology's.
 */
import type { LinkPort } from './ports.ts';

/** The figures of a target that a topology is made of; a grid of chips is one network with slower links at the borders. */
export interface TopologyTarget {
  readonly mesh: { readonly width: number; readonly height: number };
  readonly chips?: { readonly width: number; readonly height: number } | undefined;
}

/** What each kind of link costs, in any unit. */
export interface LinkCosts {
  readonly eastWest: number;
  readonly northSouth: number;
  /** Over a border, in place of the two above; absent: no more than they. */
  readonly betweenChips?: number | undefined;
}

/** Where columns, or rows, lie if lengths are the costs of hops. */
export interface Axis {
  /** From the first. */
  readonly at: Float64Array;
  /** Length of the whole where it closes to a ring, and the way from a to b may go either way; else Infinity. */
  readonly around: number;
}

/** The cost of a way between tiles is that between their columns and that between their rows. */
export interface Axes {
  readonly columns: Axis;
  readonly rows: Axis;
}

/** The way between two places of an axis: the shorter one where it closes. */
export function axisDistance({ at, around }: Axis, a: number, b: number): number {
  const way = Math.abs(at[a]! - at[b]!);
  return Math.min(way, around - way);
}

/** What the way between two tiles costs: the sum over its links. Symmetric. */
export const distance = (
  topology: Pick<Topology, 'column' | 'row'>,
  { columns, rows }: Axes,
  from: number,
  to: number,
): number =>
  axisDistance(columns, topology.column(from), topology.column(to)) +
  axisDistance(rows, topology.row(from), topology.row(to));

/** Links on the way of the barrier's wave to the tile that it reaches last. */
export interface BarrierWay {
  /** All of them, and how many of those cross a border between chips, to the east or west and to the north or south. */
  readonly hops: number;
  readonly eastWestBorders: number;
  readonly northSouthBorders: number;
}

/** Tiles are whole numbers from 0 to tiles - 1. Nothing is allocated to answer, but by `axes`. */
export interface Topology {
  readonly columns: number;
  readonly rows: number;
  readonly tiles: number;
  column(tile: number): number;
  row(tile: number): number;
  tileAt(column: number, row: number): number;
  /** The tile so many columns to the east and rows to the south (negative: west, north); -1 where there is none. */
  moved(tile: number, east: number, south: number): number;

  /** Tile behind a link port, or -1 where the network ends. */
  neighbour(tile: number, port: LinkPort): number;
  /** Port through which a packet leaves its router for the next one on its way; undefined where it has arrived. */
  nextPort(from: number, to: number): LinkPort | undefined;
  /** Port through which a router without an entry passes a packet on that came over a link of this port. */
  straightOn(through: LinkPort): LinkPort;
  /**
   * Whether a tree may leave a router through `port` where it came in over a link of port `through`. What may turn nowhere
   * in a circle cannot wait for itself.
   */
  mayTurn(through: LinkPort, port: LinkPort): boolean;

  /** Chip of a tile, row by row; 0 where the target is one chip. */
  chipOf(tile: number): number;
  /** Whether a link leads to another chip; false where the network ends. */
  crossesBorder(tile: number, port: LinkPort): boolean;

  /** @param hop what each hop costs beside its link */
  axes(costs: LinkCosts, hop: number): Axes;
  readonly barrierWay: BarrierWay;
}
