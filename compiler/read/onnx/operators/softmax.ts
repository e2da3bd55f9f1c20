/** Probabilities of classes, as the last operator only: they do not change which output is largest. */
import { fail } from '../../../../isa/index.ts';
import { formatShape, sizeOf } from '../../../operators/shared/shapes.ts';
import { activationInput, axisOf, type OnnxOperator, type OnnxOperators } from '../operator.ts';
import { dimensionsOf } from '../values.ts';

const Softmax: OnnxOperator = {
  attributes: ['axis'],
  read: (call) => {
    if (!call.isLast) {
      fail(
        'E0203',
        `${call.type} is read as the last operator only, where it is dropped`,
        {},
        'Cut the network before it.',
      );
    }
    const value = activationInput(call, 0);
    const axis = axisOf(call, call.attributes.int('axis', call.opset < 13 ? 1 : -1), value.rank);
    const dims = dimensionsOf(call.builder, value);
    const overClasses = value.rank === 2 ? axis === 1 : dims[axis] === sizeOf(dims);
    if (!overClasses) fail('E0204', `${call.type} over the axis ${axis} of ${formatShape(dims)} is not read`);
    return value;
  },
};

export const softmax = { Softmax, LogSoftmax: Softmax } satisfies OnnxOperators;
