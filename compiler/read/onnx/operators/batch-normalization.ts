/** Batch normalisation in evaluation form. */
import { fail } from '../../../../isa/index.ts';
import { reduceBatchNorm } from '../../../operators/shared/batch-norm.ts';
import { activationInput, type Call, constantInput, type OnnxOperators } from '../operator.ts';
import type { Constant } from '../values.ts';
import { addFactors, allOf, perElement } from '../with-constant.ts';

export const batchNormalization = {
  BatchNormalization: {
    attributes: ['epsilon', 'momentum', 'spatial', 'training_mode'],
    read: (call) => {
      const value = activationInput(call, 0);
      // Up to operator set 13 the further outputs, which exist in training only, are all that says so.
      if (call.attributes.int('training_mode', 0) !== 0 || (call.opset < 14 && call.outputs > 1))
        fail(
          'E0204',
          'BatchNormalization in training mode is not read: it would divide by statistics of each batch',
          {},
          'Export the model in evaluation mode.',
        );
      if (call.attributes.int('spatial', 1) !== 1) fail('E0204', 'BatchNormalization with spatial = 0 is not read');
      const channels = value.dims[1] ?? 1;
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
      const taken = allOf(call, value);
      const dims = [channels, ...value.dims.slice(2).map(() => 1)];
      const channelOf = perElement(call, taken, { name: 'scale', dims, data: Float64Array.from(scale.keys()) });
      const factors = Float32Array.from(channelOf, (channel) => scale[channel]!);
      const summands = Float32Array.from(channelOf, (channel) => shift[channel]!);
      return { ...taken, node: addFactors(call, taken.node, { factors, summands }) };
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
