/** What nodes of the quotient graph cost each, and what the nodes of a layer with the same channels cost once per core. */
import { type Box, boxSize, shapeSize } from '../../isa/index.ts';
import { branchAxons, connectionsTo, groupSplit } from '../layout/axons.ts';
import { coreNeeds } from '../layout/core-needs.ts';
import type { CorePlan } from '../layout/core-plan.ts';
import {
  INPUT,
  type LayerIndex,
  type QuantisedBranch,
  type QuantisedGraph,
  type QuantisedLayer,
  widthOf,
} from '../ir/layers.ts';
import { codeOf } from '../layer-neurons.ts';
import type { CorePlanner } from '../layout/plan-cores.ts';
import type { PacketRates } from '../ir/rates.ts';
import { rateOf } from '../layout/packet-rates.ts';
import type { ColumnGrid } from './columns.ts';

/**
 * What nodes and classes load a core with, in the order of the resources of the hypergraph. Work is the synaptic additions of an
 * inference that are expected, of which no core should do much more than others.
 */
export const RESOURCES = ['neurons', 'synapseBits', 'parameters', 'programWords', 'axonGroups', 'work'] as const;
export type Resource = (typeof RESOURCES)[number];

export interface QuotientLoads {
  readonly nodeLoad: Float64Array;
  readonly classStart: Uint32Array;
  readonly classes: Uint32Array;
  readonly classLoad: Float64Array;
}

/**
 * Parameters that a neuron is counted with at least, if each has its own. A read-out has fewer; mappings that are known as
 * they are were made with these.
 */
const LEAST_PARAMETERS = 3;

const parametersOf = ({ parameters }: QuantisedLayer): number =>
  Math.max(LEAST_PARAMETERS, Object.keys(parameters).length);

/**
 * The class of a node is its layer and chunk of channels: kernels, parameters per channel, handlers and axon groups are
 * the same for all of them. Rows of dense layers, lists of sparse ones and parameters per neuron belong to the node.
 */
export function quotientLoads(
  planner: CorePlanner,
  grids: readonly ColumnGrid[],
  scattered: readonly boolean[],
  rates: PacketRates,
): QuotientLoads {
  const nodes = grids.reduce((sum, grid) => sum + grid.count, 0);
  const loads = {
    nodeLoad: new Float64Array(nodes * RESOURCES.length),
    classStart: Uint32Array.from({ length: nodes + 1 }, (_, v) => v),
    classes: new Uint32Array(nodes),
    classLoad: new Float64Array(grids.reduce((sum, grid) => sum + grid.chunks, 0) * RESOURCES.length),
  };
  let firstClass = 0;
  grids.forEach((grid, l) => {
    addClasses(planner, l, grid, loads.classLoad.subarray(firstClass * RESOURCES.length));
    addNodes(planner, l, grid, { firstClass, scattered: scattered[l]! }, rates, loads);
    firstClass += grid.chunks;
  });
  return loads;
}

function addClasses(planner: CorePlanner, l: LayerIndex, grid: ColumnGrid, classLoad: Float64Array): void {
  const layer = planner.graph.layers[l]!;
  const middle = grid.at(0, layer.shape[1] >> 1, layer.shape[2] >> 1);
  for (let part = 0; part < grid.chunks; part++) {
    const plan = planner.plan([{ layer: l, box: grid.box(middle + part) }]);
    const needs = coreNeeds(plan);
    classLoad.set(
      [
        0,
        synapseBits(plan, true),
        hasNeuronParameters(layer) ? 0 : needs.parameters,
        needs.programWords,
        needs.axonGroups,
        0,
      ],
      part * RESOURCES.length,
    );
  }
}

function addNodes(
  planner: CorePlanner,
  l: LayerIndex,
  grid: ColumnGrid,
  { firstClass, scattered }: { readonly firstClass: number; readonly scattered: boolean },
  rates: PacketRates,
  loads: QuotientLoads,
): void {
  const layer = planner.graph.layers[l]!;
  const hasRows = layer.branches.some(({ operator }) => !isShared(operator.kind));
  const perNeuron = hasNeuronParameters(layer);
  const { room = 1 } = codeOf(layer);
  for (let k = 0; k < grid.count; k++) {
    const node = grid.first + k;
    const box = grid.box(node);
    loads.nodeLoad.set(
      [
        box.channels * room,
        !hasRows
          ? 0
          : scattered
            ? rowBits(planner.graph, layer, k)
            : synapseBits(planner.plan([{ layer: l, box }]), false),
        perNeuron ? parametersOf(layer) * box.channels : 0,
        0,
        0,
        expectedWork(layer, box, rates),
      ],
      node * RESOURCES.length,
    );
    loads.classes[node] = firstClass + (k % grid.chunks);
  }
}

/** Whether some parameter has a value for every neuron of a layer that is larger than a column. */
const hasNeuronParameters = (layer: QuantisedLayer): boolean =>
  Object.values<Int32Array>(layer.parameters).some(({ length }) => length > layer.shape[0]);

/** Of an entry of a sparse list. */
const TARGET_BITS = 16;

const isShared = (kind: string): boolean => kind === 'conv' || kind === 'diagonal';

/** Bits of kernels (`shared`), or of rows and lists. */
export const synapseBits = (plan: CorePlan, shared: boolean): number =>
  plan.stored.reduce(
    (sum, { branch, synapses }) => sum + (isShared(branch.operator.kind) === shared ? 8 * synapses.bytes : 0),
    0,
  );

/** Bits of a neuron's part of rows and lists. Where lists begin is stored per axon, which neurons of a core share. */
function rowBits(graph: QuantisedGraph, layer: QuantisedLayer, neuron: number): number {
  let bits = 0;
  for (const branch of layer.branches) {
    const { operator, pooled } = branch;
    const weightBits = widthOf(graph, branch);
    if (operator.kind === 'dense') bits += shapeSize(pooled) * weightBits;
    if (operator.kind !== 'sparse') continue;
    const [first, end] = connectionsTo(operator.post, neuron);
    bits += (end - first) * (TARGET_BITS + weightBits);
  }
  return bits;
}

function expectedWork(layer: QuantisedLayer, box: Box, rates: PacketRates): number {
  let work = 0;
  for (const branch of layer.branches) {
    // The input is added once, and then once per tick as a current.
    const packets = branch.source === INPUT ? 1 : rateOf(rates, branch.source) * branch.pool[0] * branch.pool[1];
    work += packets * synapsesOf(layer, branch, box);
  }
  return work;
}

/** Synapses of a column: one per axon and neuron that it reaches. */
function synapsesOf(layer: QuantisedLayer, branch: QuantisedBranch, box: Box): number {
  const { operator } = branch;
  if (operator.kind === 'diagonal') return box.channels;
  if (operator.kind === 'sparse') {
    let synapses = 0;
    for (let c = box.c0; c < box.c0 + box.channels; c++) {
      const neuron = (c * layer.shape[1] + box.y0) * layer.shape[2] + box.x0;
      const [first, end] = connectionsTo(operator.post, neuron);
      synapses += end - first;
    }
    return synapses;
  }
  const axons = branchAxons(branch, layer.shape, [box]);
  if (axons?.kind !== 'region') return 0;
  const groups = operator.kind === 'conv' ? groupSplit(operator, branch.pooled[0], layer.shape[0], box)!.groups : 1;
  return (boxSize(axons.region) * box.channels) / groups;
}
