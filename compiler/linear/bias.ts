/**
 * The constant part of a linear expression under the operators: per channel as long as it is uniform within channels, else
 * per neuron (a shift before a convolution with zero padding differs at the border).
 */
import { shapeSize, type Shape } from '../../isa/index.ts';

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
