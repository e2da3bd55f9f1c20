/** How many synapses an event of each element of a source reaches, by what the network says, wherever it lies on a chip. */
import type { ConvOperator, QuantisedBranch, StoredWeights } from '../../compiler/ir/layers.ts';
import { type Shape, shapeSize } from '../../isa/index.ts';

/** A number for each element of the source after pooling, NCHW. Taps in the padding are none. */
export interface FanOut {
  /** Synapses, weights of 0 included. */
  readonly synapses: Float64Array;
  /** Synapses whose weight is not 0. */
  readonly nonZero: Float64Array;
}

/**
 * The fan-out of a branch.
 *
 * @param shape of the layer that hears it
 */
export function fanOutOf({ operator, pooled }: QuantisedBranch, shape: Shape): FanOut {
  const size = shapeSize(pooled);
  const fan = { synapses: new Float64Array(size), nonZero: new Float64Array(size) };
  const { weight } = operator;
  const add = (element: number, value: number): void => {
    fan.synapses[element]!++;
    if (value !== 0) fan.nonZero[element]!++;
  };
  switch (operator.kind) {
    case 'dense':
      for (let k = 0; k < weight.length; k++) add(k % size, weight[k]!);
      break;
    case 'sparse':
      for (let k = 0; k < weight.length; k++) add(operator.pre[k]!, weight[k]!);
      break;
    case 'diagonal':
      for (let k = 0; k < size; k++) add(k, weight[Math.floor((k * weight.length) / size)]!);
      break;
    case 'conv':
      addConvolution(operator, pooled, shape, fan);
  }
  return fan;
}

/** Weights of each tap of an input channel that are not 0: [input channel][ky][kx]. */
function nonZeroTaps(
  { weight, kernel, groups }: ConvOperator<StoredWeights>,
  inputs: number,
  outputs: number,
): Uint32Array {
  const taps = kernel[0] * kernel[1];
  const [inGroup, outGroup] = [inputs / groups, outputs / groups];
  const counts = new Uint32Array(inputs * taps);
  let at = 0;
  for (let out = 0; out < outputs; out++) {
    const first = Math.floor(out / outGroup) * inGroup * taps;
    for (let k = 0; k < inGroup * taps; k++) if (weight[at++] !== 0) counts[first + k]!++;
  }
  return counts;
}

function addConvolution(
  operator: ConvOperator<StoredWeights>,
  [channels, rows, columns]: Shape,
  [outputs, outRows, outColumns]: Shape,
  { synapses, nonZero }: FanOut,
): void {
  const { kernel, stride, padding, dilation, groups } = operator;
  const counts = nonZeroTaps(operator, channels, outputs);
  const along = (axis: 0 | 1, size: number): ((position: number) => number[]) => {
    return (position) => {
      const hit = (k: number): boolean => {
        const scaled = position + padding[axis] - k * dilation[axis];
        return scaled >= 0 && scaled % stride[axis] === 0 && scaled / stride[axis] < size;
      };
      return Array.from({ length: kernel[axis] }, (_, k) => k).filter(hit);
    };
  };
  const byRow = Array.from({ length: rows }, (_, y) => along(0, outRows)(y));
  const byColumn = Array.from({ length: columns }, (_, x) => along(1, outColumns)(x));
  const perTap = outputs / groups;
  let element = 0;
  for (let c = 0; c < channels; c++)
    for (const kernelRows of byRow)
      for (const kernelColumns of byColumn) {
        synapses[element] = kernelRows.length * kernelColumns.length * perTap;
        let sum = 0;
        for (const ky of kernelRows)
          for (const kx of kernelColumns) sum += counts[(c * kernel[0] + ky) * kernel[1] + kx]!;
        nonZero[element++] = sum;
      }
}
