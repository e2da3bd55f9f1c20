/** What maps of a mesh show: squares of one or several tiles, as far as something lies or passes there. */
import { type FloorplanRecord, topologyOf } from '../../isa/index.ts';

/** Squares along a side; of a larger mesh a square is several tiles. */
export const MOST_SQUARES = 24;

/** Tiles along the side of a square, so that the mesh is at most so many squares wide and high. */
export const tilesOfSquare = ({ mesh }: FloorplanRecord): number =>
  Math.max(1, Math.ceil(Math.max(mesh.width, mesh.height) / MOST_SQUARES));

/** Column and row of the square of a tile. */
export function squareOf({ mesh }: FloorplanRecord, block: number): (tile: number) => [x: number, y: number] {
  const topology = topologyOf({ mesh });
  return (tile) => [Math.floor(topology.column(tile) / block), Math.floor(topology.row(tile) / block)];
}

/** Columns or rows of squares, both ends among them. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** A part of the mesh, in squares. */
export interface Region {
  readonly x: Span;
  readonly y: Span;
  /** Whether squares of the mesh lie outside. */
  readonly isPart: boolean;
}

/** Fewer squares along a side than these make a picture too small to be read. */
const LEAST_SQUARES = 4;

/** The part of the mesh in which cores are in use or packets passed, with a border of one square where the mesh goes on. */
export function regionOf(plan: FloorplanRecord): Region {
  const block = tilesOfSquare(plan);
  const at = squareOf(plan, block);
  const places = [
    ...plan.cores.map(({ tile }) => at(tile)),
    ...plan.links.flatMap(({ from, to }) => [at(from), at(to)]),
  ];
  const span = (axis: 0 | 1, tiles: number): Span => {
    const last = Math.max(0, Math.ceil(tiles / block) - 1);
    const [low, high] = places.reduce(
      ([least, most], place) => [Math.min(least, place[axis]), Math.max(most, place[axis])],
      places.length === 0 ? [0, last] : [last, 0],
    );
    const first = Math.max(0, low - 1);
    return { first, last: Math.min(last, Math.max(high + 1, first + LEAST_SQUARES - 1)) };
  };
  const [x, y] = [span(0, plan.mesh.width), span(1, plan.mesh.height)];
  const squares = (x.last - x.first + 1) * (y.last - y.first + 1);
  return { x, y, isPart: squares < Math.ceil(plan.mesh.width / block) * Math.ceil(plan.mesh.height / block) };
}
