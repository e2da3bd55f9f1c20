/** Operators that only rearrange, name or drop: flatten, reshape, transpose, casts, constants. */
import { fail } from '../../../isa/index.ts';
import { formatShape, sizeOf } from '../../operators/shared/shapes.ts';
import {
  activationInput,
  axisOf,
  type Call,
  constantInput,
  type Operator,
  optionalConstant,
  tensorInput,
} from './operator.ts';
import { DOUBLE, FLOAT, INT32, INT64, readTensor, typeName } from './tensors.ts';
import {
  type Activation,
  activation,
  axesOf,
  type Constant,
  dimensionsOf,
  float32,
  integers,
  scalar,
  viewAs,
} from './values.ts';

/** Concatenating a list with itself again and again must not exhaust the memory. */
export const LONGEST_SHAPE = 1024;

/** Integers that the reader has computed. */
export const integerConstant = (
  call: Call,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): Constant => ({
  kind: 'constant',
  name: call.name,
  dims,
  data: Float64Array.from(values),
  integer: true,
});

/** [1, C, H, W] → [1, features]: a node where the order of the elements has to be kept, else only another view. */
function flatten(call: Call, value: Activation): Activation {
  if (value.rank === 2) return value;
  const [, height, width] = call.builder.shape(value.node);
  if (height === 1 && width === 1) return activation(value.node, 2);
  call.builder.add({ op: 'flatten', name: call.name, inputs: [value.node], order: value.order });
  return activation(call.name, 2);
}

export const Flatten: Operator = {
  attributes: ['axis'],
  read: (call) => {
    const value = activationInput(call, 0);
    const axis = axisOf(call, call.attributes.int('axis', 1), value.rank);
    if (axis !== 1) fail('E0204', `Flatten with axis ${axis} is not read; only axis 1 keeps the batch`);
    return flatten(call, value);
  },
};

export const Reshape: Operator = {
  attributes: ['allowzero'],
  read: (call) => {
    const value = tensorInput(call);
    const target = integers(constantInput(call, 1));
    const from = value.kind === 'constant' ? value.dims : dimensionsOf(call.builder, value);
    const dims = resolveShape(call, from, target);
    if (value.kind === 'constant') return { ...value, dims };
    return reshaped(call, value, from, dims);
  },
};

/** The activation under other dimensions: a flatten, or a view that differs by ones only. */
function reshaped(call: Call, value: Activation, from: readonly number[], dims: readonly number[]): Activation {
  if (dims.join() === from.join()) return value;
  if (dims.length === 2 && dims[0] === 1) return flatten(call, value);
  const view = viewAs(call.builder, value, dims);
  if (view !== undefined) return view;
  fail(
    'E0204',
    `${call.type} from ${formatShape(from)} to ${formatShape(dims)} is not read`,
    {},
    'Only a flatten to [batch, features] is, and dimensions of 1 that come or go.',
  );
}

/** The dimensions of a Reshape: 0 keeps one, -1 takes what is left. @throws E0205 where the sizes differ */
function resolveShape(call: Call, from: readonly number[], target: readonly number[]): number[] {
  const keepsZero = call.attributes.int('allowzero', 0) !== 0;
  const dims = target.map((dimension, axis) => (dimension === 0 && !keepsZero ? (from[axis] ?? 0) : dimension));
  const open = dims.indexOf(-1);
  if (open >= 0) dims[open] = sizeOf(from) / sizeOf(dims.filter((_, axis) => axis !== open));
  if (dims.some((dimension) => !Number.isInteger(dimension) || dimension < 0) || sizeOf(dims) !== sizeOf(from)) {
    fail('E0205', `Reshape from ${formatShape(from)} to ${formatShape(target)}`);
  }
  return dims;
}

export const Transpose: Operator = {
  attributes: ['perm'],
  read: (call) => {
    const value = tensorInput(call);
    const rank = value.kind === 'constant' ? value.dims.length : value.rank;
    const order = call.attributes.ints('perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
    if ([...order].sort((a, b) => a - b).join() !== Array.from({ length: rank }, (_, axis) => axis).join()) {
      fail('E0206', `Transpose of ${rank} dimensions has the perm [${order.join(', ')}]`);
    }
    if (value.kind === 'constant') return transposeConstant(value, order);
    if (order[0] !== 0) fail('E0204', `Transpose with the perm [${order.join(', ')}] moves the batch`);
    if (value.rank === 2) return value;
    const axes = order.slice(1).map((axis) => axesOf(value)[axis - 1]!);
    const [first, second, third] = axes as [number, number, number?];
    return { ...value, order: third === undefined ? [first, value.order[1], second] : [first, second, third] };
  },
};

function transposeConstant(constant: Constant, order: readonly number[]): Constant {
  const { dims, data: from } = constant;
  const newDims = order.map((axis) => dims[axis]!);
  const steps = order.map((axis) => sizeOf(dims.slice(axis + 1)));
  const data = from.slice();
  const length = newDims.at(-1) ?? 1;
  const step = steps.at(-1) ?? 1;
  const position = new Array<number>(Math.max(0, dims.length - 1)).fill(0);
  let start = 0;
  for (let row = 0; row < data.length; row += length) {
    for (let index = 0; index < length; index++) data[row + index] = from[start + index * step]!;
    // The next row: the axes before the last count on like an odometer.
    for (let axis = position.length - 1; axis >= 0; axis--) {
      start += steps[axis]!;
      if (++position[axis]! < newDims[axis]!) break;
      start -= steps[axis]! * newDims[axis]!;
      position[axis] = 0;
    }
  }
  return { ...constant, dims: newDims, data };
}

const takesLevels = (): boolean => true;

export const Identity: Operator = {
  attributes: [],
  takesLevels,
  read: (call) => call.inputs[0] ?? fail('E0206', 'Identity has no input'),
};

export const Dropout: Operator = {
  attributes: ['ratio', 'seed'],
  takesLevels,
  read: (call) => {
    const training = optionalConstant(call, 2);
    if (training !== undefined && scalar(training) !== 0) {
      fail('E0204', 'Dropout in training mode is not read', {}, 'Export the model in evaluation mode.');
    }
    return call.inputs[0] ?? fail('E0206', 'Dropout has no input');
  },
};

export const Cast: Operator = {
  attributes: ['round_mode', 'saturate', 'to'],
  takesLevels,
  read: (call) => {
    const [value] = call.inputs;
    const to = call.attributes.int('to', 0);
    if (value === undefined) fail('E0206', 'Cast has no input');
    if (value.kind === 'constant') return castConstant(value, to);
    if (to !== FLOAT && to !== DOUBLE) fail('E0204', `Cast of activations to ${typeName(to)} is not read`);
    return value;
  },
};

function castConstant(constant: Constant, to: number): Constant {
  switch (to) {
    case FLOAT:
      return { ...constant, data: float32(constant), integer: false };
    case DOUBLE:
      return { ...constant, data: Float64Array.from(constant.data), integer: false };
    case INT32:
    case INT64:
      return { ...constant, data: Float64Array.from(constant.data, Math.trunc), integer: true };
    default:
      fail('E0204', `Cast of "${constant.name}" to ${typeName(to)} is not read`);
  }
}

/** The last operator only: it does not change which output is largest. */
export const Softmax: Operator = {
  attributes: ['axis'],
  read: (call) => {
    if (!call.isLast) {
      fail(
        'E0203',
        `${call.type} is read as the last operator only, where it is dropped`,
        {},
        'Cut the network before it.',
      );
    }
    const value = activationInput(call, 0);
    const axis = axisOf(call, call.attributes.int('axis', call.opset < 13 ? 1 : -1), value.rank);
    const dims = dimensionsOf(call.builder, value);
    const overClasses = value.rank === 2 ? axis === 1 : dims[axis] === sizeOf(dims);
    if (!overClasses) fail('E0204', `${call.type} over the axis ${axis} of ${formatShape(dims)} is not read`);
    return value;
  },
};

export const ConstantOperator: Operator = {
  attributes: ['value', 'value_float', 'value_floats', 'value_int', 'value_ints'],
  read: (call) => {
    const { attributes, name } = call;
    const tensor = attributes.tensor('value');
    if (tensor !== undefined) return readTensor(tensor, name, call.files);
    const ints = attributes.ints('value_ints');
    if (ints !== undefined) return integerConstant(call, ints);
    if (attributes.has('value_int')) return integerConstant(call, [attributes.int('value_int', 0)], []);
    const isFloat = attributes.has('value_float');
    const floats = isFloat ? [attributes.float('value_float', 0)] : attributes.floats('value_floats');
    if (floats === undefined) fail('E0206', 'Constant has no value');
    const dims = isFloat ? [] : [floats.length];
    return { kind: 'constant', name, dims, data: Float32Array.from(floats), integer: false };
  },
};

// The following compute the target of a Reshape: exporters write `x.view(x.size(0), -1)` with them.

export const Shape: Operator = {
  attributes: ['end', 'start'],
  read: (call) => {
    const value = tensorInput(call);
    const dims = value.kind === 'constant' ? [...value.dims] : dimensionsOf(call.builder, value);
    return integerConstant(call, dims.slice(call.attributes.int('start', 0), call.attributes.int('end', dims.length)));
  },
};

export const Gather: Operator = {
  attributes: ['axis'],
  read: (call) => {
    const list = constantInput(call, 0);
    const indices = constantInput(call, 1);
    if (list.dims.length !== 1 || indices.dims.length > 1)
      fail('E0203', 'Gather is read in the computation of shapes only');
    const values = integers(list);
    const picked = integers(indices).map((index) => values[axisOf(call, index, values.length)]!);
    return integerConstant(call, picked, indices.dims);
  },
};

/** The axes that Squeeze and Unsqueeze name, in an attribute or (operator set 13 and later) in an input. */
function namedAxes(call: Call): number[] {
  const axes = call.attributes.ints('axes') ?? integers(constantInput(call, 1));
  if (new Set(axes).size !== axes.length || axes.length > LONGEST_SHAPE)
    fail('E0206', `${call.type} has the axes [${axes.join(', ')}]`);
  return axes;
}

export const Unsqueeze: Operator = {
  attributes: ['axes'],
  read: (call) => {
    const value = tensorInput(call);
    const axes = namedAxes(call);
    const from = value.kind === 'constant' ? value.dims : dimensionsOf(call.builder, value);
    const rank = from.length + axes.length;
    const added = new Set(axes.map((axis) => axisOf(call, axis, rank)));
    if (added.size !== axes.length) fail('E0206', `Unsqueeze has the axes [${axes.join(', ')}]`);
    const rest = [...from];
    const dims = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : rest.shift()!));
    return value.kind === 'constant' ? { ...value, dims } : reshaped(call, value, from, dims);
  },
};

export const Squeeze: Operator = {
  attributes: ['axes'],
  read: (call) => {
    const value = tensorInput(call);
    const from = value.kind === 'constant' ? value.dims : dimensionsOf(call.builder, value);
    const removed = new Set(namedAxes(call).map((axis) => axisOf(call, axis, from.length)));
    const long = [...removed].find((axis) => from[axis] !== 1);
    if (long !== undefined) fail('E0205', `Squeeze of the axis ${long} of ${formatShape(from)}, which is not 1`);
    const dims = from.filter((_, axis) => !removed.has(axis));
    return value.kind === 'constant' ? { ...value, dims } : reshaped(call, value, from, dims);
  },
};
