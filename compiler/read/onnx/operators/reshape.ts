/** Other dimensions for the same elements: a flatten, or dimensions of 1 that come or go. */
import { fail } from '../../../../isa/index.ts';
import { formatShape, sizeOf } from '../../../operators/shared/shapes.ts';
import { activationInput, axisOf, type Call, constantInput, type OnnxOperators, tensorInput } from '../operator.ts';
import { flattened, reshaped } from '../reshaped.ts';
import { dimensionsOf, integers } from '../values.ts';

export const reshape = {
  Flatten: {
    attributes: ['axis'],
    read: (call) => {
      const value = activationInput(call, 0);
      const axis = axisOf(call, call.attributes.int('axis', 1), value.rank);
      if (axis !== 1) fail('E0204', `Flatten with axis ${axis} is not read; only axis 1 keeps the batch`);
      return flattened(call, value);
    },
  },
  Reshape: {
    attributes: ['allowzero'],
    read: (call) => {
      const value = tensorInput(call);
      const target = integers(constantInput(call, 1));
      const from = value.kind === 'constant' ? value.dims : dimensionsOf(call.builder, value);
      const dims = resolveShape(call, from, target);
      if (value.kind === 'constant') return { ...value, dims };
      return reshaped(call, value, from, dims);
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
