/** What an ONNX value is to the reader: a constant, or a view of the output of a node of the graph. */
import { fail } from '../../../isa/index.ts';
import type { Tensor } from '../../ir/ann.ts';
import { sizeOf } from '../../operators/shared/shapes.ts';
import { contiguous, indicesOf, isWhole, type Strided } from './strided.ts';

export interface Constant {
  readonly kind: 'constant';
  /** The name in the model, for messages. */
  readonly name: string;
  readonly dims: readonly number[];
  /** Float32Array for floats of 32 bit; Float64Array for doubles and for integers, which are exact to 2^53. */
  readonly data: Float32Array | Float64Array;
  readonly integer: boolean;
  /** TensorProto.DataType, where the model states it. */
  readonly elementType?: number;
}

/**
 * Elements of the output of a node, as ONNX sees them. The first dimension is the batch where the model has one; a batch of
 * several is one sample that many times, a step of 0.
 */
export interface Activation extends Strided {
  readonly kind: 'activation';
  /** Name of the node in the builder. */
  readonly node: string;
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

/** The whole output of a node under these dimensions, without a batch. */
export const wholeOf = (node: string, dims: readonly number[]): Activation => ({
  kind: 'activation',
  node,
  ...contiguous(dims),
});

/** The whole output of a node under these dimensions; the first of them is the batch. */
export const activation = (node: string, [batch, ...dims]: readonly number[]): Activation => {
  const { strides } = contiguous(dims);
  return { kind: 'activation', node, dims: [batch!, ...dims], strides: [0, ...strides], offset: 0 };
};

/** The elements of one sample: those of the view but for copies in its batch. */
export const sampleOf = ({ dims, strides, offset }: Strided): Strided =>
  dims[0] === 1 || strides[0] === 0
    ? { dims: dims.slice(1), strides: strides.slice(1), offset }
    : { dims, strides, offset };

/** The value with the view of its elements changed. */
export const viewed = (value: Activation, view: Strided): Activation => ({
  ...view,
  kind: 'activation',
  node: value.node,
});

/** Constants with the elements that a view of their data names. */
export function viewConstant(constant: Constant, view: Strided): Constant {
  if (isWhole(view, constant.data.length)) return { ...constant, dims: view.dims };
  const { data: from } = constant;
  if (sizeOf(view.dims) > from.length) requireSize(view.dims, constant.name);
  const indices = indicesOf(view);
  const data = from instanceof Float32Array ? new Float32Array(indices.length) : new Float64Array(indices.length);
  for (let k = 0; k < data.length; k++) data[k] = from[indices[k]!]!;
  return { ...constant, dims: view.dims, data };
}

/** Of a constant that is computed: a short list of operators can ask for any size. */
const LARGEST_COMPUTED = 2 ** 24;

/** @throws E0209 for a constant that would take too much memory */
export function requireSize(dims: readonly number[], name: string): void {
  if (!(sizeOf(dims) <= LARGEST_COMPUTED))
    fail('E0209', `the constant "${name}" would have more than ${LARGEST_COMPUTED} elements`);
}

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
