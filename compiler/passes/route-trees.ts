/**
 * Finds out who hears whom and lays the multicast trees: the union of the XY paths from a source to its listeners.
 * Consecutive rows of a source tile with the same listeners share a tree.
 */
import {
  boxElement,
  boxSize,
  intersectBoxes,
  wholeBox,
  failMisfit,
  PORT,
  tileOfCore,
  type Box,
  type Route,
  type Shape,
  type Target,
} from '../../isa/index.ts';
import { INPUT, type LayerIndex, type QuantisedBranch, type QuantisedGraph } from '../ir/layers.ts';
import type { BranchAxons, Placed, SourceRun } from '../ir/mapped.ts';

export interface Routed {
  /** Every firing tile's rows and the input's rows, cut where the listeners change; tile by tile, the input first. */
  readonly runs: readonly SourceRun[];
  /** Tree of the read-out of each tile of the last layer, by tile index. */
  readonly readTrees: ReadonlyMap<number, number>;
  readonly routes: readonly Route[];
  readonly trees: number;
}

/** @throws DiagnosticError E0311 where a router needs more entries than it has */
export function routeTrees(graph: QuantisedGraph, placed: Placed, target: Target): Routed {
  const listeners = new Listeners(graph, placed);
  const runs: SourceRun[] = [];
  let trees = 0;
  const addRuns = (layer: LayerIndex, tile: number, box: Box, shape: Shape) => {
    for (const run of listeners.runsOf(layer, tile, box, shape))
      runs.push({ ...run, tree: run.listeners.length === 0 ? -1 : trees++ });
  };
  addRuns(INPUT, -1, wholeBox(graph.inputShape), graph.inputShape);
  const readTrees = new Map<number, number>();
  placed.tiles.forEach((tile, k) => {
    const layer = graph.layers[tile.layer]!;
    if (layer.fires) addRuns(tile.layer, k, tile.box, layer.shape);
    else readTrees.set(k, trees++);
  });

  const tables = new RoutingTables(target);
  for (const run of runs) {
    if (run.tree < 0) continue;
    const from = run.tile < 0 ? 0 : tileOfCore(target, placed.coreOf[run.tile]!);
    for (const listener of run.listeners) tables.addPath(run.tree, from, placed.coreOf[listener]!);
  }
  for (const [tile, tree] of readTrees) tables.addHostPath(tree, tileOfCore(target, placed.coreOf[tile]!));
  return { runs, readTrees, routes: tables.entries(), trees };
}

/** A branch of a tile, as something that listens to a source layer. */
interface Ear {
  readonly tile: number;
  readonly branch: QuantisedBranch;
  readonly axons: BranchAxons;
}

class Listeners {
  private readonly ears = new Map<LayerIndex, Ear[]>();

  constructor(graph: QuantisedGraph, placed: Placed) {
    placed.tiles.forEach((tile, k) => {
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

class RoutingTables {
  private readonly target: Target;
  /** Per tree: router → ports. */
  private readonly masks = new Map<number, Map<number, number>>();

  constructor(target: Target) {
    this.target = target;
  }

  /** XY path from a router to a core. */
  addPath(tree: number, from: number, core: number): void {
    const { coresPerTile } = this.target;
    const to = tileOfCore(this.target, core);
    this.walk(tree, from, to);
    this.add(tree, to, PORT.LOCAL + (core % coresPerTile));
  }

  /** XY path from a router to the host port of tile 0. */
  addHostPath(tree: number, from: number): void {
    this.walk(tree, from, 0);
    this.add(tree, 0, PORT.HOST);
  }

  private walk(tree: number, from: number, to: number): void {
    const { width } = this.target.mesh;
    let x = from % width;
    let y = Math.floor(from / width);
    const toX = to % width;
    const toY = Math.floor(to / width);
    for (; x !== toX; x += Math.sign(toX - x)) this.add(tree, y * width + x, toX > x ? PORT.EAST : PORT.WEST);
    for (; y !== toY; y += Math.sign(toY - y)) this.add(tree, y * width + x, toY > y ? PORT.SOUTH : PORT.NORTH);
  }

  private add(tree: number, router: number, port: number): void {
    const table = this.masks.get(tree) ?? new Map<number, number>();
    table.set(router, (table.get(router) ?? 0) | (1 << port));
    this.masks.set(tree, table);
  }

  /** Ascending by tree, then router. */
  entries(): Route[] {
    const routes: Route[] = [];
    const perRouter = new Map<number, number>();
    for (const tree of [...this.masks.keys()].sort((a, b) => a - b)) {
      const table = this.masks.get(tree)!;
      for (const router of [...table.keys()].sort((a, b) => a - b)) {
        routes.push({ tree, router, ports: table.get(router)! });
        perRouter.set(router, (perRouter.get(router) ?? 0) + 1);
      }
    }
    const limit = this.target.limits.routeEntries;
    const [router, used] = [...perRouter].reduce((most, next) => (next[1] > most[1] ? next : most), [0, 0]);
    if (used > limit)
      failMisfit(this.target, {
        code: 'E0311',
        message: `router ${router} needs ${used} routing entries; ${this.target.name} has ${limit}, ${used - limit} too few`,
        figure: 'limits.routeEntries',
        needed: used,
        remedy: 'use a smaller network',
      });
    return routes;
  }
}
