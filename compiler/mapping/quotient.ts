/**
 * The quotient of a quantised graph: a node is a column of channels of one layer, which stays together on a core, and a
 * hyperedge is a column of a source with all nodes that hear it. A convolution of 300,000 neurons becomes a few thousand
 * nodes, and what it shares stays visible: kernels are classes, which a core pays once.
 */
import type { Box, Target } from '../../isa/index.ts';
import { coreNeeds, firstExcess } from '../layout/core-needs.ts';
import { INPUT, type LayerIndex, type QuantisedLayer } from '../ir/layers.ts';
import type { CorePlanner } from '../layout/plan-cores.ts';
import { ColumnGrid } from './columns.ts';
import type { PacketRates } from '../ir/rates.ts';
import { hyperedges } from './hyperedges.ts';
import { quotientLoads, RESOURCES } from './quotient-loads.ts';
import { buildHypergraph, type Hypergraph } from './partition/hypergraph.ts';
import type { NodeCoordinates } from './partition/orders.ts';

export interface Quotient {
  readonly hypergraph: Hypergraph;
  readonly at: NodeCoordinates;
  /** The part of its layer (at.layer) that each node is. */
  readonly boxes: readonly Box[];
  /** The nodes of each layer. */
  readonly grids: readonly ColumnGrid[];
}

/** Most channels of a column: few enough nodes, and no more in one piece than a core can well do without. */
const LARGEST_CHUNK = 64;

/**
 * Every column of the input is a hyperedge or two, of some hundred bytes with the neurons that hear it. Beyond these an input
 * is cut by layers: a partition of a few neurons under millions of pixels would find nothing else.
 */
const MOST_INPUT_COLUMNS = 2 ** 21;

/**
 * @param scattered which layers are columns of neurons without any order (scattered.ts)
 * @returns undefined where a single neuron of some layer does not fit a core, or the input has too many columns
 */
export function quotientOf(
  planner: CorePlanner,
  target: Target,
  rates: PacketRates,
  scattered: readonly boolean[] = planner.graph.layers.map(() => false),
): Quotient | undefined {
  const { graph } = planner;
  const grids: ColumnGrid[] = [];
  let nodes = 0;
  for (let l = 0; l < graph.layers.length; l++) {
    const chunk = largestChunk(planner, l, target);
    if (chunk === undefined) return undefined;
    const grid = new ColumnGrid(nodes, graph.layers[l]!.shape, chunk);
    grids.push(grid);
    nodes += grid.count;
  }
  // Lists hear single elements; columns of the input would be counted as heard whole.
  const isListed = graph.layers.some((layer) =>
    layer.branches.some(({ source, operator }) => source === INPUT && operator.kind === 'sparse'),
  );
  const input = new ColumnGrid(nodes, graph.inputShape, isListed ? 1 : LARGEST_CHUNK);
  if (input.count > MOST_INPUT_COLUMNS) return undefined;
  const boxes = grids.flatMap((grid) => Array.from({ length: grid.count }, (_, k) => grid.box(grid.first + k)));
  const layerOf = grids.flatMap((grid, l) => Array<number>(grid.count).fill(l));
  const hypergraph = buildHypergraph({
    nodes,
    resources: RESOURCES.length,
    ...hyperedges(graph, grids, input, rates),
    ...quotientLoads(planner, grids, scattered, rates),
  });
  const at = {
    layer: Uint32Array.from(layerOf),
    y: Uint32Array.from(boxes, ({ y0 }) => y0),
    x: Uint32Array.from(boxes, ({ x0 }) => x0),
  };
  return { hypergraph, at, boxes, grids };
}

/** Channels per column: the most that fit a core alone and do not cut channel groups. */
function largestChunk(planner: CorePlanner, l: LayerIndex, target: Target): number | undefined {
  const layer = planner.graph.layers[l]!;
  const [channels, height, width] = layer.shape;
  const middle = { c0: 0, y0: height >> 1, x0: width >> 1, height: 1, width: 1 };
  for (let chunk = Math.min(LARGEST_CHUNK, channels); chunk >= 1; chunk--) {
    if (!alignsWithGroups(layer, chunk)) continue;
    const plan = planner.plan([{ layer: l, box: { ...middle, channels: chunk } }]);
    if (firstExcess(coreNeeds(plan), target) === undefined) return chunk;
  }
  return undefined;
}

/** Every chunk is a part of one channel group or several whole groups, in every branch. */
function alignsWithGroups(layer: QuantisedLayer, chunk: number): boolean {
  return layer.branches.every(({ operator }) => {
    if (operator.kind !== 'conv' || operator.groups === 1) return true;
    const group = layer.shape[0] / operator.groups;
    return group % chunk === 0 || chunk % group === 0;
  });
}
