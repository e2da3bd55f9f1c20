/** Transposed convolution: a convolution where it does not spread its input out, else single connections. */
import { fail, type Shape } from '../../../../isa/index.ts';
import type { Padding, Pair, Tensor } from '../../../ir/ann.ts';
import { formatShape, sizeOf, type Windows } from '../../../operators/shared/shapes.ts';
import { LARGEST_TENSOR } from '../../../ann/infer-shape.ts';
import { MOST_LISTED } from '../../../ir/listed.ts';
import {
  type Call,
  constantInput,
  type Image,
  imageInput,
  imageOf,
  type OnnxOperators,
  optionalConstant,
} from '../operator.ts';
import { tensor } from '../values.ts';
import { imageKernels, readWindows } from '../windows.ts';

export const convTranspose = {
  ConvTranspose: {
    attributes: ['auto_pad', 'dilations', 'group', 'kernel_shape', 'output_padding', 'output_shape', 'pads', 'strides'],
    read: (call) => {
      const kernels = tensor(constantInput(call, 1));
      const input = imageInput(call);
      const weight = imageKernels(call, kernels, input);
      if (
        call.attributes.has('output_shape') ||
        !['NOTSET', 'VALID'].includes(call.attributes.string('auto_pad', 'NOTSET'))
      )
        fail(
          'E0204',
          'ConvTranspose with output_shape or auto_pad is not read',
          {},
          'Give its pads and output_padding.',
        );
      const groups = call.attributes.int('group', 1);
      if (weight.shape[0] !== input.shape[0] || input.shape[0] % groups !== 0)
        fail('E0205', `ConvTranspose has weights ${formatShape(kernels.shape)} for ${input.shape[0]} channels`);
      const extra = call.attributes.ints('output_padding') ?? [0, 0].slice(0, input.rank - 2);
      const [below, beside] = input.rank === 4 ? [extra[0]!, extra[1]!] : [0, extra[0]!];
      const windows = readWindows(call, input, [weight.shape[2]!, weight.shape[3]!]);
      const spread = { weight, groups, windows, more: [below, beside] as const };
      const bias = optionalConstant(call, 2);
      addSpread(call, input, spread, bias && tensor(bias));
      return imageOf(call, call.name, input);
    },
  },
} satisfies OnnxOperators;

interface Spread {
  /** [in, out/groups, height, width] */
  readonly weight: Tensor;
  readonly groups: number;
  readonly windows: Windows;
  /** Rows and columns more at the end. */
  readonly more: Pair;
}

function addSpread(call: Call, input: Image, spread: Spread, bias: Tensor | undefined): void {
  const { weight, groups, windows, more } = spread;
  const { stride, padding, dilation } = windows;
  const [inputs, outGroup, rows, columns] = weight.shape as [number, number, number, number];
  const { builder, name } = call;
  const [, height, width] = input.shape;
  const size = (axis: 0 | 1, length: number, kernel: number): number =>
    (length - 1) * stride[axis] + dilation[axis] * (kernel - 1) + 1 - padding[axis] - padding[axis + 2]! + more[axis];
  const shape = [outGroup * groups, size(0, height, rows), size(1, width, columns)] as const;
  const border = [0, 1, 2, 3].map((side) => {
    const reach = dilation[side % 2]! * ([rows, columns][side % 2]! - 1);
    return reach - padding[side]! + (side >= 2 ? more[side % 2]! : 0);
  }) as unknown as Padding;
  if (stride.every((step) => step === 1) && border.every((pad) => pad >= 0)) {
    const kernels = { shape: [outGroup * groups, inputs / groups, rows, columns], data: flipped(weight, groups) };
    builder.add({
      op: 'conv',
      name,
      inputs: [input.node],
      weight: kernels,
      ...(bias && { bias }),
      stride,
      padding: border,
      dilation,
      groups,
    });
    return;
  }
  if (!(sizeOf(shape) <= LARGEST_TENSOR))
    fail('E0209', `ConvTranspose to ${formatShape(shape)} has more than ${LARGEST_TENSOR} elements`);
  const found = connectionsOf(input, spread, shape);
  const area = shape[1] * shape[2];
  const perNeuron = bias && {
    shape: [shape[0] * area],
    data: Float32Array.from({ length: shape[0] * area }, (_, k) => bias.data[Math.floor(k / area)]!),
  };
  builder.add({ op: 'sparse', name, inputs: [input.node], ...found, ...(perNeuron && { bias: perNeuron }), shape });
}

/** [in, out/groups, …] → [out, in/groups, …], turned by half a turn. */
function flipped({ shape, data }: Tensor, groups: number): Float32Array {
  const [inputs, outGroup, rows, columns] = shape as [number, number, number, number];
  const taps = rows * columns;
  const inGroup = inputs / groups;
  const result = new Float32Array(data.length);
  for (let i = 0; i < inputs; i++)
    for (let o = 0; o < outGroup; o++)
      for (let tap = 0; tap < taps; tap++) {
        const out = Math.floor(i / inGroup) * outGroup + o;
        result[(out * inGroup + (i % inGroup)) * taps + taps - 1 - tap] = data[(i * outGroup + o) * taps + tap]!;
      }
  return result;
}

/** One connection per weight and place that it reaches. @throws E0209 for more than a network may have */
function connectionsOf(input: Image, { weight, groups, windows }: Spread, [, outRows, outColumns]: Shape) {
  const [inputs, outGroup, rows, columns] = weight.shape as [number, number, number, number];
  const { stride, padding, dilation } = windows;
  const [, height, width] = input.shape;
  if (inputs * height * width * outGroup * rows * columns > MOST_LISTED)
    fail('E0209', `ConvTranspose has more than ${MOST_LISTED} connections`);
  const [pre, post, weights]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < inputs; i++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let k = 0; k < outGroup * rows * columns; k++) {
          const row = y * stride[0] + (Math.floor(k / columns) % rows) * dilation[0] - padding[0];
          const column = x * stride[1] + (k % columns) * dilation[1] - padding[1];
          if (row < 0 || column < 0 || row >= outRows || column >= outColumns) continue;
          const out = Math.floor(i / (inputs / groups)) * outGroup + Math.floor(k / (rows * columns));
          pre.push((i * height + y) * width + x);
          post.push((out * outRows + row) * outColumns + column);
          weights.push(weight.data[i * outGroup * rows * columns + k]!);
        }
  return { pre: Uint32Array.from(pre), post: Uint32Array.from(post), weight: Float32Array.from(weights) };
}
