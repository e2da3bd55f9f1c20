/** The ports of a router: four links, the cores of its tile, the host. */

/** Output ports of a router, as bits of a mask. Local core k is bit LOCAL + k; the host port (tile 0 only) is HOST. */
export const PORT = { NORTH: 0, EAST: 1, SOUTH: 2, WEST: 3, LOCAL: 4, HOST: 15 } as const;

/** The four link ports in the order of their bits. */
export const LINK_PORTS = [PORT.NORTH, PORT.EAST, PORT.SOUTH, PORT.WEST] as const;
export type LinkPort = (typeof LINK_PORTS)[number];

/** Port through which a packet comes in that left its last router through `port`. */
export const oppositePort = (port: LinkPort): LinkPort => ((port + 2) % 4) as LinkPort;

/** Whether a link leads along a row; else it leads along a column. What links cost depends on it. */
export const isEastWest = (port: LinkPort): boolean => port === PORT.EAST || port === PORT.WEST;

interface Tiled {
  readonly coresPerTile: number;
}

/** Tile of a core. */
export const tileOfCore = ({ coresPerTile }: Tiled, core: number): number => Math.floor(core / coresPerTile);

/** Bit of the route mask that hands a packet to a core of the router's tile. */
export const localPort = ({ coresPerTile }: Tiled, core: number): number => PORT.LOCAL + (core % coresPerTile);
