/** Activations and pooling. */
import { fail } from '../../../isa/index.ts';
import type { Pair } from '../../ir/ann.ts';
import { activationInput, axisOf, type Call, imageInput, type Operator, optionalConstant } from './operator.ts';
import { type Activation, activation, dimensionsOf, integers, scalar, type Value } from './values.ts';
import { asPadding, pairAttribute, readWindows } from './windows.ts';

/** Exporters write the largest float for "not clipped". */
const LARGEST_FLOAT = 3.4028234663852886e38;

export const Relu: Operator = { attributes: [], read: (call) => rectify(call, undefined) };

export const Clip: Operator = {
  attributes: ['max', 'min'],
  read: (call) => {
    const bound = (index: number, name: string, absent: number): number => {
      const constant = optionalConstant(call, index);
      return constant === undefined ? call.attributes.float(name, absent) : scalar(constant);
    };
    const min = bound(1, 'min', -LARGEST_FLOAT);
    const max = bound(2, 'max', LARGEST_FLOAT);
    if (Number.isNaN(min) || Number.isNaN(max)) fail('E0208', `Clip has the limits ${min} and ${max}`);
    if (min !== 0)
      fail('E0204', `Clip from ${min} is not read`, {}, 'Spiking neurons need an activation clipped at 0 from below.');
    if (max <= 0) fail('E0204', `Clip to ${max} is not read: its output would be constant`);
    return rectify(call, max >= LARGEST_FLOAT ? undefined : max);
  },
};

function rectify(call: Call, max: number | undefined): Value {
  const value = activationInput(call, 0);
  call.builder.add({ op: 'relu', name: call.name, inputs: [value.node], ...(max !== undefined && { max }) });
  return { ...value, node: call.name };
}

export const AveragePool: Operator = {
  attributes: ['auto_pad', 'ceil_mode', 'count_include_pad', 'dilations', 'kernel_shape', 'pads', 'strides'],
  read: (call) => {
    const input = imageInput(call);
    const kernel = pairAttribute(call, 'kernel_shape') ?? fail('E0206', 'AveragePool has no kernel_shape');
    const shape = call.builder.shape(input.node);
    const { stride, padding, dilation } = readWindows(call, shape, kernel);
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
    return activation(name, 4);
  },
};

export const GlobalAveragePool: Operator = { attributes: [], read: (call) => poolGlobally(call, imageInput(call)) };

export const ReduceMean: Operator = {
  attributes: ['axes', 'keepdims', 'noop_with_empty_axes'],
  read: (call) => {
    const value = activationInput(call, 0);
    const constant = optionalConstant(call, 1);
    const axes = (constant === undefined ? call.attributes.ints('axes') : integers(constant)) ?? [];
    const dims = dimensionsOf(call.builder, value);
    const reduced = new Set(axes.map((axis) => axisOf(call, axis, dims.length)));
    const spatial = value.order.flatMap((axis, position) => (axis === 0 ? [] : [position + 1]));
    if (value.rank !== 4 || [...reduced].sort().join() !== spatial.join()) {
      fail(
        'E0204',
        `ReduceMean over the axes [${axes.join(', ')}] is not read`,
        {},
        'Only the mean over height and width is.',
      );
    }
    const keeps = call.attributes.int('keepdims', 1) !== 0;
    const pooled = poolGlobally(call, value);
    return keeps ? { ...pooled, order: value.order } : activation(pooled.node, 2);
  },
};

function poolGlobally(call: Call, value: Activation): Activation {
  const [, height, width] = call.builder.shape(value.node);
  const kernel: Pair = [height, width];
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
  return activation(name, 4);
}

export const Pad: Operator = {
  attributes: ['mode', 'pads', 'value'],
  read: (call) => {
    const input = imageInput(call);
    const mode = call.attributes.string('mode', 'constant');
    if (mode !== 'constant') fail('E0204', `Pad with mode "${mode}" is not read`);
    const valueConstant = optionalConstant(call, 2);
    const value = valueConstant === undefined ? call.attributes.float('value', 0) : scalar(valueConstant);
    if (value !== 0) fail('E0204', `Pad with the value ${value} is not read; only zero padding is`);
    const padding = asPadding(call, spatialPads(call));
    if (padding.every((count) => count === 0)) return input;
    call.builder.add({ op: 'pad', name: call.name, inputs: [input.node], padding });
    return activation(call.name, 4);
  },
};

/** [top, left, bottom, right] of a pad list [begins…, ends…] over the axes named, or all four. */
function spatialPads(call: Call): number[] {
  const constant = optionalConstant(call, 1);
  const pads = constant === undefined ? call.attributes.ints('pads') : integers(constant);
  if (pads === undefined) fail('E0206', 'Pad has no pads');
  const axesConstant = optionalConstant(call, 3);
  const axes = (axesConstant === undefined ? [0, 1, 2, 3] : integers(axesConstant)).map((axis) =>
    axisOf(call, axis, 4),
  );
  if (pads.length !== 2 * axes.length || new Set(axes).size !== axes.length) {
    fail('E0206', `Pad has ${pads.length} pads for the axes [${axes.join(', ')}]`);
  }
  const result = [0, 0, 0, 0];
  for (const [index, axis] of axes.entries()) {
    const [begin, end] = [pads[index]!, pads[index + axes.length]!];
    if (axis >= 2) {
      result[axis - 2] = begin;
      result[axis] = end;
    } else if (begin !== 0 || end !== 0) {
      fail('E0204', `Pad of the ${axis === 0 ? 'batch' : 'channels'} is not read`);
    }
  }
  return result;
}
