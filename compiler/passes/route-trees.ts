/** Lays the multicast trees: the union of the paths from a source to its listeners. */
import {
  failMisfit,
  LINK_PORTS,
  localPort,
  oppositePort,
  PORT,
  tileOfCore,
  topologyOf,
  type Route,
  type Target,
  type Topology,
} from '../../isa/index.ts';
import type { Placed } from '../ir/mapped.ts';
import type { Sources } from '../layout/sources.ts';
import type { Mapped } from '../mapping/map-network.ts';
import { entriesPerRouter } from '../mapping/metrics.ts';
import type { BuildOptions } from '../options.ts';
import { pass } from '../pass.ts';
import { printRuns } from '../print/print-layers.ts';
import { verifyRoutes } from '../verify/verify-mapped.ts';

/** Who sends what to whom, on the cores of the target, with the tables of the routers. */
export interface Routed extends Omit<Sources, 'assigned' | 'trees'> {
  readonly routes: readonly Route[];
}

/** @throws DiagnosticError E0311 where a router needs more entries than it has */
export function routeTrees(sources: Sources, { placeOf }: Placed, target: Target): Routed {
  const routes = layTrees(sources, placeOf, target);
  checkTables(routes, target);
  const ascending = (a: number, b: number): number => a - b;
  return {
    cores: sources.cores
      .map((planned) => ({ ...planned, core: placeOf[planned.core]! }))
      .sort((a, b) => a.core - b.core),
    runs: sources.runs.map((run) => ({
      ...run,
      listeners: run.listeners.map((core) => placeOf[core]!).sort(ascending),
    })),
    readTrees: sources.readTrees,
    routes,
  };
}

/**
 * The routing entries of all trees, ascending by tree, then router; whether they fit is another question.
 *
 * @param placeOf core of the target of each assigned core
 */
export function layTrees({ assigned, runs, readTrees }: Sources, placeOf: readonly number[], target: Target): Route[] {
  const routes: Route[] = [];
  const tree = new TreeOfPaths(target);
  const tileOf = (tile: number): number => tileOfCore(target, placeOf[assigned.coreOf[tile]!]!);
  const laid: { readonly id: number; readonly lay: () => void }[] = [];
  for (const run of runs) {
    if (run.tree < 0) continue;
    const from = run.tile < 0 ? 0 : tileOf(run.tile);
    laid.push({
      id: run.tree,
      lay: () => {
        for (const listener of run.listeners) tree.addPath(from, placeOf[listener]!);
      },
    });
  }
  for (const [tile, id] of readTrees)
    laid.push({
      id,
      lay: () => {
        tree.addHostPath(tileOf(tile));
      },
    });
  for (const { id, lay } of laid.sort((a, b) => a.id - b.id)) {
    lay();
    tree.take(id, routes);
  }
  return routes;
}

/** The union of paths from one router: each router's ports. Memory is allocated once for all trees. */
class TreeOfPaths {
  readonly #target: Target;
  readonly #topology: Topology;
  /** Mask of ports per router; 0 where the tree does not pass. */
  readonly #ports: Uint16Array;
  #routers: number[] = [];

  constructor(target: Target) {
    this.#target = target;
    this.#topology = topologyOf(target);
    this.#ports = new Uint16Array(this.#topology.tiles);
  }

  /** Path from a router to a core. */
  addPath(from: number, core: number): void {
    const to = tileOfCore(this.#target, core);
    this.#walk(from, to);
    this.#add(to, localPort(this.#target, core));
  }

  /** Path from a router to the host port of tile 0. */
  addHostPath(from: number): void {
    this.#walk(from, 0);
    this.#add(0, PORT.HOST);
  }

  /** Hands out the entries, ascending by router, default routes left out, and begins anew. */
  take(tree: number, into: Route[]): void {
    this.#routers.sort((a, b) => a - b);
    for (const router of this.#routers)
      if (!this.#passesStraightOn(router)) into.push({ tree, router, ports: this.#ports[router]! });
    for (const router of this.#routers) this.#ports[router] = 0;
    this.#routers = [];
  }

  /** Whether packets come in where those that leave by the only port do without an entry. */
  #passesStraightOn(router: number): boolean {
    const ports = this.#ports[router]!;
    const port = LINK_PORTS.find((link) => ports === 1 << link);
    const through = LINK_PORTS.find((link) => this.#topology.straightOn(link) === port);
    if (through === undefined) return false;
    const before = this.#topology.neighbour(router, oppositePort(through));
    return before >= 0 && ((this.#ports[before]! >>> through) & 1) === 1;
  }

  #walk(from: number, to: number): void {
    let router = from;
    for (;;) {
      const port = this.#topology.nextPort(router, to);
      if (port === undefined) return;
      this.#add(router, port);
      router = this.#topology.neighbour(router, port);
    }
  }

  #add(router: number, port: number): void {
    if (this.#ports[router] === 0) this.#routers.push(router);
    this.#ports[router]! |= 1 << port;
  }
}

function checkTables(routes: readonly Route[], target: Target): void {
  const limit = target.limits.routeEntries;
  const [router, used] = [...entriesPerRouter(routes)].reduce(
    (most, next) => (next[1] > most[1] ? next : most),
    [0, 0],
  );
  if (used > limit)
    failMisfit(target, {
      code: 'E0311',
      message: `router ${router} needs ${used} routing entries; ${target.name} has ${limit}, ${used - limit} too few`,
      figure: 'limits.routeEntries',
      needed: used,
      remedy: 'use a smaller network',
    });
}

interface Needs {
  readonly mapped: Mapped;
  readonly placed: Placed;
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0311 where a router needs more entries than it has */
export const routeTreesPass = pass({
  name: 'route-trees',
  says: 'the multicast trees, and the routing tables',
  run: ({ mapped, placed, options }: Needs) => ({ routed: routeTrees(mapped.sources, placed, options.target) }),
  print: ({ routed }, { mapped }) => printRuns(mapped.planner.graph, routed.runs),
  verify: ({ routed }, { options }) => {
    verifyRoutes(routed, options.target);
  },
});
