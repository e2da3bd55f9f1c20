/** What an ONNX value is to the reader: a constant, or a view of the output of a node of the graph. */
import { fail } from '../../../isa/index.ts';
import type { AxisOrder, Tensor } from '../../ir/ann.ts';
import { sameShape, sizeOf } from '../../operators/shared/shapes.ts';
import type { GraphBuilder } from '../graph-builder.ts';

export interface Constant {
  readonly kind: 'constant';
  /** The name in the model, for messages. */
  readonly name: string;
  readonly dims: readonly number[];
  /** Float32Array for floats of 32 bit; Float64Array for doubles and for integers, which are exact to 2^53. */
  readonly data: Float32Array | Float64Array;
  readonly integer: boolean;
}

const PLAIN: AxisOrder = [0, 1, 2];
const ORDERS: readonly AxisOrder[] = [PLAIN, [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/** Dimensions of an ONNX value, the batch included. */
export type Rank = 2 | 3 | 4;

/** The output of a node, as ONNX sees it: [1, C, H, W] or [1, C, L], perhaps transposed, or [1, features]. */
export interface Activation {
  readonly kind: 'activation';
  /** Name of the node in the builder. */
  readonly node: string;
  /** 2: the node is [features, 1, 1]; 3: a sequence, as a rule a node [C, 1, L]. */
  readonly rank: Rank;
  /**
   * The axes of the node's shape in the order of the ONNX dimensions after the batch. For rank 3 the middle one has one
   * element and is no ONNX dimension.
   */
  readonly order: AxisOrder;
}

/**
 * The floor of an activation and what was done with it since: y = scale·clip(⌊slope·x + offset⌋, low, high) + shift. Once
 * complete it is a staircase activation.
 */
export interface Levels {
  readonly kind: 'levels';
  /** Name for the node, and the value x. */
  readonly name: string;
  readonly of: Activation;
  readonly slope: number;
  readonly offset: number;
  readonly low: number;
  readonly high: number;
  readonly scale: number;
  readonly shift: number;
}

/** The result of an operator that could not be read; what depends on it is passed over without further faults. */
export interface Unknown {
  readonly kind: 'unknown';
}

export type Value = Constant | Activation | Levels | Unknown;
export const UNKNOWN: Unknown = { kind: 'unknown' };

export const activation = (node: string, rank: Rank, order: AxisOrder = PLAIN): Activation => ({
  kind: 'activation',
  node,
  rank,
  order,
});

/** Of an activation of rank 3 or 4: the axes of the node in the order of the ONNX dimensions after the batch. */
export function axesOf({ rank, order }: Activation): readonly number[] {
  return rank === 3 ? [order[0], order[2]] : order;
}

/** The ONNX dimensions of an activation, the batch as 1. */
export function dimensionsOf(builder: GraphBuilder, value: Activation): number[] {
  const shape = builder.shape(value.node);
  if (value.rank === 2) return [1, sizeOf(shape)];
  return [1, ...axesOf(value).map((axis) => shape[axis]!)];
}

export const isPlain = (value: Activation): boolean => value.order.join() === PLAIN.join();

/**
 * The same elements in the same order under other dimensions that differ by ones only; undefined where they differ by
 * more. In the plain order wherever that is possible.
 *
 * @param dims three or four, the batch first
 */
export function viewAs(builder: GraphBuilder, value: Activation, dims: readonly number[]): Activation | undefined {
  const rank = dims.length;
  if ((rank !== 3 && rank !== 4) || dims[0] !== 1) return undefined;
  const shape = builder.shape(value.node);
  const longAxes = (order: AxisOrder): string => order.filter((axis) => shape[axis] !== 1).join();
  const order = ORDERS.find((candidate) => {
    const view = activation(value.node, rank, candidate);
    if (rank === 3 && shape[candidate[1]] !== 1) return false;
    return sameShape(dimensionsOf(builder, view), dims) && longAxes(candidate) === longAxes(value.order);
  });
  return order && activation(value.node, rank, order);
}

/** Of a list of integers: concatenating a list with itself again and again must not exhaust the memory. */
export const LONGEST_SHAPE = 1024;

/** Integers that the reader has computed. */
export const integerConstant = (
  { name }: { readonly name: string },
  values: readonly number[],
  dims: readonly number[] = [values.length],
): Constant => ({
  kind: 'constant',
  name,
  dims,
  data: Float64Array.from(values),
  integer: true,
});

/** A constant of integers as numbers. @throws E0206 where it is not one */
export function integers(constant: Constant): number[] {
  if (!constant.integer) fail('E0206', `"${constant.name}" must be integers`);
  return Array.from(constant.data);
}

/** The only element of a constant. @throws E0206 where it has several */
export function scalar(constant: Constant): number {
  if (constant.data.length !== 1)
    fail('E0206', `"${constant.name}" must be one number, but has ${constant.data.length}`);
  return constant.data[0]!;
}

/** The data in 32 bit. Doubles are rounded; what overflows becomes infinite, which the builder then refuses. */
export function float32(constant: Constant): Float32Array {
  return constant.data instanceof Float32Array ? constant.data : Float32Array.from(constant.data);
}

/** The constant as a tensor of 32 bit. */
export const tensor = (constant: Constant): Tensor => ({ shape: constant.dims, data: float32(constant) });
