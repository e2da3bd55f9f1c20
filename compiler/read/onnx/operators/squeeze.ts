/** Dimensions of 1 that come or go. */
import { fail } from '../../../../isa/index.ts';
import { formatShape } from '../../../operators/shared/shapes.ts';
import { axisOf, type Call, constantInput, type OnnxOperators, tensorInput } from '../operator.ts';
import { reshaped } from '../reshaped.ts';
import { dimensionsOf, integers, LONGEST_SHAPE } from '../values.ts';

export const squeeze = {
  Squeeze: {
    attributes: ['axes'],
    read: (call) => {
      const value = tensorInput(call);
      const from = value.kind === 'constant' ? value.dims : dimensionsOf(call.builder, value);
      const removed = new Set(namedAxes(call).map((axis) => axisOf(call, axis, from.length)));
      const long = [...removed].find((axis) => from[axis] !== 1);
      if (long !== undefined) fail('E0205', `Squeeze of the axis ${long} of ${formatShape(from)}, which is not 1`);
      const dims = from.filter((_, axis) => !removed.has(axis));
      return value.kind === 'constant' ? { ...value, dims } : reshaped(call, value, from, dims);
    },
  },
  Unsqueeze: {
    attributes: ['axes'],
    read: (call) => {
      const value = tensorInput(call);
      const axes = namedAxes(call);
      const from = value.kind === 'constant' ? value.dims : dimensionsOf(call.builder, value);
      const rank = from.length + axes.length;
      const added = new Set(axes.map((axis) => axisOf(call, axis, rank)));
      if (added.size !== axes.length) fail('E0206', `Unsqueeze has the axes [${axes.join(', ')}]`);
      const rest = [...from];
      const dims = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : rest.shift()!));
      return value.kind === 'constant' ? { ...value, dims } : reshaped(call, value, from, dims);
    },
  },
} satisfies OnnxOperators;

/** The axes that Squeeze and Unsqueeze name, in an attribute or (operator set 13 and later) in an input. */
function namedAxes(call: Call): number[] {
  const axes = call.attributes.ints('axes') ?? integers(constantInput(call, 1));
  if (new Set(axes).size !== axes.length || axes.length > LONGEST_SHAPE)
    fail('E0206', `${call.type} has the axes [${axes.join(', ')}]`);
  return axes;
}
