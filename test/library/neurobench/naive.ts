/** Synaptic operations by their definition: every connection of every call is looked at, from the side of who hears it. */
import { INPUT, type QuantisedBranch, type QuantisedGraph, type QuantisedLayer } from '../../../compiler/ir/layers.ts';
import { payloadsOf } from '../../../compiler/layer-neurons.ts';
import { ReferenceInterpreter } from '../../../compiler/index.ts';

export interface NaiveOperations {
  accumulates: number;
  multiplyAccumulates: number;
  onZeroWeights: number;
  dense: number;
}

type Connect = (pre: number, weight: number) => void;

/** Connections of a branch, of each neuron after the other. */
function eachConnection({ operator, pooled }: QuantisedBranch, { shape }: QuantisedLayer, connect: Connect): void {
  const [channels, rows, columns] = pooled;
  const [outputs, outRows, outColumns] = shape;
  const { weight } = operator;
  if (operator.kind === 'sparse') weight.forEach((value, k) => connect(operator.pre[k]!, value));
  else if (operator.kind === 'dense') weight.forEach((value, k) => connect(k % (channels * rows * columns), value));
  else if (operator.kind === 'diagonal')
    for (let pre = 0; pre < channels * rows * columns; pre++)
      connect(pre, weight[weight.length === channels ? Math.floor(pre / (rows * columns)) : pre]!);
  else {
    const { kernel, stride, padding, dilation, groups } = operator;
    const inGroup = channels / groups;
    for (let out = 0; out < outputs; out++)
      for (let y = 0; y < outRows; y++)
        for (let x = 0; x < outColumns; x++)
          for (let c = 0; c < inGroup; c++)
            for (let ky = 0; ky < kernel[0]; ky++)
              for (let kx = 0; kx < kernel[1]; kx++) {
                const row = y * stride[0] + ky * dilation[0] - padding[0];
                const column = x * stride[1] + kx * dilation[1] - padding[1];
                if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
                const channel = Math.floor((out * groups) / outputs) * inGroup + c;
                const value = weight[((out * inGroup + c) * kernel[0] + ky) * kernel[1] + kx]!;
                connect((channel * rows + row) * columns + column, value);
              }
  }
}

/** What the elements of the source after pooling are, of a map of the source. */
function pooledOf(map: ArrayLike<number>, branch: QuantisedBranch, [, height, width]: readonly number[], abs: boolean) {
  const [channels, rows, columns] = branch.pooled;
  const [high, wide] = branch.pool;
  return Array.from({ length: channels * rows * columns }, (_, element) => {
    const [c, y, x] = [
      Math.floor(element / (rows * columns)),
      Math.floor(element / columns) % rows,
      element % columns,
    ] as const;
    let sum = 0;
    for (let dy = 0; dy < high; dy++)
      for (let dx = 0; dx < wide; dx++) {
        const value = map[(c * height! + y * high + dy) * width! + x * wide + dx]!;
        sum += abs ? Math.abs(value) : value;
      }
    return sum;
  });
}

export function naiveOperations(graph: QuantisedGraph, payloads: Int16Array): NaiveOperations {
  const sum: NaiveOperations = { accumulates: 0, multiplyAccumulates: 0, onZeroWeights: 0, dense: 0 };
  const { stepTicks = 1, inputTicks = 1, ticks, window, inputShape } = graph;
  const size = inputShape[0] * inputShape[1] * inputShape[2];
  const call = (layer: QuantisedLayer, branch: QuantisedBranch, map: ArrayLike<number>): void => {
    const isInput = branch.source === INPUT;
    const { min, max } = isInput ? { min: 0, max: 0 } : payloadsOf(graph.layers[branch.source]!);
    const shape = isInput ? inputShape : graph.layers[branch.source]!.shape;
    const heard = pooledOf(map, branch, shape, !isInput);
    const cancels = min < 0 && branch.pool[0] * branch.pool[1] > 1;
    const binary = min >= -1 && max <= 1 && !cancels && heard.every((value) => Math.abs(value) <= 1);
    eachConnection(branch, layer, (pre, weight) => {
      if (heard[pre] === 0) return;
      if (weight === 0) sum.onZeroWeights++;
      else sum[binary ? 'accumulates' : 'multiplyAccumulates']++;
    });
  };
  for (const layer of graph.layers)
    for (const branch of layer.branches) {
      const calls = branch.source === INPUT ? inputTicks : window;
      eachConnection(branch, layer, () => {
        sum.dense += calls;
      });
      if (branch.source !== INPUT) continue;
      for (let step = 0; step < inputTicks; step++)
        if (step * stepTicks + branch.delay < ticks)
          call(layer, branch, payloads.subarray(step * size, (step + 1) * size));
    }
  new ReferenceInterpreter(graph).run(payloads, (tick, view) => {
    for (const layer of graph.layers)
      for (const branch of layer.branches)
        if (branch.source !== INPUT && tick + branch.delay < ticks) call(layer, branch, view.spikes(branch.source));
  });
  return sum;
}
