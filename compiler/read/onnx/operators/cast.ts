/** Other types of number. */
import { fail } from '../../../../isa/index.ts';
import { type OnnxOperators, takesAnyLevels } from '../operator.ts';
import { isFloatType, typeName } from '../tensors.ts';

export const cast = {
  Cast: {
    attributes: ['round_mode', 'saturate', 'to'],
    takesLevels: takesAnyLevels,
    read: (call) => {
      const [value] = call.inputs;
      const to = call.attributes.int('to', 0);
      if (value === undefined) fail('E0206', 'Cast has no input');
      if (!isFloatType(to)) fail('E0204', `Cast of activations to ${typeName(to)} is not read`);
      return value;
    },
  },
  CastLike: {
    attributes: ['round_mode', 'saturate'],
    takesLevels: takesAnyLevels,
    read: (call) => call.inputs[0] ?? fail('E0206', 'CastLike has no input'),
  },
} satisfies OnnxOperators;
