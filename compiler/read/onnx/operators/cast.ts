/** Other types of number. */
import { fail } from '../../../../isa/index.ts';
import { type OnnxOperators, takesAnyLevels } from '../operator.ts';
import { DOUBLE, FLOAT, INT32, INT64, typeName } from '../tensors.ts';
import { type Constant, float32 } from '../values.ts';

export const cast = {
  Cast: {
    attributes: ['round_mode', 'saturate', 'to'],
    takesLevels: takesAnyLevels,
    read: (call) => {
      const [value] = call.inputs;
      const to = call.attributes.int('to', 0);
      if (value === undefined) fail('E0206', 'Cast has no input');
      if (value.kind === 'constant') return castConstant(value, to);
      if (to !== FLOAT && to !== DOUBLE) fail('E0204', `Cast of activations to ${typeName(to)} is not read`);
      return value;
    },
  },
} satisfies OnnxOperators;

function castConstant(constant: Constant, to: number): Constant {
  switch (to) {
    case FLOAT:
      return { ...constant, data: float32(constant), integer: false };
    case DOUBLE:
      return { ...constant, data: Float64Array.from(constant.data), integer: false };
    case INT32:
    case INT64:
      return { ...constant, data: Float64Array.from(constant.data, Math.trunc), integer: true };
    default:
      fail('E0204', `Cast of "${constant.name}" to ${typeName(to)} is not read`);
  }
}
