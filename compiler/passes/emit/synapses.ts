/** The synapse memory of one core: for every branch the weights in the order in which its instruction reads them. */
import {
  boxElement,
  boxSize,
  wholeBox,
  shapeSize,
  packedBytes,
  storeWeight,
  type Box,
  type Shape,
  type WeightBits,
} from '../../../isa/index.ts';
import type { ConvOperator, DenseOperator, QuantisedBranch, SparseOperator } from '../../ir/layers.ts';
import type { BranchAxons } from '../../ir/mapped.ts';
import { axonCount, groupSplit, synapseLayout, tileSlots } from '../../ir/tile.ts';

/** Byte addresses as the instruction's fields name them; rows and targets only for sparse lists. */
export interface SynapseAddresses {
  readonly weights: number;
  readonly [field: string]: number;
}

export interface SynapseMemory {
  readonly memory: Uint8Array;
  /** Per branch. */
  readonly addresses: readonly SynapseAddresses[];
}

interface Part {
  readonly branch: QuantisedBranch;
  readonly axons: BranchAxons;
}

/**
 * @param parts branches that have axons, in the order of their groups
 * @param layer shape of the layer; `box` is the tile
 * @param bits width of every stored weight
 */
export function emitSynapses(parts: readonly Part[], layer: Shape, box: Box, bits: WeightBits): SynapseMemory {
  const layouts = parts.map(({ branch, axons }) => synapseLayout(branch, layer, box, axons, bits));
  const memory = new Uint8Array(layouts.reduce((sum, layout) => sum + layout.bytes, 0));
  let at = 0;
  const addresses = parts.map(({ branch, axons }, k): SynapseAddresses => {
    const layout = layouts[k]!;
    const start = at;
    at += layout.bytes;
    const { operator } = branch;
    switch (operator.kind) {
      case 'conv':
        storeConv(operator, branch.pooled, layer, box, bits, memory, start);
        return { weights: start };
      case 'dense':
        storeDense(operator, branch.pooled, layer, box, bits, memory, start);
        return { weights: start };
      case 'diagonal':
        for (let c = 0; c < box.channels; c++) storeWeight(memory, start, c, bits, operator.weight[box.c0 + c]!);
        return { weights: start };
      case 'sparse': {
        const fields = { rows: start, targets: start + layout.targetsAt, weights: start + layout.weightsAt };
        storeSparse(operator, axons, tileSlots(layer, box), bits, memory, fields);
        return fields;
      }
    }
  });
  return { memory, addresses };
}

/** One run over the output channels of a group per (input channel, kernel row, kernel column). */
function storeConv(
  operator: ConvOperator<Int8Array>,
  source: Shape,
  layer: Shape,
  box: Box,
  bits: WeightBits,
  memory: Uint8Array,
  start: number,
): void {
  const split = groupSplit(operator, source[0], layer[0], box)!;
  const [kernelRows, kernelColumns] = operator.kernel;
  const taps = kernelRows * kernelColumns;
  const inGroup = source[0] / operator.groups;
  const outRun = box.channels / split.groups;
  const runBytes = packedBytes(outRun, bits);
  for (let input = 0; input < split.inputs; input++) {
    const group = Math.floor(input / inGroup);
    for (let tap = 0; tap < taps; tap++) {
      const run = start + (input * taps + tap) * runBytes;
      for (let k = 0; k < outRun; k++) {
        const channel = box.c0 + group * outRun + k;
        const weight = operator.weight[(channel * inGroup + (input % inGroup)) * taps + tap]!;
        storeWeight(memory, run, k, bits, weight);
      }
    }
  }
}

/** One row over the tile's neurons per axon; axons are channel-last over the pooled source. */
function storeDense(
  operator: DenseOperator<Int8Array>,
  source: Shape,
  layer: Shape,
  box: Box,
  bits: WeightBits,
  memory: Uint8Array,
  start: number,
): void {
  const columns = shapeSize(source);
  const count = boxSize(box);
  const rowBytes = packedBytes(count, bits);
  const whole = wholeBox(source);
  for (let axon = 0; axon < columns; axon++) {
    const column = boxElement(whole, source, axon);
    for (let k = 0; k < count; k++)
      storeWeight(
        memory,
        start + axon * rowBytes,
        k,
        bits,
        operator.weight[boxElement(box, layer, k) * columns + column]!,
      );
  }
}

function storeSparse(
  operator: SparseOperator<Int8Array>,
  axons: BranchAxons,
  slots: Int32Array,
  bits: WeightBits,
  memory: Uint8Array,
  fields: { rows: number; targets: number; weights: number },
): void {
  if (axons.kind !== 'list') throw new Error('a sparse branch has a list of axons');
  const rank = new Map(Array.from(axons.sources, (source, k) => [source, k] as const));
  const mine = Array.from(operator.post.keys()).filter((k) => slots[operator.post[k]!]! >= 0);
  const order = mine.sort(
    (a, b) => operator.pre[a]! - operator.pre[b]! || slots[operator.post[a]!]! - slots[operator.post[b]!]!,
  );
  const view = new DataView(memory.buffer);
  const starts = new Uint32Array(axonCount(axons) + 1);
  order.forEach((k, entry) => {
    starts[rank.get(operator.pre[k]!)! + 1]!++;
    view.setUint16(fields.targets + 2 * entry, slots[operator.post[k]!]!, true);
    storeWeight(memory, fields.weights, entry, bits, operator.weight[k]!);
  });
  for (let k = 1; k < starts.length; k++) starts[k]! += starts[k - 1]!;
  starts.forEach((first, k) => {
    view.setUint32(fields.rows + 4 * k, first, true);
  });
}
