/** The quantised network onto the cores and routers of the target: from tiles to the parts of the chip. */
import { shapeSize } from '../isa/index.ts';
import { type ConvertedNetwork, printJson } from './convert.ts';
import { checkLabels } from './convert-to-net.ts';
import type { QuantisedGraph } from './ir/layers.ts';
import type { Placed } from './ir/mapped.ts';
import { CorePlanner } from './layout/plan-cores.ts';
import { packetsPerTree } from './layout/sources.ts';
import { printPlaced, printRuns } from './print/print-layers.ts';
import type { MappingFacts } from './mapping-record.ts';
import type { BuildOptions } from './options.ts';
import type { PassRunner } from './pass-runner.ts';
import { assignTiles } from './passes/assign-tiles.ts';
import { comparePlacements } from './passes/compare-placements.ts';
import { type Emitted, emitChip } from './passes/emit-chip.ts';
import { placeTiles } from './passes/place-tiles.ts';
import { routeTrees } from './passes/route-trees.ts';

export interface OnChip {
  readonly emitted: Emitted;
  readonly placed: Placed;
  readonly mapping: MappingFacts;
}

/**
 * @param outputStep real value of one unit of a read-out accumulator
 * @throws DiagnosticError for every fault of the fit; whatever the signal was aborted with
 */
export function mapOntoChip(
  graph: QuantisedGraph,
  converted: ConvertedNetwork,
  outputStep: number,
  options: BuildOptions,
  run: PassRunner,
): OnChip {
  const { ann, encoding, rates } = converted;
  const { placement, target } = options;
  const { planner, orders, sources } = run.pass(
    'assign-tiles',
    () => assignTiles(new CorePlanner(graph), target, rates, { by: options.assignment, seed: placement.seed }),
    ({ sources: { assigned, trees } }) => `${assigned.tiles.length} tiles in ${assigned.cores} cores, ${trees} trees`,
  );
  const laidOut = planner.graph;
  const packets = packetsPerTree(sources, rates);
  const placed = run.pass(
    'place-tiles',
    () => placeTiles(sources, packets, target, placement),
    (p) => printPlaced(laidOut, p),
  );
  const routed = run.pass(
    'route-trees',
    () => routeTrees(sources, placed, target),
    (r) => printRuns(laidOut, r.runs),
  );
  const compare = () =>
    comparePlacements({
      placed,
      sources,
      routes: routed.routes,
      packets,
      target,
      options: placement,
      seconds: run.seconds['place-tiles']!,
      now: run.hooks.now,
    });
  const comparison = run.pass('compare-placements', compare, printJson);
  const labels = options.labels ?? ann.labels ?? [];
  checkLabels(labels, shapeSize(graph.layers.at(-1)!.shape));
  const emitted = run.pass(
    'emit-chip',
    () =>
      emitChip({ graph: laidOut, orders, shapes: graph.layers.map(({ shape }) => shape) }, placed, routed, {
        target,
        encoding,
        outputStep,
        labels,
      }),
    printJson,
  );
  const facts = { tiles: placed.tiles.length, trees: routed.trees, rateSamples: rates.samples };
  return { emitted, placed, mapping: { ...comparison, ...facts } };
}
