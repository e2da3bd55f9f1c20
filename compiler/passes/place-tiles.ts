/** Gives every assigned core a place, so that what is sent most goes over the fewest links. */
import type { Target } from '../../isa/index.ts';
import type { Placed } from '../ir/mapped.ts';
import { placeBlocks } from '../mapping/placement/place-blocks.ts';
import { placeAround } from '../mapping/placement/place-around.ts';
import { hopCosts, type HopCosts, type PlacementProblem } from '../mapping/placement/problem.ts';
import type { Sources } from '../layout/sources.ts';
import type { Mapped } from '../mapping/map-network.ts';
import type { BuildOptions, PlacementOptions } from '../options.ts';
import { pass } from '../pass.ts';
import { printPlaced } from '../print/print-layers.ts';
import { verifyPlaced } from '../verify/verify-mapped.ts';

/**
 * There are at most as many cores as the target has living ones (assignTiles sees to it).
 *
 * @public bench/mapping places with it
 *
 * @param packets per tree and inference
 */
export function placeTiles(
  sources: Sources,
  packets: Float64Array,
  target: Target,
  { method, seed }: PlacementOptions,
): Placed {
  const { tiles, coreOf, pinnedTo } = sources.assigned;
  const placeOf = placeAround(placementProblem(sources, packets, target, hopCosts(target)), pinnedTo, (problem) =>
    placeBlocks(problem, method, seed),
  );
  return { tiles, coreOf: coreOf.map((core) => placeOf[core]!), placeOf };
}

/**
 * The flows of a network: every listener hears each packet of its sources; input comes from the host port of tile 0, and
 * read-outs go there.
 *
 * @param packets per tree and inference
 */
export function placementProblem(
  { assigned, runs, readTrees }: Sources,
  packets: Float64Array,
  target: Target,
  costs: HopCosts,
): PlacementProblem {
  const host = assigned.cores;
  const flows = new Map<number, number>();
  const add = (source: number, listener: number, tree: number): void => {
    const pair = source * (host + 1) + listener;
    flows.set(pair, (flows.get(pair) ?? 0) + packets[tree]!);
  };
  for (const { tree, tile, listeners } of runs)
    for (const listener of listeners) add(tile < 0 ? host : assigned.coreOf[tile]!, listener, tree);
  for (const [tile, tree] of readTrees) add(assigned.coreOf[tile]!, host, tree);
  const pairs = [...flows.keys()];
  const from = pairs.map((pair) => Math.floor(pair / (host + 1)));
  const to = pairs.map((pair) => pair % (host + 1));
  return { blocks: assigned.cores, ports: [0], flows: { from, to, weight: [...flows.values()] }, target, costs };
}

interface Needs {
  readonly mapped: Mapped;
  readonly packets: Float64Array;
  readonly options: BuildOptions;
}

export const placeTilesPass = pass({
  name: 'place-tiles',
  says: 'cores → places, so that packets take few hops: simulated annealing',
  run: ({ mapped, packets, options }: Needs) => ({
    placed: placeTiles(mapped.sources, packets, options.target, options.placement),
  }),
  print: ({ placed }, { mapped }) => printPlaced(mapped.planner.graph, placed),
  verify: ({ placed }, { mapped, options }) => {
    verifyPlaced(placed, mapped.sources.assigned, options.target);
  },
});
