/** Axes in another order: only the view changes. */
import { fail } from '../../../../isa/index.ts';
import { type OnnxOperators, tensorInput, withView } from '../operator.ts';
import { transposedView } from '../strided.ts';

export const transpose = {
  Transpose: {
    attributes: ['perm'],
    read: (call) => {
      const value = tensorInput(call);
      const rank = value.dims.length;
      const order = call.attributes.ints('perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
      if ([...order].sort((a, b) => a - b).join() !== Array.from({ length: rank }, (_, axis) => axis).join()) {
        fail('E0206', `Transpose of ${rank} dimensions has the perm [${order.join(', ')}]`);
      }
      return withView(value, (view) => transposedView(view, order));
    },
  },
} satisfies OnnxOperators;
