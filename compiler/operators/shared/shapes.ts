/** Shapes of tensors, and what the kinds of node check of their own settings. */
import { fail, type Shape } from '../../../isa/index.ts';
import type { NodeBase, Padding, Pair, Tensor } from '../../ir/ann.ts';

/** A node as far as messages name it. */
export type Named = Pick<NodeBase, 'op' | 'name'>;

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, dimension) => product * dimension, 1);
export const formatShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);

/** The shape with a border. */
export function padded([channels, height, width]: Shape, [top, left, bottom, right]: Padding): Shape {
  return [channels, top + height + bottom, left + width + right];
}

/** @throws E0205 always: the node does not fit its inputs or its own settings */
export function misfit(node: Named, what: string, remedy?: string): never {
  fail('E0205', `"${node.name}" (${node.op}) ${what}`, { layer: node.name }, remedy);
}

/** Windows that move over an image. */
export interface Windows {
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

/**
 * Rows and columns of window positions: floor((n + padding − dilation·(kernel − 1) − 1) / stride) + 1.
 *
 * @throws E0205 where the window is larger than the padded input
 */
export function countWindows(
  node: Named,
  input: Shape,
  kernel: Pair,
  { stride, padding, dilation }: Windows,
): readonly [rows: number, columns: number] {
  const space = padded(input, padding);
  const count = (axis: 0 | 1): number =>
    Math.floor((space[axis + 1]! - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  if (count(0) < 1 || count(1) < 1) {
    misfit(
      node,
      `has the window ${formatShape(kernel)} at dilation ${formatShape(dilation)}, which is larger than its padded input ${formatShape(space)}`,
    );
  }
  return [count(0), count(1)];
}

/** @throws E0205 where the tensor has not `rank` dimensions, or not as many elements as they say */
export function checkTensor(node: Named, name: string, tensor: Tensor, rank: number): void {
  if (tensor.shape.length !== rank || tensor.shape.some((dimension) => !Number.isInteger(dimension) || dimension < 1)) {
    misfit(node, `has a ${name} of shape ${formatShape(tensor.shape)}; it needs ${rank} positive dimensions`);
  }
  if (tensor.data.length !== sizeOf(tensor.shape)) {
    misfit(node, `has a ${name} of shape ${formatShape(tensor.shape)} with ${tensor.data.length} elements`);
  }
}

/** @throws E0205 where the bias has not `size` elements */
export function checkBias(node: Named, bias: Tensor | undefined, size: number): void {
  if (bias !== undefined && (bias.data.length !== size || sizeOf(bias.shape) !== size)) {
    misfit(node, `has a bias of shape ${formatShape(bias.shape)} with ${bias.data.length} elements; it needs ${size}`);
  }
}

/** @throws E0205 where the pair is not of positive integers */
export function checkPair(node: Named, name: string, pair: Pair): void {
  if (pair.length !== 2 || pair.some((value) => !Number.isInteger(value) || value < 1)) {
    misfit(node, `has the ${name} ${formatShape(pair)}; it needs two positive integers`);
  }
}

/** @throws E0205 where the padding is not of four integers from 0 on */
export function checkPadding(node: Named, padding: Padding): void {
  if (padding.length !== 4 || padding.some((value) => !Number.isInteger(value) || value < 0)) {
    misfit(node, `has the padding ${formatShape(padding)}; it needs four integers that are not negative`);
  }
}
