/** Other dimensions for the same elements. */
import { fail } from '../../../../isa/index.ts';
import { formatShape, sizeOf } from '../../../operators/shared/shapes.ts';
import { axisOf, type Call, constantInput, type OnnxOperators, tensorInput } from '../operator.ts';
import { reshaped } from '../reshaped.ts';
import { integers } from '../values.ts';

export const reshape = {
  Flatten: {
    attributes: ['axis'],
    read: (call) => {
      const value = tensorInput(call);
      const { dims } = value;
      const named = call.attributes.int('axis', 1);
      const axis = named === dims.length ? named : axisOf(call, named, dims.length);
      return reshaped(call, value, [sizeOf(dims.slice(0, axis)), sizeOf(dims.slice(axis))]);
    },
  },
  Reshape: {
    attributes: ['allowzero', 'shape'],
    read: (call) => {
      const value = tensorInput(call);
      return reshaped(call, value, resolveShape(call, value.dims, integers(constantInput(call, 1))));
    },
  },
} satisfies OnnxOperators;

/** The dimensions of a Reshape: 0 keeps one, -1 takes what is left. @throws E0205 where the sizes differ */
function resolveShape(call: Call, from: readonly number[], target: readonly number[]): number[] {
  const keepsZero = call.attributes.int('allowzero', 0) !== 0;
  const dims = target.map((dimension, axis) => (dimension === 0 && !keepsZero ? (from[axis] ?? 0) : dimension));
  const open = dims.indexOf(-1);
  if (open >= 0) dims[open] = sizeOf(from) / sizeOf(dims.filter((_, axis) => axis !== open));
  if (dims.some((dimension) => !Number.isInteger(dimension) || dimension < 0) || sizeOf(dims) !== sizeOf(from)) {
    fail('E0205', `Reshape from ${formatShape(from)} to ${formatShape(target)}`);
  }
  return dims;
}
