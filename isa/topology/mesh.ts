/** The mesh: links end at the rims, and packets go along their row first, then along the column (XY). */
import { isEastWest, type LinkPort, PORT } from './ports.ts';
import type { Axes, Axis, BarrierWay, LinkCosts, Topology, TopologyTarget } from './topology.ts';

const STEPS = {
  [PORT.NORTH]: [0, -1],
  [PORT.EAST]: [1, 0],
  [PORT.SOUTH]: [0, 1],
  [PORT.WEST]: [-1, 0],
} as const satisfies Record<LinkPort, readonly [east: number, south: number]>;

/** A mesh of one chip, or of a grid of chips that divides it evenly. */
export class Mesh implements Topology {
  readonly columns: number;
  readonly rows: number;
  readonly tiles: number;
  readonly barrierWay: BarrierWay;
  readonly #chipColumns: number;
  /** Columns and rows of a chip. */
  readonly #chipWidth: number;
  readonly #chipHeight: number;

  constructor({ mesh, chips = { width: 1, height: 1 } }: TopologyTarget) {
    this.columns = mesh.width;
    this.rows = mesh.height;
    this.tiles = mesh.width * mesh.height;
    this.#chipColumns = chips.width;
    this.#chipWidth = mesh.width / chips.width;
    this.#chipHeight = mesh.height / chips.height;
    this.barrierWay = {
      hops: mesh.width + mesh.height - 2,
      eastWestBorders: chips.width - 1,
      northSouthBorders: chips.height - 1,
    };
  }

  column(tile: number): number {
    return tile % this.columns;
  }

  row(tile: number): number {
    return Math.floor(tile / this.columns);
  }

  tileAt(column: number, row: number): number {
    return row * this.columns + column;
  }

  moved(tile: number, east: number, south: number): number {
    const column = this.column(tile) + east;
    const row = this.row(tile) + south;
    const isInside = column >= 0 && column < this.columns && row >= 0 && row < this.rows;
    return isInside ? this.tileAt(column, row) : -1;
  }

  neighbour(tile: number, port: LinkPort): number {
    const [east, south] = STEPS[port];
    return this.moved(tile, east, south);
  }

  nextPort(from: number, to: number): LinkPort | undefined {
    const east = this.column(to) - this.column(from);
    if (east !== 0) return east > 0 ? PORT.EAST : PORT.WEST;
    if (from === to) return undefined;
    return to > from ? PORT.SOUTH : PORT.NORTH;
  }

  straightOn(through: LinkPort): LinkPort {
    return through;
  }

  /** From a column no packet returns to a row. */
  mayTurn(through: LinkPort, port: LinkPort): boolean {
    return isEastWest(through) || !isEastWest(port);
  }

  chipOf(tile: number): number {
    const row = Math.floor(this.row(tile) / this.#chipHeight);
    return row * this.#chipColumns + Math.floor(this.column(tile) / this.#chipWidth);
  }

  crossesBorder(tile: number, port: LinkPort): boolean {
    const neighbour = this.neighbour(tile, port);
    return neighbour >= 0 && this.chipOf(neighbour) !== this.chipOf(tile);
  }

  axes({ eastWest, northSouth, betweenChips }: LinkCosts, hop: number): Axes {
    return {
      columns: axis(this.columns, this.#chipWidth, hop, eastWest, betweenChips ?? eastWest),
      rows: axis(this.rows, this.#chipHeight, hop, northSouth, betweenChips ?? northSouth),
    };
  }
}

function axis(size: number, chipSize: number, hop: number, link: number, border: number): Axis {
  const at = new Float64Array(size);
  for (let k = 1; k < size; k++) at[k] = at[k - 1]! + hop + (k % chipSize === 0 ? border : link);
  return { at, around: Infinity };
}
