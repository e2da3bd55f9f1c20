/** What an ONNX value is to the reader: a constant, or a view of the output of a node of the graph. */
import { fail } from '../../../isa/index.ts';
import { sizeOf } from '../../ir/infer-ann.ts';
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

export type AxisOrder = readonly [number, number, number];
const PLAIN: AxisOrder = [0, 1, 2];

/** The output of a node, as ONNX sees it: [1, C, H, W], perhaps transposed, or [1, features]. */
export interface Activation {
  readonly kind: 'activation';
  /** Name of the node in the builder. */
  readonly node: string;
  readonly rank: 2 | 4;
  /** Rank 4: the axes of the node's shape in the order of the ONNX dimensions after the batch. */
  readonly order: AxisOrder;
}

/** The result of an operator that could not be read; what depends on it is passed over without further faults. */
export interface Unknown {
  readonly kind: 'unknown';
}

export type Value = Constant | Activation | Unknown;
export const UNKNOWN: Unknown = { kind: 'unknown' };

export const activation = (node: string, rank: 2 | 4, order: AxisOrder = PLAIN): Activation => ({
  kind: 'activation',
  node,
  rank,
  order,
});

/** The ONNX dimensions of an activation, the batch as 1. */
export function dimensionsOf(builder: GraphBuilder, value: Activation): number[] {
  const shape = builder.shape(value.node);
  if (value.rank === 2) return [1, sizeOf(shape)];
  return [1, ...value.order.map((axis) => shape[axis]!)];
}

export const isPlain = (value: Activation): boolean => value.order.join() === PLAIN.join();

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
