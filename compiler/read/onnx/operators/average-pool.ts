/** The mean over windows. */
import { fail } from '../../../../isa/index.ts';
import { type OnnxOperators, spatialInput } from '../operator.ts';
import { activation } from '../values.ts';
import { pairAttribute, readWindows } from '../windows.ts';

export const averagePool = {
  AveragePool: {
    attributes: ['auto_pad', 'ceil_mode', 'count_include_pad', 'dilations', 'kernel_shape', 'pads', 'strides'],
    read: (call) => {
      const input = spatialInput(call);
      const kernel =
        pairAttribute(call, 'kernel_shape', input.rank) ?? fail('E0206', 'AveragePool has no kernel_shape');
      const shape = call.builder.shape(input.node);
      const { stride, padding, dilation } = readWindows(call, input, kernel);
      if (dilation.join() !== '1,1') fail('E0204', 'AveragePool with dilations is not read');
      if (call.attributes.int('ceil_mode', 0) !== 0) {
        const rests = [0, 1].map(
          (axis) => (shape[axis + 1]! + padding[axis]! + padding[axis + 2]! - kernel[axis]!) % stride[axis]!,
        );
        if (rests.some((rest) => rest !== 0))
          fail('E0204', 'AveragePool with ceil_mode = 1 is not read where windows overhang');
      }
      const countPadding = call.attributes.int('count_include_pad', 0) !== 0;
      const { name } = call;
      call.builder.add({ op: 'averagePool', name, inputs: [input.node], kernel, stride, padding, countPadding });
      return activation(name, input.rank);
    },
  },
} satisfies OnnxOperators;
