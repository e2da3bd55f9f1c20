/** Targets, trees and traffic for the tests of the network. */
import { type InjectionSchedule, Network, type NetworkTarget } from '../../../emulator/noc/index.ts';
import { KernelNetwork } from '../../../emulator/wasm/network.ts';
import { PORT, type Route } from '../../../isa/index.ts';

/** Both networks: all that is tested of one is tested of the other. */
export const NETWORKS = [
  { kind: 'TypeScript', Network },
  { kind: 'WebAssembly', Network: KernelNetwork },
] as const;

const cycles = (value: number) => ({ value, unit: 'cycles' as const, kind: 'assumed' as const, source: 'test' });

export interface TimingFigures {
  readonly bufferFlits?: number;
  readonly eastWest?: number;
  readonly northSouth?: number;
  readonly ejection?: number;
  readonly injection?: number;
  readonly credit?: number;
  readonly chips?: ChipFigures | undefined;
}

/** A grid of chips. */
export interface ChipFigures {
  readonly width: number;
  readonly height: number;
  readonly link: number;
  readonly flit: number;
  readonly credit: number;
}

const chipGrid = ({ width, height, link, flit, credit }: ChipFigures): NonNullable<NetworkTarget['chips']> => ({
  width,
  height,
  linkCycles: cycles(link),
  flitCycles: cycles(flit),
  creditCycles: cycles(credit),
});

/** The figures of the reference router unless told otherwise. */
export function meshTarget(
  width: number,
  height: number,
  coresPerTile = 1,
  figures: TimingFigures = {},
): NetworkTarget {
  return {
    mesh: { width, height },
    ...(figures.chips && { chips: chipGrid(figures.chips) }),
    coresPerTile,
    timing: {
      bufferFlits: figures.bufferFlits ?? 8,
      hopEastWestCycles: cycles(figures.eastWest ?? 3),
      hopNorthSouthCycles: cycles(figures.northSouth ?? 3),
      ejectionCycles: cycles(figures.ejection ?? 3),
      injectionCycles: cycles(figures.injection ?? 2),
      creditCycles: cycles(figures.credit ?? 2),
    },
  };
}

export interface Leaf {
  readonly router: number;
  readonly port: number;
}

/** Chip borders between two tiles, counted along rows and columns. */
export function bordersBetween(target: NetworkTarget, from: number, to: number): { columns: number; rows: number } {
  const { mesh, chips } = target;
  const size = { x: mesh.width / (chips?.width ?? 1), y: mesh.height / (chips?.height ?? 1) };
  const chip = (tile: number) => [
    Math.floor((tile % mesh.width) / size.x),
    Math.floor(Math.floor(tile / mesh.width) / size.y),
  ];
  const [[x0, y0], [x1, y1]] = [chip(from), chip(to)];
  return { columns: Math.abs(x0! - x1!), rows: Math.abs(y0! - y1!) };
}

/** Union of the X-first paths from a router to the leaves: mask of ports per router. */
export function xyTree(width: number, source: number, leaves: readonly Leaf[]): Map<number, number> {
  const masks = new Map<number, number>();
  const add = (router: number, port: number) => masks.set(router, (masks.get(router) ?? 0) | (1 << port));
  for (const leaf of leaves) {
    let at = source;
    while (at !== leaf.router) {
      const dx = (leaf.router % width) - (at % width);
      const port = dx > 0 ? PORT.EAST : dx < 0 ? PORT.WEST : leaf.router > at ? PORT.SOUTH : PORT.NORTH;
      add(at, port);
      at += dx > 0 ? 1 : dx < 0 ? -1 : leaf.router > at ? width : -width;
    }
    add(at, leaf.port);
  }
  return masks;
}

export function treeRoutes(tree: number, masks: ReadonlyMap<number, number>): Route[] {
  return [...masks].map(([router, ports]) => ({ tree, router, ports }));
}

/** A tree with one leaf between core 0 of every pair of tiles; tree = source * tiles + destination. */
export function allPairRoutes(width: number, height: number): Route[] {
  const tiles = width * height;
  const routes: Route[] = [];
  for (let from = 0; from < tiles; from++)
    for (let to = 0; to < tiles; to++)
      routes.push(...treeRoutes(from * tiles + to, xyTree(width, from, [{ router: to, port: PORT.LOCAL }])));
  return routes;
}

export function schedule(
  router: number,
  packets: readonly (readonly [cycle: number, tree: number])[],
  more: Partial<Pick<InjectionSchedule, 'port' | 'mode' | 'endCycle'>> = {},
): InjectionSchedule {
  return {
    router,
    port: PORT.LOCAL,
    count: packets.length,
    cycles: Int32Array.from(packets, ([cycle]) => cycle),
    trees: Uint32Array.from(packets, ([, tree]) => tree),
    endCycle: (packets.at(-1)?.[0] ?? -1) + 1,
    ...more,
  };
}

/** A local name: jest looks globals up slowly. */
const { imul } = Math;

/** A small seeded generator (mulberry32): uniform in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = imul(z ^ (z >>> 15), z | 1);
    z ^= z + imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}
