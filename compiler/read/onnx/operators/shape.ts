/** The dimensions of a value: exporters write `x.view(x.size(0), -1)` with them. */
import { type OnnxOperators, tensorInput } from '../operator.ts';
import { dimensionsOf, integerConstant } from '../values.ts';

export const shape = {
  Shape: {
    attributes: ['end', 'start'],
    read: (call) => {
      const value = tensorInput(call);
      const dims = value.kind === 'constant' ? [...value.dims] : dimensionsOf(call.builder, value);
      return integerConstant(
        call,
        dims.slice(call.attributes.int('start', 0), call.attributes.int('end', dims.length)),
      );
    },
  },
} satisfies OnnxOperators;
