/** The mean over windows. */
import { fail } from '../../../../isa/index.ts';
import type { Padding } from '../../../ir/ann.ts';
import { imageInput, imageOf, type OnnxOperators } from '../operator.ts';
import { overhang, pairAttribute, readWindows } from '../windows.ts';

export const averagePool = {
  AveragePool: {
    attributes: ['auto_pad', 'ceil_mode', 'count_include_pad', 'dilations', 'kernel_shape', 'pads', 'strides'],
    read: (call) => {
      const input = imageInput(call);
      const { name } = call;
      const kernel =
        pairAttribute(call, 'kernel_shape', input.rank) ?? fail('E0206', 'AveragePool has no kernel_shape');
      const windows = readWindows(call, input, kernel);
      const { stride, padding, dilation } = windows;
      if (dilation.join() !== '1,1') fail('E0204', 'AveragePool with dilations is not read');
      const countPadding = call.attributes.int('count_include_pad', 0) !== 0;
      const [below, beside] = overhang(call, input.shape, kernel, windows);
      if ((below > 0 || beside > 0) && countPadding && padding.some((pad) => pad > 0))
        fail(
          'E0204',
          'AveragePool with counted padding and windows that overhang it is not read',
          {},
          'Use ceil_mode = 0.',
        );
      const whole: Padding = [padding[0], padding[1], padding[2] + below, padding[3] + beside];
      const counts = countPadding && below === 0 && beside === 0;
      call.builder.add({
        op: 'averagePool',
        name,
        inputs: [input.node],
        kernel,
        stride,
        padding: whole,
        countPadding: counts,
      });
      return imageOf(call, name, input);
    },
  },
} satisfies OnnxOperators;
