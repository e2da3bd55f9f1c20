/**
 * Finds out who hears whom and lays the multicast trees: the union of the XY paths from a source to its listeners.
 * Consecutive rows of a source tile with the same listeners share a tree.
 */
import {
  boxElement,
  boxSize,
  intersectBoxes,
  wholeBox,
  fail,
  LINK_PORTS,
  localPort,
  neighbourTile,
  oppositePort,
  PORT,
  tileCount,
  tileOfCore,
  type Box,
  type Route,
  type Shape,
  type Target,
} from '../../isa/index.ts';
import { INPUT, type LayerIndex, type QuantisedBranch, type QuantisedGraph } from '../ir/layers.ts';
import { entriesPerRouter } from '../mapping/metrics.ts';
import type { BranchAxons, Placed, SourceRun, Tile } from '../ir/mapped.ts';

/** Who sends what to whom, wherever it will be placed. */
export interface Sources {
  /** Every firing tile's rows and the input's rows, cut where the listeners change; tile by tile, the input first. */
  readonly runs: readonly SourceRun[];
  /** Tree of the read-out of each tile of the last layer, by tile index. */
  readonly readTrees: ReadonlyMap<number, number>;
  readonly trees: number;
}

export interface Routed extends Sources {
  readonly routes: readonly Route[];
}

/** Numbers the trees: those of the runs that somebody hears, and those of the read-outs. */
export function findSources(graph: QuantisedGraph, tiles: readonly Tile[]): Sources {
  const listeners = new Listeners(graph, tiles);
  const runs: SourceRun[] = [];
  let trees = 0;
  const addRuns = (layer: LayerIndex, tile: number, box: Box, shape: Shape) => {
    for (const run of listeners.runsOf(layer, tile, box, shape))
      runs.push({ ...run, tree: run.listeners.length === 0 ? -1 : trees++ });
  };
  addRuns(INPUT, -1, wholeBox(graph.inputShape), graph.inputShape);
  const readTrees = new Map<number, number>();
  tiles.forEach((tile, k) => {
    const layer = graph.layers[tile.layer]!;
    if (layer.fires) addRuns(tile.layer, k, tile.box, layer.shape);
    else readTrees.set(k, trees++);
  });
  return { runs, readTrees, trees };
}

/** @throws DiagnosticError E0311 where a router needs more entries than it has */
export function routeTrees(sources: Sources, placed: Placed, target: Target): Routed {
  const routes = layTrees(sources, placed.coreOf, target);
  checkTables(routes, target);
  return { ...sources, routes };
}

/** The routing entries of all trees, ascending by tree, then router; whether they fit is another question. */
export function layTrees({ runs, readTrees }: Sources, coreOf: readonly number[], target: Target): Route[] {
  const routes: Route[] = [];
  const tree = new XyTree(target);
  const laid: { readonly id: number; readonly lay: () => void }[] = [];
  for (const run of runs) {
    if (run.tree < 0) continue;
    const from = run.tile < 0 ? 0 : tileOfCore(target, coreOf[run.tile]!);
    laid.push({
      id: run.tree,
      lay: () => {
        for (const listener of run.listeners) tree.addPath(from, coreOf[listener]!);
      },
    });
  }
  for (const [tile, id] of readTrees)
    laid.push({
      id,
      lay: () => {
        tree.addHostPath(tileOfCore(target, coreOf[tile]!));
      },
    });
  for (const { id, lay } of laid.sort((a, b) => a.id - b.id)) {
    lay();
    tree.take(id, routes);
  }
  return routes;
}

/** A branch of a tile, as something that listens to a source layer. */
interface Ear {
  readonly tile: number;
  readonly branch: QuantisedBranch;
  readonly axons: BranchAxons;
}

class Listeners {
  private readonly ears = new Map<LayerIndex, Ear[]>();

  constructor(graph: QuantisedGraph, tiles: readonly Tile[]) {
    tiles.forEach((tile, k) => {
      graph.layers[tile.layer]!.branches.forEach((branch, b) => {
        const ears = this.ears.get(branch.source) ?? [];
        ears.push({ tile: k, branch, axons: tile.axons[b]! });
        this.ears.set(branch.source, ears);
      });
    });
  }

  /** Cuts a source box into runs of rows with equal listeners. */
  *runsOf(layer: LayerIndex, tile: number, box: Box, shape: Shape): Generator<Omit<SourceRun, 'tree'>> {
    const ears = this.ears.get(layer) ?? [];
    const heard = new Map(ears.filter((e) => e.axons.kind === 'list').map((e) => [e, sourceSet(e)] as const));
    const listenersOf = (y: number): number[] => {
      const row: Box = { ...box, y0: y, height: 1 };
      const found = new Set<number>();
      for (const ear of ears) if (!found.has(ear.tile) && hears(ear, row, shape, heard.get(ear))) found.add(ear.tile);
      return [...found].sort((a, b) => a - b);
    };
    let first = box.y0;
    let current = listenersOf(first);
    const end = box.y0 + box.height;
    for (let y = box.y0 + 1; y <= end; y++) {
      const next = y < end ? listenersOf(y) : undefined;
      if (next !== undefined && String(next) === String(current)) continue;
      yield { layer, tile, box: { ...box, y0: first, height: y - first }, listeners: current };
      first = y;
      current = next ?? [];
    }
  }
}

const sourceSet = (ear: Ear): ReadonlySet<number> => new Set(ear.axons.kind === 'list' ? ear.axons.sources : []);

function hears(ear: Ear, row: Box, shape: Shape, sources: ReadonlySet<number> | undefined): boolean {
  const { branch, axons } = ear;
  if (axons.kind === 'region') {
    return intersectBoxes(beforePooling(axons.region, branch), row) !== undefined;
  }
  const size = boxSize(row);
  for (let k = 0; k < size; k++) {
    const pooled = pooledIndex(branch, shape, boxElement(row, shape, k));
    if (pooled >= 0 && sources!.has(pooled)) return true;
  }
  return false;
}

/** The box of the source whose windows a region of the pooled source sums. */
export function beforePooling(region: Box, { pool: [rows, columns] }: QuantisedBranch): Box {
  return {
    c0: region.c0,
    channels: region.channels,
    y0: region.y0 * rows,
    height: region.height * rows,
    x0: region.x0 * columns,
    width: region.width * columns,
  };
}

/** NCHW index after pooling of an NCHW index of the source; -1 where it is in no window. */
export function pooledIndex(branch: QuantisedBranch, shape: Shape, index: number): number {
  const x = index % shape[2];
  const y = Math.floor(index / shape[2]) % shape[1];
  const c = Math.floor(index / (shape[1] * shape[2]));
  const py = Math.floor(y / branch.pool[0]);
  const px = Math.floor(x / branch.pool[1]);
  return py < branch.pooled[1] && px < branch.pooled[2] ? (c * branch.pooled[1] + py) * branch.pooled[2] + px : -1;
}

/** The union of XY paths from one router: each router's ports. Memory is allocated once for all trees. */
class XyTree {
  private readonly target: Target;
  /** Mask of ports per router; 0 where the tree does not pass. */
  private readonly ports: Uint16Array;
  private routers: number[] = [];

  constructor(target: Target) {
    this.target = target;
    this.ports = new Uint16Array(tileCount(target));
  }

  /** XY path from a router to a core. */
  addPath(from: number, core: number): void {
    const to = tileOfCore(this.target, core);
    this.walk(from, to);
    this.add(to, localPort(this.target, core));
  }

  /** XY path from a router to the host port of tile 0. */
  addHostPath(from: number): void {
    this.walk(from, 0);
    this.add(0, PORT.HOST);
  }

  /** Hands out the entries, ascending by router, default routes left out, and begins anew. */
  take(tree: number, into: Route[]): void {
    this.routers.sort((a, b) => a - b);
    for (const router of this.routers)
      if (!this.passesStraightOn(router)) into.push({ tree, router, ports: this.ports[router]! });
    for (const router of this.routers) this.ports[router] = 0;
    this.routers = [];
  }

  /** Whether packets come in opposite to the only port by which they leave: what a router does without an entry. */
  private passesStraightOn(router: number): boolean {
    const ports = this.ports[router]!;
    const port = LINK_PORTS.find((link) => ports === 1 << link);
    if (port === undefined) return false;
    const before = neighbourTile(this.target.mesh, router, oppositePort(port));
    return before >= 0 && ((this.ports[before]! >>> port) & 1) === 1;
  }

  private walk(from: number, to: number): void {
    const { width } = this.target.mesh;
    let x = from % width;
    let y = Math.floor(from / width);
    const toX = to % width;
    const toY = Math.floor(to / width);
    for (; x !== toX; x += Math.sign(toX - x)) this.add(y * width + x, toX > x ? PORT.EAST : PORT.WEST);
    for (; y !== toY; y += Math.sign(toY - y)) this.add(y * width + x, toY > y ? PORT.SOUTH : PORT.NORTH);
  }

  private add(router: number, port: number): void {
    if (this.ports[router] === 0) this.routers.push(router);
    this.ports[router]! |= 1 << port;
  }
}

function checkTables(routes: readonly Route[], target: Target): void {
  const limit = target.limits.routeEntries;
  for (const [router, used] of entriesPerRouter(routes))
    if (used > limit)
      fail(
        'E0311',
        `router ${router} needs ${used} routing entries; ${target.name} has ${limit}, ${used - limit} too few`,
        undefined,
        'use a smaller network or a target with larger routing tables',
      );
}
