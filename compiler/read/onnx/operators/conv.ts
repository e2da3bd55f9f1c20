/** Convolution of images and of sequences. */
import { fail } from '../../../../isa/index.ts';
import type { Pair } from '../../../ir/ann.ts';
import { formatShape } from '../../../operators/shared/shapes.ts';
import { constantInput, imageInput, imageOf, type OnnxOperators, optionalConstant } from '../operator.ts';
import { tensor } from '../values.ts';
import { imageKernels, pairAttribute, readWindows } from '../windows.ts';

export const conv = {
  Conv: {
    attributes: ['auto_pad', 'dilations', 'group', 'kernel_shape', 'pads', 'strides'],
    read: (call) => {
      const kernels = tensor(constantInput(call, 1));
      const rank = kernels.shape.length;
      if (rank !== 3 && rank !== 4) {
        fail('E0204', `${rank - 2}-D convolutions are not read`, {}, 'Use 1-D or 2-D convolutions.');
      }
      const input = imageInput(call);
      const weight = imageKernels(call, kernels, input);
      const kernel: Pair = [weight.shape[2]!, weight.shape[3]!];
      const declared = pairAttribute(call, 'kernel_shape', input.rank) ?? kernel;
      if (declared.join() !== kernel.join()) {
        fail('E0206', `Conv has the kernel_shape ${formatShape(declared)}, but weights ${formatShape(weight.shape)}`);
      }
      const windows = readWindows(call, input, kernel);
      const bias = optionalConstant(call, 2);
      const groups = call.attributes.int('group', 1);
      const { name, builder } = call;
      builder.add({
        op: 'conv',
        name,
        inputs: [input.node],
        weight,
        ...(bias && { bias: tensor(bias) }),
        ...windows,
        groups,
      });
      return imageOf(call, name, input);
    },
  },
} satisfies OnnxOperators;
