/** Two convolutions in a row as one, where that is exact at the border too. */
import type { Shape } from '../../../isa/index.ts';
import type { AnnNode } from '../../ann/ann.ts';
import type { Padding, Pair } from '../../ir/ann.ts';

export type ConvNode = Extract<AnnNode, { op: 'conv' }>;
type AffineNode = Extract<AnnNode, { op: 'affine' }>;

/** A convolution that does what the node does; undefined where none does. */
export function asConvolution(node: AnnNode): ConvNode | undefined {
  if (node.op === 'conv') return node;
  if (node.op !== 'averagePool' || (!node.countPadding && node.padding.some((pad) => pad > 0))) return undefined;
  const { name, inputs, shape, kernel, stride, padding } = node;
  const [channels] = shape;
  const taps = kernel[0] * kernel[1];
  const weight = { shape: [channels, 1, ...kernel], data: new Float32Array(channels * taps).fill(1 / taps) };
  return { op: 'conv', name, inputs, shape, weight, stride, padding, dilation: [1, 1], groups: channels };
}

/** With factors and shifts per channel behind it; undefined for shifts per element. */
export function scaledConvolution(conv: ConvNode, { scale, shift }: AffineNode): ConvNode | undefined {
  if (shift.length !== scale.length) return undefined;
  const perChannel = conv.weight.data.length / scale.length;
  const data = conv.weight.data.map((w, k) => w * scale[Math.floor(k / perChannel)]!);
  const bias = Float32Array.from(scale, (factor, c) => factor * (conv.bias?.data[c] ?? 0) + shift[c]!);
  return { ...conv, weight: { ...conv.weight, data }, bias: { shape: [bias.length], data: bias } };
}

/** A convolution, and a shift per element behind it where the bias of the first ends at a border of the second. */
export interface Composed {
  readonly conv: Omit<ConvNode, 'shape'>;
  readonly shift: Float32Array | undefined;
}

/**
 * The second behind the first. Zeros around the image between them are zeros around that of the first only where the first
 * looks at one pixel; with padding otherwise the two are not one convolution.
 *
 * @returns undefined also where the whole would have more synapses, or take more products of weights, than `most`
 */
export function composeConvolutions(
  first: ConvNode,
  second: ConvNode,
  most: { readonly synapses: number; readonly products: number },
): Composed | undefined {
  const windows = composeWindows(first, second);
  if (windows === undefined) return undefined;
  const { kernel, dilation, placeOf } = windows;
  const [mid, inFirst, rows, columns] = kernelsOf(first);
  const [out, inSecond, rows2, columns2] = kernelsOf(second);
  const groups = groupsOf(first, second);
  const inputs = inFirst * first.groups;
  const inGroup = inputs / groups;
  const taps = kernel[0] * kernel[1];
  // Before anything is allocated or computed.
  if (out * inGroup * taps * second.shape[1] * second.shape[2] > most.synapses) return undefined;
  if (second.weight.data.length * inFirst * rows * columns > most.products) return undefined;
  const data = new Float64Array(out * inGroup * taps);
  const [perOut, perMid] = [out / second.groups, mid / first.groups];
  for (let o = 0; o < out; o++)
    for (let m = 0; m < inSecond; m++) {
      const middle = Math.floor(o / perOut) * inSecond + m;
      const start = Math.floor(middle / perMid) * inFirst - Math.floor(o / (out / groups)) * inGroup;
      for (let k2 = 0; k2 < rows2 * columns2; k2++) {
        const w = second.weight.data[(o * inSecond + m) * rows2 * columns2 + k2]!;
        for (let k = 0; k < inFirst * rows * columns; k++) {
          const channel = start + Math.floor(k / (rows * columns));
          const y = placeOf(0, Math.floor(k / columns) % rows, Math.floor(k2 / columns2));
          const x = placeOf(1, k % columns, k2 % columns2);
          const at = (o * inGroup + channel) * taps + y * kernel[1] + x;
          data[at]! += w * first.weight.data[middle * inFirst * rows * columns + k]!;
        }
      }
    }
  const weight = { shape: [out, inGroup, ...kernel], data: Float32Array.from(data) };
  const { padding, stride } = windows;
  const conv = {
    op: 'conv' as const,
    name: second.name,
    inputs: first.inputs,
    weight,
    stride,
    padding,
    dilation,
    groups,
  };
  return withBias(conv, first, second);
}

const kernelsOf = ({ weight }: ConvNode): [number, number, number, number] =>
  weight.shape as [number, number, number, number];

/** Groups of the whole: those of the first where the second leaves channels apart, else those that both have. */
function groupsOf(first: ConvNode, second: ConvNode): number {
  if (second.groups === kernelsOf(first)[0]) return first.groups;
  return first.groups === second.groups ? first.groups : 1;
}

interface ComposedWindows {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Padding;
  /** Row (axis 0) or column of the whole kernel, from those of the two. */
  readonly placeOf: (axis: 0 | 1, first: number, second: number) => number;
}

function composeWindows(first: ConvNode, second: ConvNode): ComposedWindows | undefined {
  const isPadded = second.padding.some((pad) => pad > 0);
  const [sizes, sizes2] = [kernelsOf(first).slice(2), kernelsOf(second).slice(2)] as [number[], number[]];
  const isPixel = sizes.every((size) => size === 1) && first.padding.every((pad) => pad === 0);
  if (isPadded && !isPixel) return undefined;
  const axes = [0, 1].map((axis) => {
    const [step, own, other] = [first.stride[axis]!, first.dilation[axis]!, second.dilation[axis]!];
    // Taps that lie apart stay apart where one of the two has but one.
    if (sizes2[axis] === 1) return { size: sizes[axis]!, dilation: own, place: (k: number) => k };
    if (sizes[axis] === 1) return { size: sizes2[axis]!, dilation: other * step, place: (_: number, k2: number) => k2 };
    const size = (sizes[axis]! - 1) * own + (sizes2[axis]! - 1) * other * step + 1;
    return { size, dilation: 1, place: (k: number, k2: number) => k * own + k2 * other * step };
  });
  const stride = [0, 1].map((axis) => first.stride[axis]! * second.stride[axis]!) as unknown as Pair;
  const padding = first.padding.map((pad, side) => pad + second.padding[side]! * first.stride[side % 2]!);
  return {
    kernel: axes.map(({ size }) => size) as unknown as Pair,
    dilation: axes.map(({ dilation }) => dilation) as unknown as Pair,
    stride,
    padding: padding as unknown as Padding,
    placeOf: (axis, k, k2) => axes[axis]!.place(k, k2),
  };
}

/** The second's own bias, and what it makes of that of the first. */
function withBias(conv: Composed['conv'], first: ConvNode, second: ConvNode): Composed | undefined {
  const [out, inSecond, rows, columns] = kernelsOf(second);
  const taps = rows * columns;
  const perOut = out / second.groups;
  const own = (o: number): number => second.bias?.data[o] ?? 0;
  const inner = first.bias?.data;
  if (inner === undefined && second.bias === undefined) return { conv, shift: undefined };
  const part = (o: number, isInside: (k: number) => boolean): number => {
    let sum = own(o);
    for (let k = 0; k < inSecond * taps; k++)
      if (inner !== undefined && isInside(k))
        sum +=
          second.weight.data[o * inSecond * taps + k]! *
          inner[Math.floor(o / perOut) * inSecond + Math.floor(k / taps)]!;
    return sum;
  };
  if (inner === undefined || inner.every((b) => b === 0) || second.padding.every((pad) => pad === 0)) {
    const bias = Float32Array.from({ length: out }, (_, o) => part(o, () => true));
    return { conv: { ...conv, bias: { shape: [out], data: bias } }, shift: undefined };
  }
  const [, height, width] = first.shape;
  const [, outRows, outColumns]: Shape = second.shape;
  const shift = Float32Array.from({ length: out * outRows * outColumns }, (_, n) => {
    const top = (Math.floor(n / outColumns) % outRows) * second.stride[0] - second.padding[0];
    const left = (n % outColumns) * second.stride[1] - second.padding[1];
    return part(Math.floor(n / (outRows * outColumns)), (k) => {
      const y = top + (Math.floor(k / columns) % rows) * second.dilation[0];
      const x = left + (k % columns) * second.dilation[1];
      return y >= 0 && x >= 0 && y < height && x < width;
    });
  });
  return { conv, shift };
}
