/** Which axons a tile needs: the part of each source that its neurons hear. */
import { boxElement, boxSize, wholeBox, type Box, type Shape } from '../../isa/index.ts';
import type { QuantisedBranch, QuantisedLayer, SparseOperator } from '../ir/layers.ts';

/** Which axons of a core a branch uses. */
export type BranchAxons =
  /** A box of the pooled source, channel-last. */
  | { readonly kind: 'region'; readonly region: Box }
  /** The distinct pooled source indices (NCHW), ascending. */
  | { readonly kind: 'list'; readonly sources: Uint32Array };

export const axonCount = (axons: BranchAxons): number =>
  axons.kind === 'list' ? axons.sources.length : boxSize(axons.region);

/** Channels of a convolution that a tile may cover: several whole groups, or a part of one group. */
export interface GroupSplit {
  readonly groups: number;
  readonly firstInput: number;
  readonly inputs: number;
}

/** Undefined where the box cuts through channel groups. */
export function groupSplit(
  operator: { readonly groups: number },
  sourceChannels: number,
  layerChannels: number,
  box: Box,
): GroupSplit | undefined {
  const outGroup = layerChannels / operator.groups;
  const inGroup = sourceChannels / operator.groups;
  const first = Math.floor(box.c0 / outGroup);
  const last = Math.floor((box.c0 + box.channels - 1) / outGroup);
  if (first === last) return { groups: 1, firstInput: first * inGroup, inputs: inGroup };
  if (box.c0 % outGroup !== 0 || box.channels % outGroup !== 0) return undefined;
  const groups = last - first + 1;
  return { groups, firstInput: first * inGroup, inputs: groups * inGroup };
}

/** Whether a box of a layer can be a tile: it holds whole channel groups, or a part of one, of every convolution. */
export const isTile = (layer: QuantisedLayer, box: Box): boolean =>
  layer.branches.every(
    ({ operator, pooled }) =>
      operator.kind !== 'conv' || groupSplit(operator, pooled[0], layer.shape[0], box) !== undefined,
  );

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

/**
 * Axons of a branch for some boxes of a layer.
 *
 * @param boxes one for convolutions and diagonals; a dense or sparse branch may serve several together
 * @returns undefined where they hear nothing but padding
 * @throws Error where a box cuts through channel groups (see {@link isTile})
 */
export function branchAxons(branch: QuantisedBranch, layer: Shape, boxes: readonly Box[]): BranchAxons | undefined {
  const { operator, pooled } = branch;
  const box = boxes[0]!;
  switch (operator.kind) {
    case 'conv': {
      const split = groupSplit(operator, pooled[0], layer[0], box);
      if (split === undefined) throw new Error('a tile cuts through channel groups');
      const along = (axis: 0 | 1) => ({
        kernel: operator.kernel[axis],
        stride: operator.stride[axis],
        padding: operator.padding[axis],
        dilation: operator.dilation[axis],
      });
      const [y0, height] = seenRange(box.y0, box.height, along(0), pooled[1]);
      const [x0, width] = seenRange(box.x0, box.width, along(1), pooled[2]);
      if (height === 0 || width === 0) return undefined;
      return { kind: 'region', region: { c0: split.firstInput, y0, x0, channels: split.inputs, height, width } };
    }
    case 'dense':
      return { kind: 'region', region: wholeBox(pooled) };
    case 'diagonal':
      return { kind: 'region', region: box };
    case 'sparse': {
      const sources = sparseSources(operator, layer, boxes);
      return sources.length === 0 ? undefined : { kind: 'list', sources };
    }
  }
}

function sparseSources(operator: SparseOperator<unknown>, layer: Shape, boxes: readonly Box[]): Uint32Array {
  const found = new Set<number>();
  for (const box of boxes) {
    const size = boxSize(box);
    for (let k = 0; k < size; k++) {
      const [first, end] = connectionsTo(operator.post, boxElement(box, layer, k));
      for (let c = first; c < end; c++) found.add(operator.pre[c]!);
    }
  }
  return Uint32Array.from(found).sort();
}

/** The connections [first, end) of a neuron among connections sorted by post. */
export function connectionsTo(post: Uint32Array, neuron: number): readonly [first: number, end: number] {
  return [lowerBound(post, neuron), lowerBound(post, neuron + 1)];
}

/** Position of the first value that is not below `value` in an ascending list. */
export function lowerBound(ascending: Uint32Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The box of the source whose windows a region of the pooled source sums. */
export function beforePooling(region: Box, { pool: [rows, columns] }: QuantisedBranch): Box {
  return {
    c0: region.c0,
    channels: region.channels,
    y0: region.y0 * rows,
    height: region.height * rows,
    x0: region.x0 * columns,
    width: region.width * columns,
  };
}

/** NCHW index after pooling of an NCHW index of the source; -1 where it is in no window. */
export function pooledIndex(branch: QuantisedBranch, shape: Shape, index: number): number {
  const x = index % shape[2];
  const y = Math.floor(index / shape[2]) % shape[1];
  const c = Math.floor(index / (shape[1] * shape[2]));
  const py = Math.floor(y / branch.pool[0]);
  const px = Math.floor(x / branch.pool[1]);
  return py < branch.pooled[1] && px < branch.pooled[2] ? (c * branch.pooled[1] + py) * branch.pooled[2] + px : -1;
}
