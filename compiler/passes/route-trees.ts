/**
 * Finds out who hears whom and lays the multicast trees: the union of the XY paths from a source to its listeners.
 * Consecutive rows of a source tile with the same listeners share a tree.
 */
import { wholeBox, fail, PORT, tileOfCore, type Box, type Route, type Target } from '../../isa/index.ts';
import type { PlannedCore } from '../ir/core-plan.ts';
import { CorePlanner, planCores } from '../ir/plan-cores.ts';
import { INPUT, type LayerIndex, type QuantisedGraph } from '../ir/layers.ts';
import type { Placed, SourceRun } from '../ir/mapped.ts';
import { Listeners } from './route/listeners.ts';

export interface Routed {
  /** Used cores, ascending. */
  readonly cores: readonly PlannedCore[];
  /** Every firing tile's rows and the input's rows, cut where the listeners change; tile by tile, the input first. */
  readonly runs: readonly SourceRun[];
  /** Tree of the read-out of each tile of the last layer, by tile index. */
  readonly readTrees: ReadonlyMap<number, number>;
  readonly routes: readonly Route[];
  readonly trees: number;
}

/** @throws DiagnosticError E0311 where a router needs more entries than it has */
export function routeTrees(graph: QuantisedGraph, placed: Placed, target: Target): Routed {
  const cores = planCores(new CorePlanner(graph), placed);
  const { runs, readTrees, trees } = findRuns(graph, placed, cores);
  const tables = new RoutingTables(target);
  for (const run of runs) {
    if (run.tree < 0) continue;
    const from = run.tile < 0 ? 0 : tileOfCore(target, placed.coreOf[run.tile]!);
    for (const core of run.listeners) tables.addPath(run.tree, from, core);
  }
  for (const [tile, tree] of readTrees) tables.addHostPath(tree, tileOfCore(target, placed.coreOf[tile]!));
  return { cores, runs, readTrees, routes: tables.entries(), trees };
}

/** The source runs of a mapping, their trees numbered in order; the trees of read-outs among them. */
export function findRuns(
  graph: QuantisedGraph,
  { tiles }: Pick<Placed, 'tiles'>,
  cores: readonly PlannedCore[],
): Pick<Routed, 'runs' | 'readTrees' | 'trees'> {
  const listeners = new Listeners(graph, cores);
  const runs: SourceRun[] = [];
  let trees = 0;
  const addRuns = (layer: LayerIndex, tile: number, box: Box): void => {
    for (const run of listeners.runsOf(layer, box))
      runs.push({ layer, tile, ...run, tree: run.listeners.length === 0 ? -1 : trees++ });
  };
  addRuns(INPUT, -1, wholeBox(graph.inputShape));
  const readTrees = new Map<number, number>();
  tiles.forEach(({ layer, box }, k) => {
    if (graph.layers[layer]!.fires) addRuns(layer, k, box);
    else readTrees.set(k, trees++);
  });
  return { runs, readTrees, trees };
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
    for (const [router, used] of perRouter)
      if (used > limit)
        fail(
          'E0311',
          `router ${router} needs ${used} routing entries; ${this.target.name} has ${limit}, ${used - limit} too few`,
          undefined,
          'use a smaller network or a target with larger routing tables',
        );
    return routes;
  }
}
