/** The placement of a build beside those of simpler methods, for the same network and the same packets. */
import { boxSize } from '../../isa/index.ts';
import type { Placed } from '../ir/mapped.ts';
import { measurePlacement, type PlacementMetrics, type TreeEnds } from '../mapping/metrics.ts';
import { placeBlocks, placeByForces } from '../mapping/placement/place-blocks.ts';
import { placeAround } from '../mapping/placement/place-around.ts';
import { type CoreOf, hopCosts, type PlacementProblem } from '../mapping/placement/problem.ts';
import type { Sources } from '../layout/sources.ts';
import type { Mapped } from '../mapping/map-network.ts';
import type { BuildOptions } from '../options.ts';
import { pass, type PassTools } from '../pass.ts';
import { printJson } from '../print/print-json.ts';
import { must } from '../verify/rules.ts';
import { placementProblem, placeTilesPass } from './place-tiles.ts';
import { layTrees, type Routed } from './route-trees.ts';

export interface ComparedPlacement extends PlacementMetrics {
  readonly method: string;
  readonly seconds: number;
}

export interface MappingComparison {
  /**
   * Σ neurons · (cores that their packets touch − 1), the sender's own included; the host sends the input, and counts as
   * a core.
   */
  readonly km1: number;
  /** The build's own first. */
  readonly placements: readonly ComparedPlacement[];
}

interface Needs {
  readonly mapped: Mapped;
  /** Per tree and inference. */
  readonly packets: Float64Array;
  readonly placed: Placed;
  readonly routed: Routed;
  readonly options: BuildOptions;
}

function comparePlacements(
  { mapped: { sources }, packets, placed, routed: { routes }, options: { target, placement } }: Needs,
  { seconds: taken, now }: PassTools,
): MappingComparison {
  const trees = treeEnds(sources, packets);
  const problem = placementProblem(sources, packets, target, hopCosts(target));
  const own = measurePlacement(trees, placed.placeOf, routes, target);
  const km1 = connectivity(sources);
  if (!hasOpen(sources)) return { km1, placements: [{ method: BY_PINS, seconds: 0, ...own }] };
  const others = [
    ['random', (open) => placeBlocks(open, 'random', placement.seed)],
    ['sequential', (open) => placeBlocks(open, 'sequential', placement.seed)],
    ['hilbert+forces', placeByForces],
  ] as const satisfies readonly (readonly [string, (open: PlacementProblem) => CoreOf])[];
  const compared = others.map(([method, place]): ComparedPlacement => {
    const start = now();
    const placeOf = placeAround(problem, sources.assigned.pinnedTo, place);
    const seconds = now() - start;
    return { method, seconds, ...measurePlacement(trees, placeOf, layTrees(sources, placeOf, target), target) };
  });
  return {
    km1,
    placements: [{ method: placement.method, seconds: taken[placeTilesPass.name] ?? 0, ...own }, ...compared],
  };
}

/** In the place of a method, where all blocks are pinned. */
const BY_PINS = 'pins';

/** Whether the place of some core was open. */
const hasOpen = ({ assigned: { pinnedTo } }: Sources): boolean => pinnedTo?.includes(undefined) ?? true;

function treeEnds({ assigned, runs, readTrees }: Sources, packets: Float64Array): TreeEnds[] {
  const trees: TreeEnds[] = [];
  for (const { tree, tile, listeners } of runs)
    if (tree >= 0)
      trees.push({ tree, from: tile < 0 ? undefined : assigned.coreOf[tile]!, to: listeners, packets: packets[tree]! });
  for (const [tile, tree] of readTrees)
    trees.push({ tree, from: assigned.coreOf[tile]!, to: undefined, packets: packets[tree]! });
  return trees;
}

function connectivity({ assigned, runs }: Sources): number {
  let km1 = 0;
  for (const { tile, box, listeners } of runs)
    km1 += boxSize(box) * listeners.filter((listener) => listener !== assigned.coreOf[tile]).length;
  return km1;
}

export const comparePlacementsPass = pass({
  name: 'compare-placements',
  says: 'the placement beside those of simpler methods',
  run: (level: Needs, tools) => ({ comparison: comparePlacements(level, tools) }),
  print: ({ comparison }) => printJson(comparison),
  verify: ({ comparison: { km1, placements } }, { mapped, options }) => {
    const own = hasOpen(mapped.sources) ? options.placement.method : BY_PINS;
    must(placements[0]?.method === own, "the build's own placement is the first");
    must(Number.isSafeInteger(km1) && km1 >= 0, 'packets touch a whole number of cores');
    for (const { method, deliveries } of placements)
      must(deliveries === placements[0]!.deliveries, `placement ${method} delivers the same packets`);
  },
});
