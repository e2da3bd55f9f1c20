/**
 * Shape inference of the conventional network: one function per operator. The readers call it for every node that they
 * make, and the verifier for every node that it meets, so there is one definition of what fits.
 */
import { fail, type Shape } from '../../isa/index.ts';
import type {
  AddNode,
  AffineNode,
  AnnNode,
  AveragePoolNode,
  ConcatNode,
  ConvNode,
  DenseNode,
  FlattenNode,
  InputNode,
  PadNode,
  Pair,
  Padding,
  ReluNode,
  SparseNode,
  Tensor,
} from '../ir/ann.ts';

/** A node whose shape follows from its inputs; the input and sparse connections state theirs. */
export type NodeDraft =
  | InputNode
  | SparseNode
  | Omit<ConvNode, 'shape'>
  | Omit<DenseNode, 'shape'>
  | Omit<AffineNode, 'shape'>
  | Omit<ReluNode, 'shape'>
  | Omit<AveragePoolNode, 'shape'>
  | Omit<PadNode, 'shape'>
  | Omit<AddNode, 'shape'>
  | Omit<ConcatNode, 'shape'>
  | Omit<FlattenNode, 'shape'>;

/** The most activations, and the most weights, that a network may have in all: what fits a compiler's memory. */
export const LARGEST_NETWORK = 2 ** 26;

/** The most steps of a staircase: beyond, it is a ReLU for every purpose. */
export const MOST_LEVELS = 2 ** 16;

/** Inputs that each operator takes. */
const INPUT_COUNT: Readonly<Record<AnnNode['op'], readonly [least: number, most: number]>> = {
  input: [0, 0],
  conv: [1, 1],
  dense: [1, 1],
  sparse: [1, 1],
  affine: [1, 1],
  relu: [1, 1],
  averagePool: [1, 1],
  pad: [1, 1],
  add: [2, Infinity],
  concat: [2, Infinity],
  flatten: [1, 1],
};

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, dimension) => product * dimension, 1);
export const formatShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);

/** The numbers that a node holds: what must be finite, and what counts as its parameters. */
export function parametersOf(node: NodeDraft): { readonly name: string; readonly data: Float32Array }[] {
  switch (node.op) {
    case 'conv':
    case 'dense':
      return [{ name: 'weight', data: node.weight.data }, ...biasOf(node)];
    case 'sparse':
      return [{ name: 'weight', data: node.weight }, ...biasOf(node)];
    case 'affine':
      return [
        { name: 'scale', data: node.scale },
        { name: 'shift', data: node.shift },
      ];
    default:
      return [];
  }
}

function biasOf(node: { readonly bias?: Tensor }): { name: string; data: Float32Array }[] {
  return node.bias === undefined ? [] : [{ name: 'bias', data: node.bias.data }];
}

/** Throws E0208 for the first weight, bias, scale or clip level of the node that is NaN or infinite. */
export function checkFinite(node: NodeDraft): void {
  for (const { name, data } of parametersOf(node)) {
    for (let index = 0; index < data.length; index++) {
      if (!Number.isFinite(data[index]!)) {
        fail('E0208', `the ${name} of "${node.name}" is ${data[index]!} at index ${index}`, { layer: node.name });
      }
    }
  }
}

/**
 * Numbers that the evaluation of a node keeps: its output, and for a convolution its input with the zero border. With a
 * large stride a small network can ask for a huge border.
 */
export function activationsOf(node: AnnNode, inputs: readonly Shape[]): number {
  const border = node.op === 'conv' ? sizeOf(padded(inputs[0]!, node.padding)) : 0;
  return sizeOf(node.shape) + border;
}

/**
 * The shape of the node's output from the shapes of its inputs, in order.
 *
 * @throws E0205 where the node does not fit its inputs or its own weights, E0209 where the output is too large
 */
export function inferShape(node: NodeDraft, inputs: readonly Shape[]): Shape {
  const [least, most] = INPUT_COUNT[node.op];
  if (inputs.length < least || inputs.length > most) {
    misfit(
      node,
      `takes ${least === most ? '' : 'at least '}${least} input${least === 1 ? '' : 's'}, not ${inputs.length}`,
    );
  }
  const shape = outputShape(node, inputs);
  if (shape.some((dimension) => !Number.isInteger(dimension) || dimension < 1)) {
    misfit(node, `has the output shape ${formatShape(shape)}; every dimension must be a positive integer`);
  }
  if (!(sizeOf(shape) <= LARGEST_NETWORK)) {
    fail('E0209', `the output of "${node.name}", ${formatShape(shape)}, has more than ${LARGEST_NETWORK} elements`, {
      layer: node.name,
    });
  }
  return shape;
}

function outputShape(node: NodeDraft, inputs: readonly Shape[]): Shape {
  switch (node.op) {
    case 'input':
      return node.shape;
    case 'conv':
      return convShape(node, inputs[0]!);
    case 'dense':
      return denseShape(node, inputs[0]!);
    case 'sparse':
      return sparseShape(node, inputs[0]!);
    case 'affine':
      return affineShape(node, inputs[0]!);
    case 'relu':
      checkClip(node);
      return inputs[0]!;
    case 'averagePool':
      return poolShape(node, inputs[0]!);
    case 'pad':
      checkPadding(node, node.padding);
      return padded(inputs[0]!, node.padding);
    case 'add':
      return addShape(node, inputs);
    case 'concat':
      return concatShape(node, inputs);
    case 'flatten':
      if ([...node.order].sort().join() !== '0,1,2') misfit(node, `has the axis order ${formatShape(node.order)}`);
      return [sizeOf(inputs[0]!), 1, 1];
  }
}

function convShape(node: Omit<ConvNode, 'shape'>, input: Shape): Shape {
  checkTensor(node, 'weight', node.weight, 4);
  const [out, inPerGroup, kernelHeight, kernelWidth] = node.weight.shape as [number, number, number, number];
  checkPair(node, 'stride', node.stride);
  checkPair(node, 'dilation', node.dilation);
  checkPadding(node, node.padding);
  if (!Number.isInteger(node.groups) || node.groups < 1 || out % node.groups !== 0) {
    misfit(node, `has ${out} output channels, which ${node.groups} groups do not divide`);
  }
  if (inPerGroup * node.groups !== input[0]) {
    misfit(
      node,
      `has weights ${formatShape(node.weight.shape)} in ${node.groups} group(s), that is ${inPerGroup * node.groups} input channels, but its input is ${formatShape(input)}`,
    );
  }
  checkBias(node, node.bias, out);
  const [height, width] = windows(node, input, [kernelHeight, kernelWidth], node);
  return [out, height, width];
}

function denseShape(node: Omit<DenseNode, 'shape'>, input: Shape): Shape {
  checkTensor(node, 'weight', node.weight, 2);
  const [out, inSize] = node.weight.shape as [number, number];
  if (!sameShape(input, [inSize, 1, 1])) {
    misfit(
      node,
      `has weights ${formatShape(node.weight.shape)}, but its input is ${formatShape(input)}`,
      sizeOf(input) === inSize ? 'Put a flatten before it.' : undefined,
    );
  }
  checkBias(node, node.bias, out);
  return [out, 1, 1];
}

function sparseShape(node: SparseNode, input: Shape): Shape {
  const { pre, post, weight, shape } = node;
  if (pre.length !== post.length || pre.length !== weight.length) {
    misfit(node, `has ${pre.length} pre indices, ${post.length} post indices and ${weight.length} weights`);
  }
  checkIndices(node, 'pre', pre, input);
  checkIndices(node, 'post', post, shape);
  checkBias(node, node.bias, sizeOf(shape));
  return shape;
}

function affineShape(node: Omit<AffineNode, 'shape'>, input: Shape): Shape {
  if (node.scale.length !== input[0] || node.shift.length !== input[0]) {
    misfit(
      node,
      `has ${node.scale.length} factors and ${node.shift.length} shifts, but its input is ${formatShape(input)}: one of each per channel`,
    );
  }
  return input;
}

function poolShape(node: Omit<AveragePoolNode, 'shape'>, input: Shape): Shape {
  checkPair(node, 'kernel', node.kernel);
  checkPair(node, 'stride', node.stride);
  checkPadding(node, node.padding);
  const [top, left, bottom, right] = node.padding;
  // Else a window could lie in the padding wholly, and its mean would be 0/0.
  if (Math.max(top, bottom) >= node.kernel[0] || Math.max(left, right) >= node.kernel[1]) {
    misfit(
      node,
      `has the padding ${formatShape(node.padding)}, which must be smaller than its window ${formatShape(node.kernel)}`,
    );
  }
  return [input[0], ...windows(node, input, node.kernel, { ...node, dilation: [1, 1] })];
}

function addShape(node: Omit<AddNode, 'shape'>, inputs: readonly Shape[]): Shape {
  const other = inputs.find((shape) => !sameShape(shape, inputs[0]!));
  if (other !== undefined) misfit(node, `adds ${formatShape(inputs[0]!)} and ${formatShape(other)}`);
  return inputs[0]!;
}

function concatShape(node: Omit<ConcatNode, 'shape'>, inputs: readonly Shape[]): Shape {
  const [, height, width] = inputs[0]!;
  const other = inputs.find((shape) => shape[1] !== height || shape[2] !== width);
  if (other !== undefined) {
    misfit(
      node,
      `joins ${formatShape(inputs[0]!)} and ${formatShape(other)} along their channels; height and width must agree`,
    );
  }
  return [inputs.reduce((sum, [channels]) => sum + channels, 0), height, width];
}

function checkClip(node: Omit<ReluNode, 'shape'>): void {
  const { max, levels } = node;
  if (max !== undefined && !(max > 0 && Number.isFinite(max))) {
    misfit(node, `is clipped at ${max}; a clip level must be positive and finite`);
  }
  if (levels === undefined) return;
  if (max === undefined) misfit(node, `has ${levels} levels but no clip level`, 'Give the highest level as "max".');
  if (!Number.isInteger(levels) || levels < 1 || levels > MOST_LEVELS) {
    misfit(node, `has ${levels} levels; it must be an integer from 1 to ${MOST_LEVELS}`);
  }
}

/** Rows and columns of window positions: floor((n + padding − dilation·(kernel − 1) − 1) / stride) + 1. */
function windows(
  node: NodeDraft,
  input: Shape,
  kernel: Pair,
  { stride, padding, dilation }: { stride: Pair; padding: Padding; dilation: Pair },
): Pair {
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

function padded([channels, height, width]: Shape, [top, left, bottom, right]: Padding): Shape {
  return [channels, top + height + bottom, left + width + right];
}

function checkTensor(node: NodeDraft, name: string, tensor: Tensor, rank: number): void {
  if (tensor.shape.length !== rank || tensor.shape.some((dimension) => !Number.isInteger(dimension) || dimension < 1)) {
    misfit(node, `has a ${name} of shape ${formatShape(tensor.shape)}; it needs ${rank} positive dimensions`);
  }
  if (tensor.data.length !== sizeOf(tensor.shape)) {
    misfit(node, `has a ${name} of shape ${formatShape(tensor.shape)} with ${tensor.data.length} elements`);
  }
}

function checkBias(node: NodeDraft, bias: Tensor | undefined, size: number): void {
  if (bias !== undefined && (bias.data.length !== size || sizeOf(bias.shape) !== size)) {
    misfit(node, `has a bias of shape ${formatShape(bias.shape)} with ${bias.data.length} elements; it needs ${size}`);
  }
}

function checkIndices(node: NodeDraft, name: string, indices: Uint32Array, shape: Shape): void {
  const size = sizeOf(shape);
  const bad = indices.findIndex((index) => index >= size);
  if (bad >= 0) misfit(node, `has ${name}[${bad}] = ${indices[bad]!}, beyond its shape ${formatShape(shape)}`);
}

function checkPair(node: NodeDraft, name: string, pair: Pair): void {
  if (pair.length !== 2 || pair.some((value) => !Number.isInteger(value) || value < 1)) {
    misfit(node, `has the ${name} ${formatShape(pair)}; it needs two positive integers`);
  }
}

function checkPadding(node: NodeDraft, padding: Padding): void {
  if (padding.length !== 4 || padding.some((value) => !Number.isInteger(value) || value < 0)) {
    misfit(node, `has the padding ${formatShape(padding)}; it needs four integers that are not negative`);
  }
}

function misfit(node: NodeDraft, what: string, remedy?: string): never {
  fail('E0205', `"${node.name}" (${node.op}) ${what}`, { layer: node.name }, remedy);
}
