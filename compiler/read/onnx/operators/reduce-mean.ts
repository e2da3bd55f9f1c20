/** The mean over the whole height, width or both. */
import { fail } from '../../../../isa/index.ts';
import type { Pair } from '../../../ir/ann.ts';
import { formatShape } from '../../../operators/shared/shapes.ts';
import { activationInput, axisOf, type Call, type OnnxOperators, optionalConstant, spatialInput } from '../operator.ts';
import { activation, type Activation, axesOf, dimensionsOf, integers, viewAs } from '../values.ts';

export const reduceMean = {
  GlobalAveragePool: {
    attributes: [],
    read: (call) => poolWholly(call, spatialInput(call), [1, 2]),
  },
  ReduceMean: {
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
  },
} satisfies OnnxOperators;

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
