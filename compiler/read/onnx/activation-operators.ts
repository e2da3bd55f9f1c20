/** Activations and pooling. */
import { fail } from '../../../isa/index.ts';
import type { Pair } from '../../ir/ann.ts';
import { formatShape } from '../../operators/shared/shapes.ts';
import { clipLevels } from './levels.ts';
import {
  activationInput,
  axisOf,
  type Call,
  constantInput,
  type Operator,
  optionalConstant,
  spatialInput,
} from './operator.ts';
import { type Activation, activation, axesOf, dimensionsOf, integers, scalar, type Value, viewAs } from './values.ts';
import { asPadding, pairAttribute, readWindows } from './windows.ts';

/** Exporters write the largest float for "not clipped". */
const LARGEST_FLOAT = 3.4028234663852886e38;

const takesLevels = (): boolean => true;

export const Relu: Operator = { attributes: [], takesLevels, read: (call) => clip(call, 0, Infinity) };

export const Clip: Operator = {
  attributes: ['max', 'min'],
  takesLevels,
  read: (call) => {
    const bound = (index: number, name: string, absent: number): number => {
      const constant = optionalConstant(call, index);
      return constant === undefined ? call.attributes.float(name, absent) : scalar(constant);
    };
    const min = bound(1, 'min', -LARGEST_FLOAT);
    const max = bound(2, 'max', LARGEST_FLOAT);
    if (Number.isNaN(min) || Number.isNaN(max)) fail('E0208', `Clip has the limits ${min} and ${max}`);
    return clip(call, min, max);
  },
};

/** `torch.clamp` with tensors becomes Max and Min; one of the two inputs is a constant. */
function limit(call: Call): { index: number; bound: number } {
  if (call.inputs.length !== 2) fail('E0204', `${call.type} of ${call.inputs.length} inputs is not read`);
  const index = call.inputs[0]?.kind === 'constant' ? 1 : 0;
  const constant = constantInput(call, 1 - index);
  if (constant.data.length !== 1) fail('E0204', `${call.type} with a limit per element or channel is not read`);
  return { index, bound: scalar(constant) };
}

export const Max: Operator = {
  attributes: [],
  takesLevels,
  read: (call) => {
    const { index, bound } = limit(call);
    return clip(call, bound, Infinity, index);
  },
};

export const Min: Operator = {
  attributes: [],
  takesLevels,
  read: (call) => {
    const { index, bound } = limit(call);
    const value = call.inputs[index];
    const isRectified = value?.kind === 'activation' && call.builder.node(value.node).op === 'relu';
    return clip(call, isRectified ? 0 : -Infinity, bound, index);
  },
};

function clip(call: Call, min: number, max: number, index = 0): Value {
  const levels = call.inputs[index];
  if (levels?.kind === 'levels') return clipLevels(levels, min, max);
  if (min !== 0)
    fail(
      'E0204',
      `${call.type} from ${min} is not read`,
      {},
      'Spiking neurons need an activation clipped at 0 from below.',
    );
  if (max <= 0) fail('E0204', `${call.type} to ${max} is not read: its output would be constant`);
  const value = activationInput(call, index);
  call.builder.add({ op: 'relu', name: call.name, inputs: [value.node], ...(max < LARGEST_FLOAT && { max }) });
  return { ...value, node: call.name };
}

export const AveragePool: Operator = {
  attributes: ['auto_pad', 'ceil_mode', 'count_include_pad', 'dilations', 'kernel_shape', 'pads', 'strides'],
  read: (call) => {
    const input = spatialInput(call);
    const kernel = pairAttribute(call, 'kernel_shape', input.rank) ?? fail('E0206', 'AveragePool has no kernel_shape');
    const shape = call.builder.shape(input.node);
    const { stride, padding, dilation } = readWindows(call, input, kernel);
    if (dilation.join() !== '1,1') fail('E0204', 'AveragePool with dilations is not read');
    if (call.attributes.int('ceil_mode', 0) !== 0) {
      const rests = [0, 1].map(
        (axis) => (shape[axis + 1]! + padding[axis]! + padding[axis + 2]! - kernel[axis]!) % stride[axis]!,
      );
      if (rests.some((rest) => rest !== 0))
        fail('E0204', 'AveragePool with ceil_mode = 1 is not read where windows overhang');
    }
    const countPadding = call.attributes.int('count_include_pad', 0) !== 0;
    const { name } = call;
    call.builder.add({ op: 'averagePool', name, inputs: [input.node], kernel, stride, padding, countPadding });
    return activation(name, input.rank);
  },
};

export const GlobalAveragePool: Operator = {
  attributes: [],
  read: (call) => poolWholly(call, spatialInput(call), [1, 2]),
};

export const ReduceMean: Operator = {
  attributes: ['axes', 'keepdims', 'noop_with_empty_axes'],
  read: (call) => {
    const value = activationInput(call, 0);
    const constant = optionalConstant(call, 1);
    const axes = (constant === undefined ? call.attributes.ints('axes') : integers(constant)) ?? [];
    const dims = dimensionsOf(call.builder, value);
    const reduced = new Set(axes.map((axis) => axisOf(call, axis, dims.length)));
    const nodeAxes = value.rank === 2 ? [] : [...reduced].map((position) => axesOf(value)[position - 1] ?? 0);
    if (nodeAxes.length === 0 || nodeAxes.includes(0)) {
      fail(
        'E0204',
        `ReduceMean over the axes [${axes.join(', ')}] is not read`,
        {},
        'Only the mean over height and width is.',
      );
    }
    const keeps = call.attributes.int('keepdims', 1) !== 0;
    const pooled = poolWholly(call, value, nodeAxes);
    if (keeps) return pooled;
    const left = dims.filter((_, axis) => !reduced.has(axis));
    if (left.length === 2) return activation(pooled.node, 2);
    return viewAs(call.builder, pooled, left) ?? fail('E0204', `ReduceMean to ${formatShape(left)} is not read`);
  },
};

/** The mean over whole axes of the node: 1 its height, 2 its width. */
function poolWholly(call: Call, value: Activation, axes: readonly number[]): Activation {
  const shape = call.builder.shape(value.node);
  const kernel: Pair = [axes.includes(1) ? shape[1] : 1, axes.includes(2) ? shape[2] : 1];
  const { name } = call;
  call.builder.add({
    op: 'averagePool',
    name,
    inputs: [value.node],
    kernel,
    stride: kernel,
    padding: [0, 0, 0, 0],
    countPadding: false,
  });
  return { ...value, node: name };
}

export const Pad: Operator = {
  attributes: ['mode', 'pads', 'value'],
  read: (call) => {
    const input = spatialInput(call);
    const mode = call.attributes.string('mode', 'constant');
    if (mode !== 'constant') fail('E0204', `Pad with mode "${mode}" is not read`);
    const valueConstant = optionalConstant(call, 2);
    const value = valueConstant === undefined ? call.attributes.float('value', 0) : scalar(valueConstant);
    if (value !== 0) fail('E0204', `Pad with the value ${value} is not read; only zero padding is`);
    const padding = asPadding(call, spatialPads(call, input.rank), input.rank);
    if (padding.every((count) => count === 0)) return input;
    call.builder.add({ op: 'pad', name: call.name, inputs: [input.node], padding });
    return activation(call.name, input.rank);
  },
};

/** [top, left, bottom, right] ([left, right] for a sequence) of a pad list [begins…, ends…] over the axes named, or all. */
function spatialPads(call: Call, rank: 3 | 4): number[] {
  const constant = optionalConstant(call, 1);
  const pads = constant === undefined ? call.attributes.ints('pads') : integers(constant);
  if (pads === undefined) fail('E0206', 'Pad has no pads');
  const axesConstant = optionalConstant(call, 3);
  const axes = (axesConstant === undefined ? [0, 1, 2, 3].slice(0, rank) : integers(axesConstant)).map((axis) =>
    axisOf(call, axis, rank),
  );
  if (pads.length !== 2 * axes.length || new Set(axes).size !== axes.length) {
    fail('E0206', `Pad has ${pads.length} pads for the axes [${axes.join(', ')}]`);
  }
  const spatial = rank - 2;
  const result = Array<number>(2 * spatial).fill(0);
  for (const [index, axis] of axes.entries()) {
    const [begin, end] = [pads[index]!, pads[index + axes.length]!];
    if (axis >= 2) {
      result[axis - 2] = begin;
      result[axis - 2 + spatial] = end;
    } else if (begin !== 0 || end !== 0) {
      fail('E0204', `Pad of the ${axis === 0 ? 'batch' : 'channels'} is not read`);
    }
  }
  return result;
}
