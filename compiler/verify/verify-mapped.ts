/** The rules of the levels in which the network lies on cores and routers. */
import {
  boxElement,
  boxSize,
  completeRoutes,
  coreCount,
  livingCoreCount,
  PORT,
  shapeSize,
  tileOfCore,
  topologyOf,
  type Route,
  type Target,
} from '../../isa/index.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import type { Assigned, Placed, SourceRun, Tile } from '../ir/mapped.ts';
import type { Sources } from '../layout/sources.ts';
import { must } from './rules.ts';

/**
 * Every neuron lies in one tile, every tile in a core, and whoever sends has a tree of its own.
 *
 * @throws DiagnosticError E0901 naming layer and rule
 */
export function verifySources(graph: QuantisedGraph, sources: Sources, target: Target): void {
  const { assigned, cores, runs, readTrees, trees } = sources;
  verifyTiles(graph, assigned);
  must(assigned.cores <= livingCoreCount(target), 'there are as many cores as are used');
  const isCore = (core: number): boolean => core >= 0 && core < assigned.cores;
  must(
    assigned.coreOf.length === assigned.tiles.length && assigned.coreOf.every(isCore),
    'every tile has one of the cores',
  );
  must(
    cores.reduce((sum, { tiles }) => sum + tiles.length, 0) === assigned.tiles.length,
    'the plans of the cores hold all tiles',
  );
  const used = [...runs.filter(({ tree }) => tree >= 0).map(({ tree }) => tree), ...readTrees.values()];
  must(new Set(used).size === used.length && used.length === trees, 'no two senders share a tree');
  for (const { tree, listeners } of runs) {
    must(tree >= 0 === listeners.length > 0, 'a run has a tree where somebody listens');
    must(
      listeners.every((core, k) => isCore(core) && (k === 0 || core > listeners[k - 1]!)),
      'listeners ascend',
    );
  }
}

function verifyTiles({ layers }: QuantisedGraph, { tiles }: Assigned): void {
  const tilesOf = layers.map((): Tile[] => []);
  for (const tile of tiles) {
    must(tilesOf[tile.layer] !== undefined, 'a tile is of a layer');
    tilesOf[tile.layer]!.push(tile);
  }
  layers.forEach(({ name, shape }, l) => {
    const covered = new Uint8Array(shapeSize(shape));
    for (const { box } of tilesOf[l]!) for (let k = 0; k < boxSize(box); k++) covered[boxElement(box, shape, k)]!++;
    must(
      covered.every((times) => times === 1),
      'every neuron lies in exactly one tile',
      name,
    );
  });
}

/** @throws DiagnosticError E0901 naming the rule */
export function verifyPlaced({ coreOf, placeOf }: Placed, assigned: Assigned, target: Target): void {
  const dead = new Set(target.deadTiles);
  const cores = coreCount(target);
  must(placeOf.length === assigned.cores && new Set(placeOf).size === placeOf.length, 'every core has its own place');
  must(
    placeOf.every((core) => core >= 0 && core < cores && !dead.has(tileOfCore(target, core))),
    'places are living cores of the target',
  );
  must(
    placeOf.every((core, k) => core === (assigned.pinnedTo?.[k] ?? core)),
    'what is pinned lies on its core',
  );
  must(
    coreOf.every((core, k) => core === placeOf[assigned.coreOf[k]!]),
    'tiles go where their core goes',
  );
}

/** The trees as laid: who listens, and the entries of the routers. */
interface LaidTrees {
  readonly runs: readonly SourceRun[];
  readonly readTrees: ReadonlyMap<number, number>;
  readonly routes: readonly Route[];
}

/** A tree ends at the cores that listen to it, or at the host. @throws DiagnosticError E0901 naming the rule */
export function verifyRoutes({ runs, readTrees, routes }: LaidTrees, target: Target): void {
  const ends = new Map<number, Set<number>>();
  const entries = new Map<number, number>();
  for (const { router } of routes) entries.set(router, (entries.get(router) ?? 0) + 1);
  for (const used of entries.values()) must(used <= target.limits.routeEntries, 'the tables of the routers hold all');
  for (const { tree, router, ports } of completeRoutes(topologyOf(target), routes)) {
    const reached = ends.get(tree) ?? new Set<number>();
    ends.set(tree, reached);
    if ((ports & (1 << PORT.HOST)) !== 0) reached.add(HOST);
    for (let local = 0; local < target.coresPerTile; local++)
      if ((ports & (1 << (PORT.LOCAL + local))) !== 0) reached.add(router * target.coresPerTile + local);
  }
  const isReached = (tree: number, wanted: readonly number[]): boolean => {
    const reached = ends.get(tree);
    return reached?.size === wanted.length && wanted.every((core) => reached.has(core));
  };
  for (const { tree, listeners } of runs)
    must(tree < 0 || isReached(tree, listeners), `tree ${tree} ends at those who listen`);
  for (const tree of readTrees.values()) must(isReached(tree, [HOST]), `tree ${tree} of the read-out ends at the host`);
}

/** Beside the cores, which are counted from 0. */
const HOST = -1;
