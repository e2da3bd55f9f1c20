/** Dimensions of 1 that come or go. */
import { fail } from '../../../../isa/index.ts';
import { formatShape } from '../../../operators/shared/shapes.ts';
import { axisOf, type Call, intsInput, type OnnxOperators, tensorInput } from '../operator.ts';
import { reshaped } from '../reshaped.ts';

export const squeeze = {
  Squeeze: {
    attributes: ['axes'],
    read: (call) => {
      const value = tensorInput(call);
      const from = value.dims;
      const named = namedAxes(call)?.map((axis) => axisOf(call, axis, from.length));
      const removed = new Set(named ?? [...from.keys()].filter((axis) => from[axis] === 1));
      const long = [...removed].find((axis) => from[axis] !== 1);
      if (long !== undefined) fail('E0205', `Squeeze of the axis ${long} of ${formatShape(from)}, which is not 1`);
      return reshaped(
        call,
        value,
        from.filter((_, axis) => !removed.has(axis)),
      );
    },
  },
  Unsqueeze: {
    attributes: ['axes'],
    read: (call) => {
      const value = tensorInput(call);
      const axes = namedAxes(call) ?? fail('E0206', 'Unsqueeze has no axes');
      const rank = value.dims.length + axes.length;
      const added = new Set(axes.map((axis) => axisOf(call, axis, rank)));
      if (added.size !== axes.length) fail('E0206', `Unsqueeze has the axes [${axes.join(', ')}]`);
      const rest = [...value.dims];
      const dims = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : rest.shift()!));
      return reshaped(call, value, dims);
    },
  },
} satisfies OnnxOperators;

/** More axes than any tensor has. */
const MOST_AXES = 64;

/** The axes that Squeeze and Unsqueeze name, in an attribute or (operator set 13 and later) in an input. */
function namedAxes(call: Call): number[] | undefined {
  const axes = intsInput(call, 1, 'axes');
  if (axes !== undefined && (new Set(axes).size !== axes.length || axes.length > MOST_AXES))
    fail('E0206', `${call.type} has the axes [${axes.slice(0, MOST_AXES).join(', ')}]`);
  return axes;
}
