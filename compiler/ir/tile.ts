/** What one tile of a layer needs of a core, and how its memories are laid out. Partition and emission agree through this. */
import {
  boxElement,
  boxSize,
  shapeSize,
  wholeBox,
  operationLength,
  packedBytes,
  type Box,
  type Shape,
  type WeightBits,
} from '../../isa/index.ts';
import { INPUT, type QuantisedBranch, type QuantisedGraph, type QuantisedLayer } from './layers.ts';
import type { BranchAxons } from './mapped.ts';

export interface TileNeeds {
  readonly neurons: number;
  readonly axons: number;
  readonly axonGroups: number;
  readonly synapseBits: number;
  readonly parameters: number;
  /** With one FIRE or READ for the whole tile. */
  readonly programWords: number;
}

export function axonCount(axons: BranchAxons): number {
  return axons.kind === 'list' ? axons.sources.length : boxSize(axons.region);
}

/**
 * Channels of a convolution that a tile may cover: several whole groups, or a part of one group. Undefined otherwise.
 */
export function groupSplit(
  operator: { readonly groups: number },
  sourceChannels: number,
  layerChannels: number,
  box: Box,
): { readonly groups: number; readonly firstInput: number; readonly inputs: number } | undefined {
  const outGroup = layerChannels / operator.groups;
  const inGroup = sourceChannels / operator.groups;
  const first = Math.floor(box.c0 / outGroup);
  const last = Math.floor((box.c0 + box.channels - 1) / outGroup);
  if (first === last) return { groups: 1, firstInput: first * inGroup, inputs: inGroup };
  if (box.c0 % outGroup !== 0 || box.channels % outGroup !== 0) return undefined;
  const groups = last - first + 1;
  return { groups, firstInput: first * inGroup, inputs: groups * inGroup };
}

/** Rows (or columns) of the source that outputs [first, first + count) of a convolution see, clipped to the source. */
function seenRange(
  first: number,
  count: number,
  convolution: { kernel: number; stride: number; padding: number; dilation: number },
  size: number,
): readonly [first: number, count: number] {
  const { kernel, stride, padding, dilation } = convolution;
  const low = Math.max(0, first * stride - padding);
  const high = Math.min(size, (first + count - 1) * stride - padding + (kernel - 1) * dilation + 1);
  return high > low ? [low, high - low] : [0, 0];
}

/** Axons of a branch for a tile; undefined where the tile cuts through channel groups. */
export function branchAxons(branch: QuantisedBranch, layer: Shape, box: Box): BranchAxons | undefined {
  const { operator, pooled } = branch;
  switch (operator.kind) {
    case 'conv': {
      const split = groupSplit(operator, pooled[0], layer[0], box);
      if (split === undefined) return undefined;
      const along = (axis: 0 | 1) => ({
        kernel: operator.kernel[axis],
        stride: operator.stride[axis],
        padding: operator.padding[axis],
        dilation: operator.dilation[axis],
      });
      const [y0, height] = seenRange(box.y0, box.height, along(0), pooled[1]);
      const [x0, width] = seenRange(box.x0, box.width, along(1), pooled[2]);
      return { kind: 'region', region: { c0: split.firstInput, y0, x0, channels: split.inputs, height, width } };
    }
    case 'dense':
      return { kind: 'region', region: wholeBox(pooled) };
    case 'diagonal':
      return { kind: 'region', region: box };
    case 'sparse':
      return { kind: 'list', sources: sparseSources(operator.pre, operator.post, layer, box) };
  }
}

function sparseSources(pre: Uint32Array, post: Uint32Array, layer: Shape, box: Box): Uint32Array {
  const mine = tileSlots(layer, box);
  const found = new Set<number>();
  for (let k = 0; k < pre.length; k++) if (mine[post[k]!]! >= 0) found.add(pre[k]!);
  return Uint32Array.from(found).sort();
}

/** For every neuron of the layer (NCHW): its place in the tile, or -1. */
export function tileSlots(layer: Shape, box: Box): Int32Array {
  const slots = new Int32Array(shapeSize(layer)).fill(-1);
  const size = boxSize(box);
  for (let k = 0; k < size; k++) slots[boxElement(box, layer, k)] = k;
  return slots;
}

/** Synapse memory of a branch. Every part starts at a multiple of 4 bytes. */
export interface SynapseLayout {
  readonly bytes: number;
  /** Sparse lists only: byte offsets of targets and weights; the row starts come first. */
  readonly targetsAt: number;
  readonly weightsAt: number;
}

const align = (bytes: number): number => 4 * Math.ceil(bytes / 4);

export function synapseLayout(
  branch: QuantisedBranch,
  layer: Shape,
  box: Box,
  axons: BranchAxons,
  bits: WeightBits,
): SynapseLayout {
  const plain = (bytes: number): SynapseLayout => ({ bytes: align(bytes), targetsAt: 0, weightsAt: 0 });
  const { operator } = branch;
  switch (operator.kind) {
    case 'conv': {
      const split = groupSplit(operator, branch.pooled[0], layer[0], box)!;
      const run = packedBytes(box.channels / split.groups, bits);
      return plain(split.inputs * operator.kernel[0] * operator.kernel[1] * run);
    }
    case 'dense':
      return plain(axonCount(axons) * packedBytes(boxSize(box), bits));
    case 'diagonal':
      return plain(packedBytes(box.channels, bits));
    case 'sparse': {
      const mine = tileSlots(layer, box);
      let entries = 0;
      for (const post of operator.post) if (mine[post]! >= 0) entries++;
      const targetsAt = 4 * (axonCount(axons) + 1);
      const weightsAt = align(targetsAt + 2 * entries);
      return { bytes: align(weightsAt + packedBytes(entries, bits)), targetsAt, weightsAt };
    }
  }
}

/** Parameter runs of a tile, in the order of its neurons; a run whose values are all equal is stored once. */
export interface TileParameters {
  /** Undefined where every bias is 0. */
  readonly bias: Int32Array | undefined;
  readonly threshold: Int32Array | undefined;
  readonly initial: Int32Array;
}

export function tileParameters(layer: QuantisedLayer, box: Box): TileParameters {
  const ofTile = (values: Int32Array): Int32Array =>
    values.length === layer.shape[0]
      ? values.subarray(box.c0, box.c0 + box.channels)
      : Int32Array.from({ length: boxSize(box) }, (_, k) => values[boxElement(box, layer.shape, k)]!);
  const bias = ofTile(layer.bias);
  return {
    bias: bias.every((b) => b === 0) ? undefined : compress(bias),
    threshold: layer.fires ? compress(ofTile(layer.threshold)) : undefined,
    initial: compress(ofTile(layer.initial)),
  };
}

const compress = (values: Int32Array): Int32Array =>
  values.every((value) => value === values[0]) ? values.slice(0, 1) : values.slice();

/** Needs of a tile; undefined where the tile cuts through channel groups. */
export function tileNeeds(graph: QuantisedGraph, layer: QuantisedLayer, box: Box): TileNeeds | undefined {
  let axons = 0;
  let axonGroups = 0;
  let bytes = 0;
  let programWords = 0;
  for (const branch of layer.branches) {
    const used = branchAxons(branch, layer.shape, box);
    if (used === undefined) return undefined;
    const count = axonCount(used);
    if (count === 0) continue;
    axons += count;
    axonGroups++;
    bytes += synapseLayout(branch, layer.shape, box, used, graph.weightBits).bytes;
    programWords += operationLength(EVENT_OPERATION[branch.operator.kind]) + operationLength('END');
  }
  const parameters = tileParameters(layer, box);
  return {
    neurons: boxSize(box),
    axons,
    axonGroups,
    synapseBits: 8 * bytes,
    parameters: (parameters.bias?.length ?? 0) + (parameters.threshold?.length ?? 0) + parameters.initial.length,
    programWords: programWords + tickWords(layer, parameters) + operationLength('RESET') + operationLength('END'),
  };
}

/** The instruction that carries out each kind of operator. */
export const EVENT_OPERATION = { conv: 'CONV', dense: 'DENSE', sparse: 'SPARSE', diagonal: 'DIAG' } as const;

/** Whether the input reaches the layer, so that its current is added in every tick. */
export const hearsInput = (layer: QuantisedLayer): boolean => layer.branches.some((b) => b.source === INPUT);

function tickWords(layer: QuantisedLayer, parameters: TileParameters): number {
  let words = operationLength('WINDOW') + operationLength('END');
  if (parameters.bias !== undefined) words += operationLength('BIAS');
  if (hearsInput(layer)) words += operationLength('CURRENT');
  if (hearsInput(layer) && layer.currentStart !== layer.depth) words += operationLength('WINDOW');
  return words + (layer.fires ? operationLength('FIRE') : operationLength('WINDOW') + operationLength('READ'));
}
