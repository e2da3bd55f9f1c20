/** What the reader of one operator is given, and what all of them need to check. */
import { type DiagnosticCode, fail, type Shape } from '../../../isa/index.ts';
import { formatShape } from '../../operators/shared/shapes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { SideFiles } from '../side-files.ts';
import type { Attributes } from './attributes.ts';
import { type Elements, naturalShape } from './elements.ts';
import { contiguous, type Strided } from './strided.ts';
import {
  type Activation,
  activation,
  type Constant,
  integers,
  sampleOf,
  type Value,
  viewConstant,
  viewed,
} from './values.ts';

export interface Call {
  /** Operator type, such as `Conv`. */
  readonly type: string;
  /** Name for a node of the graph: unique. */
  readonly name: string;
  readonly opset: number;
  readonly attributes: Attributes;
  /** Absent optional inputs are undefined. None is unknown. */
  readonly inputs: readonly (Value | undefined)[];
  readonly builder: GraphBuilder;
  /** Makes nodes of views. */
  readonly elements: Elements;
  readonly files: SideFiles;
  /** Whether nothing but this operator takes the output of the node behind an input. */
  readonly isOnlyUse: (input: number) => boolean;
  /** Whether a ReLU, and nothing else, takes the output. */
  readonly isRectifiedNext: () => boolean;
  /** Tells the user how the network was changed, and what that costs. */
  readonly note: (message: string, code?: DiagnosticCode) => void;
  /** Number of outputs that the model names. */
  readonly outputs: number;
}

export interface OnnxOperator {
  /** Attributes that it may have; others are refused. */
  readonly attributes: readonly string[];
  /** The value of its first output, or those of all of several. */
  readonly read: (call: Call) => Value | readonly Value[];
  /** It is read at the end of the model alone, where it is left out because it keeps the order of the scores. */
  readonly isTail?: true;
  /** Whether it continues a staircase that begins among its inputs; if not, that is made a node first. */
  readonly takesLevels?: (inputs: readonly (Value | undefined)[]) => boolean;
}

/** Operators by their ONNX types. */
export type OnnxOperators = Readonly<Record<string, OnnxOperator>>;

/** Of an operator that continues whatever staircase it is given. */
export const takesAnyLevels = (): boolean => true;

/** An input that must be computed. @throws E0204 where it is constant, E0206 where it is absent */
export function activationInput(call: Call, index: number): Activation {
  const value = call.inputs[index];
  if (value === undefined) fail('E0206', `${call.type} has no input ${index}`);
  if (value.kind !== 'activation')
    fail('E0204', `input ${index} of ${call.type} is constant; it must come from the network`);
  return value;
}

/** The first input, constant or computed. @throws E0206 where it is absent */
export function tensorInput(call: Call): Constant | Activation {
  const [value] = call.inputs;
  if (value?.kind !== 'constant' && value?.kind !== 'activation') fail('E0206', `${call.type} has no input`);
  return value;
}

/** An image [C, H, W], or a sequence as an image [C, 1, L]. */
export interface Image {
  /** The node that has it. */
  readonly node: string;
  readonly shape: Shape;
  /** Dimensions in the model: 4, or 3 for a sequence. */
  readonly rank: 3 | 4;
  readonly batch: number;
}

/** An input [batch, C, H, W] or [batch, C, L], however it was turned before. @throws E0204 for more dimensions, E0205 for fewer */
export function imageInput(call: Call, index = 0): Image {
  const value = activationInput(call, index);
  const { dims } = value;
  if (dims.length !== 3 && dims.length !== 4)
    fail('E0205', `${call.type} needs an input [1, C, H, W] or [1, C, L], but it is ${formatShape(dims)}`);
  requireBatch(call, value);
  const shape = naturalShape(dims.slice(1));
  return { node: call.elements.nodeOf(value, shape, inputName(call)), shape, rank: dims.length, batch: dims[0]! };
}

/** Of an image in the model. */
export const dimensionsOf = ({ shape: [channels, height, width], rank, batch }: Image): readonly number[] =>
  rank === 4 ? [batch, channels, height, width] : [batch, channels, width];

/** The image that a node of the builder has, in the dimensions of another. */
export function imageOf(call: Call, node: string, like: Image): Activation {
  return activation(node, dimensionsOf({ ...like, shape: call.builder.shape(node) }));
}

/** The first dimension must be the batch. @throws E0204 where something else has come there */
function requireBatch(call: Call, value: Activation): void {
  if (sampleOf(value).dims.length === value.dims.length)
    fail('E0204', `${call.type} takes ${formatShape(value.dims)}, whose first dimension is not the batch, is not read`);
}

/** Samples of a batch must stay apart: its dimension is the first. @throws E0204 where an operator has moved it */
export function requireBatchFirst(type: string, { dims, strides }: Activation): void {
  if (dims.some((size, axis) => axis > 0 && size > 1 && strides[axis] === 0))
    fail(
      'E0204',
      `${type} moves the batch within ${formatShape(dims)}`,
      {},
      'Export the model with a batch of 1 or a symbolic one.',
    );
}

/** Name for a node before that of the call. */
export const inputName = (call: Call): string => `${call.name}/input`;

/** The call with a name for one more node. */
export const fresh = (call: Call): Call => ({ ...call, name: call.builder.uniqueName(call.name) });

/** A node that multiplies all elements of another by one factor, and adds one summand to all: its name. */
export function addAffine(builder: GraphBuilder, name: string, input: string, factor: number, summand: number): string {
  const [channels] = builder.shape(input);
  const scale = new Float32Array(channels).fill(factor);
  const shift = new Float32Array(channels).fill(summand);
  return builder.add({ op: 'affine', name: builder.uniqueName(name), inputs: [input], scale, shift }).name;
}

/** The value with other elements or dimensions, without a copy where it is computed. */
export function withView(value: Constant | Activation, change: (view: Strided) => Strided): Constant | Activation {
  return value.kind === 'constant' ? viewConstant(value, change(contiguous(value.dims))) : viewed(value, change(value));
}

/** A constant input. @throws E0204 where it is computed, E0206 where it is absent */
export function constantInput(call: Call, index: number): Constant {
  return optionalConstant(call, index) ?? fail('E0206', `${call.type} has no input ${index}`);
}

/** A constant input that may be absent. @throws E0204 where it is computed */
export function optionalConstant(call: Call, index: number): Constant | undefined {
  const value = call.inputs[index];
  if (value === undefined) return undefined;
  if (value.kind !== 'constant') fail('E0204', `input ${index} of ${call.type} is computed; it must be constant`);
  return value;
}

/** A negative axis counts from the end. @throws E0206 where there is no such axis */
export function axisOf(call: Call, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    fail('E0206', `${call.type} names the axis ${axis} of a tensor of ${rank} dimensions`);
  }
  return positive;
}

/** A list of integers that newer operator sets give as an input, and older ones as an attribute; undefined where neither is there. */
export function intsInput(call: Call, index: number, name: string): number[] | undefined {
  const constant = optionalConstant(call, index);
  return constant === undefined ? call.attributes.ints(name) : integers(constant);
}

/** The axes that a reduction goes over, all where it names none; undefined where it then goes over none. */
export function reducedAxes(call: Call, rank: number): number[] | undefined {
  const axes = intsInput(call, 1, 'axes') ?? [];
  if (axes.length > 0) return axes.map((axis) => axisOf(call, axis, rank));
  if (call.attributes.int('noop_with_empty_axes', 0) !== 0) return undefined;
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** Dimensions of several tensors, for messages. */
export const formatShapes = (all: readonly (readonly number[])[]): string =>
  all.slice(0, 8).map(formatShape).join(' and ');

/** Dimensions of tensors one behind the other along an axis of the first. @throws E0205 where they differ along another */
export function concatenated(all: readonly (readonly number[])[], axis: number): number[] {
  const [first] = all as [readonly number[]];
  if (all.some((own) => own.length !== first.length || own.some((n, k) => k !== axis && n !== first[k])))
    fail('E0205', `Concat of ${formatShapes(all)} along the axis ${axis}`);
  return first.with(
    axis,
    all.reduce((sum, own) => sum + own[axis]!, 0),
  );
}
