/**
 * The constant part of a linear expression under the operators: per channel as long as it is uniform within channels, else
 * per neuron (a shift before a convolution with zero padding differs at the border).
 */
import { shapeSize, type Shape } from '../../isa/index.ts';
import type { AveragePoolNode, ConvNode, Padding } from '../ir/ann.ts';

interface Biased {
  readonly bias: Float64Array;
  readonly shape: Shape;
}

export const isZero = (bias: Float64Array): boolean => bias.every((b) => b === 0);

/** One value per neuron, NCHW. */
export function perNeuron(bias: Float64Array, shape: Shape): Float64Array {
  const size = shapeSize(shape);
  if (bias.length === size) return bias;
  const area = size / shape[0];
  return Float64Array.from({ length: size }, (_, k) => bias[Math.floor(k / area)]!);
}

export function addBiases(a: Float64Array, b: Float64Array, shape: Shape): Float64Array {
  if (a.length === b.length) return a.map((value, k) => value + b[k]!);
  const whole = perNeuron(b, shape);
  return perNeuron(a, shape).map((value, k) => value + whole[k]!);
}

/** What the convolution makes of the constant part of its input; its own bias is not added. */
export function convolveBias(e: Biased, node: ConvNode): Float64Array {
  const [out, inGroup, kernelRows, kernelColumns] = node.weight.shape as [number, number, number, number];
  if (isZero(e.bias)) return new Float64Array(out);
  const outGroup = out / node.groups;
  const taps = kernelRows * kernelColumns;
  const { data } = node.weight;
  if (e.bias.length === e.shape[0] && node.padding.every((p) => p === 0)) {
    const bias = new Float64Array(out);
    for (let k = 0; k < data.length; k++) {
      const o = Math.floor(k / (inGroup * taps));
      bias[o]! += data[k]! * e.bias[Math.floor(o / outGroup) * inGroup + (Math.floor(k / taps) % inGroup)]!;
    }
    return bias;
  }
  const input = perNeuron(e.bias, e.shape);
  const [, rows, columns] = e.shape;
  const [, outRows, outColumns] = node.shape;
  const bias = new Float64Array(shapeSize(node.shape));
  for (let n = 0; n < bias.length; n++) {
    const o = Math.floor(n / (outRows * outColumns));
    const top = (Math.floor(n / outColumns) % outRows) * node.stride[0] - node.padding[0];
    const left = (n % outColumns) * node.stride[1] - node.padding[1];
    const first = Math.floor(o / outGroup) * inGroup;
    for (let k = 0; k < inGroup * taps; k++) {
      const y = top + (Math.floor(k / kernelColumns) % kernelRows) * node.dilation[0];
      const x = left + (k % kernelColumns) * node.dilation[1];
      if (y < 0 || x < 0 || y >= rows || x >= columns) continue;
      bias[n]! += data[o * inGroup * taps + k]! * input[((first + Math.floor(k / taps)) * rows + y) * columns + x]!;
    }
  }
  return bias;
}

/** Zeros around the constant part; `shape` is that with the border. */
export function padBias(e: Biased, [top, left]: Padding, shape: Shape): Float64Array {
  if (isZero(e.bias)) return new Float64Array(shape[0]);
  const [channels, rows, columns] = e.shape;
  const input = perNeuron(e.bias, e.shape);
  const bias = new Float64Array(shapeSize(shape));
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        bias[(c * shape[1] + top + y) * shape[2] + left + x] = input[(c * rows + y) * columns + x]!;
  return bias;
}

/** The mean over each window, of which padding counts as zero. */
export function poolBias(e: Biased, node: AveragePoolNode): Float64Array {
  if (isZero(e.bias)) return new Float64Array(e.shape[0]);
  if (e.bias.length === e.shape[0] && node.padding.every((p) => p === 0)) return e.bias;
  const [channels, rows, columns] = e.shape;
  const [, outRows, outColumns] = node.shape;
  const input = perNeuron(e.bias, e.shape);
  const bias = new Float64Array(channels * outRows * outColumns);
  for (let n = 0; n < bias.length; n++) {
    const c = Math.floor(n / (outRows * outColumns));
    const top = (Math.floor(n / outColumns) % outRows) * node.stride[0] - node.padding[0];
    const left = (n % outColumns) * node.stride[1] - node.padding[1];
    for (let y = Math.max(top, 0); y < Math.min(top + node.kernel[0], rows); y++)
      for (let x = Math.max(left, 0); x < Math.min(left + node.kernel[1], columns); x++)
        bias[n]! += input[(c * rows + y) * columns + x]!;
    bias[n]! /= node.kernel[0] * node.kernel[1];
  }
  return bias;
}
