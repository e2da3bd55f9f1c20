/** Batch normalisation in evaluation form. */
import { fail } from '../../../../isa/index.ts';
import { reduceBatchNorm } from '../../../operators/shared/batch-norm.ts';
import { activationInput, type Call, constantInput, type OnnxOperators, requirePlain } from '../operator.ts';
import type { Constant } from '../values.ts';

export const batchNormalization = {
  BatchNormalization: {
    attributes: ['epsilon', 'momentum', 'spatial', 'training_mode'],
    read: (call) => {
      const value = requirePlain(call, activationInput(call, 0));
      if (call.attributes.int('training_mode', 0) !== 0) {
        fail('E0204', 'BatchNormalization in training mode is not read', {}, 'Export the model in evaluation mode.');
      }
      if (call.attributes.int('spatial', 1) !== 1) fail('E0204', 'BatchNormalization with spatial = 0 is not read');
      const channels = call.builder.shape(value.node)[0];
      const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => perChannel(call, index, channels)) as [
        Constant,
        Constant,
        Constant,
        Constant,
      ];
      const { scale, shift } = reduceBatchNorm(
        gamma.data,
        beta.data,
        mean.data,
        variance.data,
        call.attributes.float('epsilon', 1e-5),
      );
      call.builder.add({ op: 'affine', name: call.name, inputs: [value.node], scale, shift });
      return { ...value, node: call.name };
    },
  },
} satisfies OnnxOperators;

function perChannel(call: Call, index: number, channels: number): Constant {
  const constant = constantInput(call, index);
  if (constant.data.length !== channels) {
    fail('E0205', `${call.type} has ${constant.data.length} values in "${constant.name}" for ${channels} channels`);
  }
  return constant;
}
