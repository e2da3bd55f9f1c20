/** The dimensions of a value: exporters write `x.view(x.size(0), -1)` with them. */
import { sizeOf } from '../../../operators/shared/shapes.ts';
import { type OnnxOperators, tensorInput } from '../operator.ts';
import { integerConstant } from '../values.ts';

export const shape = {
  Shape: {
    attributes: ['end', 'start'],
    read: (call) => {
      const { dims } = tensorInput(call);
      return integerConstant(
        call,
        dims.slice(call.attributes.int('start', 0), call.attributes.int('end', dims.length)),
      );
    },
  },
  Size: { attributes: [], read: (call) => integerConstant(call, [sizeOf(tensorInput(call).dims)], []) },
} satisfies OnnxOperators;
