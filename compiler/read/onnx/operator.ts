/** What the reader of one operator is given, and what all of them need to check. */
import { fail } from '../../../isa/index.ts';
import { formatShape } from '../../operators/shared/shapes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { SideFiles } from '../side-files.ts';
import type { Attributes } from './attributes.ts';
import { type Activation, type Constant, dimensionsOf, isPlain, type Value } from './values.ts';

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
  readonly files: SideFiles;
  /** Whether nothing but this operator takes the output of the node behind an input. */
  readonly isOnlyUse: (input: number) => boolean;
  /** Whether the output is the output of the network and nothing else takes it. */
  readonly isLast: boolean;
}

export interface OnnxOperator {
  /** Attributes that it may have; others are refused. */
  readonly attributes: readonly string[];
  /** The value of its first output. */
  readonly read: (call: Call) => Value;
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

/** An input in the plain order [1, C, H, W] or [1, C, L]. @throws E0204 after a transposition, E0205 for [1, features] */
export function spatialInput(call: Call, index = 0): Activation & { readonly rank: 3 | 4 } {
  const value = activationInput(call, index);
  const { rank } = value;
  if (rank === 2) {
    fail(
      'E0205',
      `${call.type} needs an input [1, C, H, W] or [1, C, L], but it is ${formatShape(dimensionsOf(call.builder, value))}`,
    );
  }
  return { ...requirePlain(call, value), rank };
}

/** An input [1, features]. @throws E0205 for [1, C, H, W] and [1, C, L] */
export function vectorInput(call: Call, index = 0): Activation {
  const value = activationInput(call, index);
  if (value.rank !== 2) {
    fail(
      'E0205',
      `${call.type} needs an input [1, features], but it is ${formatShape(dimensionsOf(call.builder, value))}`,
      {},
      'Flatten before it.',
    );
  }
  return value;
}

/** @param isIndifferent whether the order of the axes does not matter to the operator */
export function requirePlain(call: Pick<Call, 'type'>, value: Activation, isIndifferent = false): Activation {
  if (!isIndifferent && !isPlain(value)) {
    fail(
      'E0204',
      `${call.type} takes a transposed tensor; a transposition is read before a flatten only`,
      {},
      'Export the model with its channels first (NCHW).',
    );
  }
  return value;
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
