/**
 * Geometry of the mesh. Tile = y * width + x; y grows to the south, x to the east. So EAST of tile t is t + 1 and SOUTH is
 * t + width.
 */
import { PORT } from './chip.ts';
import type { Target } from './target.ts';

/** The four link ports in the order of their bits. */
export const LINK_PORTS = [PORT.NORTH, PORT.EAST, PORT.SOUTH, PORT.WEST] as const;
export type LinkPort = (typeof LINK_PORTS)[number];

/** Tile behind a link port, or -1 where the mesh ends. */
export function neighbourTile(mesh: Target['mesh'], tile: number, port: LinkPort): number {
  const x = tile % mesh.width;
  switch (port) {
    case PORT.NORTH:
      return tile - mesh.width >= 0 ? tile - mesh.width : -1;
    case PORT.SOUTH:
      return tile + mesh.width < mesh.width * mesh.height ? tile + mesh.width : -1;
    case PORT.EAST:
      return x + 1 < mesh.width ? tile + 1 : -1;
    case PORT.WEST:
      return x > 0 ? tile - 1 : -1;
  }
}

/** Chip of a tile, row by row; 0 where the target is one chip. */
export function chipOfTile({ mesh, chips }: Pick<Target, 'mesh' | 'chips'>, tile: number): number {
  if (chips === undefined) return 0;
  const column = Math.floor(((tile % mesh.width) * chips.width) / mesh.width);
  const row = Math.floor((Math.floor(tile / mesh.width) * chips.height) / mesh.height);
  return row * chips.width + column;
}

/** Whether a link leads to another chip; false where the mesh ends. */
export function crossesBorder(target: Pick<Target, 'mesh' | 'chips'>, tile: number, port: LinkPort): boolean {
  const neighbour = neighbourTile(target.mesh, tile, port);
  return neighbour >= 0 && chipOfTile(target, neighbour) !== chipOfTile(target, tile);
}

/** Port through which a packet comes in that left its last router through `port`. */
export const oppositePort = (port: LinkPort): LinkPort => ((port + 2) % 4) as LinkPort;

/** Tile of a core. */
export const tileOfCore = (target: Pick<Target, 'coresPerTile'>, core: number): number =>
  Math.floor(core / target.coresPerTile);

/** Bit of the route mask that hands a packet to a core of the router's tile. */
export const localPort = (target: Pick<Target, 'coresPerTile'>, core: number): number =>
  PORT.LOCAL + (core % target.coresPerTile);
