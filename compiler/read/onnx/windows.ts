/**
 * Kernel, stride and padding attributes, which convolution and pooling share. Those of a sequence [C, L] are read as those
 * of an image [C, 1, L].
 */
import { fail, type Shape } from '../../../isa/index.ts';
import type { Padding, Pair, Tensor } from '../../ir/ann.ts';
import { formatShape, type Windows } from '../../operators/shared/shapes.ts';
import { type Call, dimensionsOf, type Image } from './operator.ts';

/** @throws E0204 for values that are not read, E0206 for attributes of the wrong length */
export function readWindows(call: Call, input: Image, kernel: Pair): Windows {
  const stride = pairAttribute(call, 'strides', input.rank) ?? [1, 1];
  const dilation = pairAttribute(call, 'dilations', input.rank) ?? [1, 1];
  const padding = readPadding(call, input.shape, input.rank, { kernel, stride, dilation });
  return { stride, dilation, padding };
}

/** Two positive integers (one for a sequence), or undefined where the attribute is absent. */
export function pairAttribute(call: Call, name: string, rank: 3 | 4): Pair | undefined {
  const values = call.attributes.ints(name);
  if (values === undefined) return undefined;
  if (values.length !== rank - 2) {
    fail('E0206', `${call.type} has "${name}" with ${values.length} values instead of ${rank - 2}`);
  }
  if (values.some((value) => value < 1)) fail('E0206', `${call.type} has "${name}" [${values.join(', ')}]`);
  return rank === 4 ? [values[0]!, values[1]!] : [1, values[0]!];
}

interface Steps {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
}

function readPadding(call: Call, input: Shape, rank: 3 | 4, { kernel, stride, dilation }: Steps): Padding {
  const mode = call.attributes.string('auto_pad', 'NOTSET');
  if (mode === 'VALID') return [0, 0, 0, 0];
  if (mode === 'SAME_UPPER' || mode === 'SAME_LOWER') {
    const [top, bottom] = samePadding(input[1], kernel[0], stride[0], dilation[0], mode);
    const [left, right] = samePadding(input[2], kernel[1], stride[1], dilation[1], mode);
    return [top, left, bottom, right];
  }
  if (mode !== 'NOTSET') fail('E0204', `${call.type} has auto_pad "${mode}"`);
  const pads = call.attributes.ints('pads') ?? Array<number>(2 * (rank - 2)).fill(0);
  return asPadding(call, pads, rank);
}

/** @throws E0204 for negative values, E0206 for another number of values than 4 (2 for a sequence) */
export function asPadding(call: Call, pads: readonly number[], rank: 3 | 4): Padding {
  const count = 2 * (rank - 2);
  if (pads.length !== count) fail('E0206', `${call.type} has ${pads.length} pads instead of ${count}`);
  if (pads.some((value) => value < 0)) fail('E0204', `${call.type} has negative pads [${pads.join(', ')}]`);
  return rank === 4 ? (pads as unknown as Padding) : [0, pads[0]!, 0, pads[1]!];
}

/** Padding so that the output has ceil(n / stride) positions; the odd one goes to the end for SAME_UPPER. */
function samePadding(n: number, kernel: number, stride: number, dilation: number, mode: string): [number, number] {
  const total = Math.max(0, (Math.ceil(n / stride) - 1) * stride + dilation * (kernel - 1) + 1 - n);
  const small = Math.floor(total / 2);
  return mode === 'SAME_UPPER' ? [small, total - small] : [total - small, small];
}

/**
 * What the last windows reach beyond the padded image in ceil_mode, below and to the right. A window that would begin in the
 * padding at the end is none, as ONNX Runtime has it.
 */
export function overhang(call: Call, [, ...sizes]: Shape, kernel: Pair, { stride, padding, dilation }: Windows): Pair {
  if (call.attributes.int('ceil_mode', 0) === 0) return [0, 0];
  const of = (axis: 0 | 1): number => {
    const space = sizes[axis] + padding[axis] + padding[axis + 2]!;
    const reach = dilation[axis] * (kernel[axis] - 1) + 1;
    let count = Math.ceil((space - reach) / stride[axis]) + 1;
    if ((count - 1) * stride[axis] >= sizes[axis] + padding[axis]) count--;
    return Math.max(0, (count - 1) * stride[axis] + reach - space);
  };
  return [of(0), of(1)];
}

/** Kernels for an input: those of a sequence [C, L] as those of an image [C, 1, L]. @throws E0205 where they have not its rank */
export function imageKernels(call: Call, { shape: own, data }: Tensor, input: Image): Tensor {
  if (own.length !== input.rank)
    fail('E0205', `${call.type} has weights ${formatShape(own)}, but its input is ${formatShape(dimensionsOf(input))}`);
  return { shape: own.length === 4 ? own : [own[0]!, own[1]!, 1, own[2]!], data };
}
