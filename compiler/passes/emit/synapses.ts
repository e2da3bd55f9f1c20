/** The synapse memory of one core: every block with its weights in the order in which the instructions read them. */
import { boxElements, packedBytes, shapeSize, storeWeight, wholeBox } from '../../../isa/index.ts';
import { axonCount, connectionsTo, groupSplit } from '../../layout/axons.ts';
import { listedAxon } from '../../layout/core-needs.ts';
import type { CorePlan, SynapticUnit } from '../../layout/core-plan.ts';
import {
  type ConvOperator,
  type DenseOperator,
  type QuantisedGraph,
  type SparseOperator,
  type StoredWeights,
  widthOf,
} from '../../ir/layers.ts';

export function emitSynapses(graph: QuantisedGraph, plan: CorePlan): Uint8Array {
  const memory = new Uint8Array(plan.synapseBytes);
  for (const unit of plan.stored) {
    const { branch, tiles, synapses } = unit;
    const bits = widthOf(graph, branch);
    const { operator } = branch;
    switch (operator.kind) {
      case 'conv':
        storeConv(graph, unit, operator, memory);
        break;
      case 'dense':
        storeDense(graph, unit, operator, memory);
        break;
      case 'diagonal': {
        const { c0, channels } = tiles[0]!.box;
        for (let c = 0; c < channels; c++) storeWeight(memory, synapses.address, c, bits, operator.weight[c0 + c]!);
        break;
      }
      case 'sparse':
        storeSparse(graph, unit, operator, memory);
        break;
    }
  }
  return memory;
}

/** NCHW index in its layer of every neuron of a unit. */
function unitElements(graph: QuantisedGraph, { layer, tiles, neurons }: SynapticUnit): Uint32Array {
  const elements = new Uint32Array(neurons);
  let at = 0;
  for (const { box } of tiles) {
    const part = boxElements(box, graph.layers[layer]!.shape);
    elements.set(part, at);
    at += part.length;
  }
  return elements;
}

/** One run over the output channels of a group per (input channel, kernel row, kernel column). */
function storeConv(
  graph: QuantisedGraph,
  { layer, branch, tiles, synapses }: SynapticUnit,
  operator: ConvOperator<StoredWeights>,
  memory: Uint8Array,
): void {
  const bits = widthOf(graph, branch);
  const { box } = tiles[0]!;
  const sourceChannels = branch.pooled[0];
  const split = groupSplit(operator, sourceChannels, graph.layers[layer]!.shape[0], box)!;
  const [kernelRows, kernelColumns] = operator.kernel;
  const taps = kernelRows * kernelColumns;
  const inGroup = sourceChannels / operator.groups;
  const outRun = box.channels / split.groups;
  const runBytes = packedBytes(outRun, bits);
  for (let input = 0; input < split.inputs; input++) {
    const group = Math.floor(input / inGroup);
    for (let tap = 0; tap < taps; tap++) {
      const run = synapses.address + (input * taps + tap) * runBytes;
      for (let k = 0; k < outRun; k++) {
        const channel = box.c0 + group * outRun + k;
        const weight = operator.weight[(channel * inGroup + (input % inGroup)) * taps + tap]!;
        storeWeight(memory, run, k, bits, weight);
      }
    }
  }
}

/** One row over the unit's neurons per axon; axons are channel-last over the pooled source. */
function storeDense(
  graph: QuantisedGraph,
  unit: SynapticUnit,
  operator: DenseOperator<StoredWeights>,
  memory: Uint8Array,
): void {
  const bits = widthOf(graph, unit.branch);
  const { pooled } = unit.branch;
  const columns = shapeSize(pooled);
  const elements = unitElements(graph, unit);
  const rowBytes = packedBytes(elements.length, bits);
  boxElements(wholeBox(pooled), pooled).forEach((column, axon) => {
    const row = unit.synapses.address + axon * rowBytes;
    for (let k = 0; k < elements.length; k++)
      storeWeight(memory, row, k, bits, operator.weight[elements[k]! * columns + column]!);
  });
}

/** One list of neurons and weights per axon, ascending by neuron; a row start per axon and the end. */
function storeSparse(
  graph: QuantisedGraph,
  unit: SynapticUnit,
  operator: SparseOperator<StoredWeights>,
  memory: Uint8Array,
): void {
  const { axons, synapses } = unit;
  if (axons.kind !== 'list') throw new Error('a sparse branch has a list of axons');
  const { pre, post, weight } = operator;
  const bits = widthOf(graph, unit.branch);
  const elements = unitElements(graph, unit);
  const starts = new Uint32Array(axonCount(axons) + 1);
  const eachConnection = (visit: (axon: number, neuron: number, connection: number) => void): void => {
    elements.forEach((element, neuron) => {
      const [first, end] = connectionsTo(post, element);
      for (let c = first; c < end; c++) visit(listedAxon(axons.sources, pre[c]!), neuron, c);
    });
  };
  eachConnection((axon) => starts[axon + 1]!++);
  for (let k = 1; k < starts.length; k++) starts[k]! += starts[k - 1]!;
  const view = new DataView(memory.buffer);
  starts.forEach((first, k) => {
    view.setUint32(synapses.address + 4 * k, first, true);
  });
  const next = starts.slice();
  eachConnection((axon, neuron, connection) => {
    const entry = next[axon]!++;
    view.setUint16(synapses.address + synapses.targetsAt + 2 * entry, neuron, true);
    storeWeight(memory, synapses.address + synapses.weightsAt, entry, bits, weight[connection]!);
  });
}
