/** Constants within the graph. */
import { fail } from '../../../../isa/index.ts';
import type { OnnxOperators } from '../operator.ts';
import { readTensor } from '../tensors.ts';
import { integerConstant } from '../values.ts';

export const constant = {
  Constant: {
    attributes: ['value', 'value_float', 'value_floats', 'value_int', 'value_ints'],
    read: (call) => {
      const { attributes, name } = call;
      const tensor = attributes.tensor('value');
      if (tensor !== undefined) return readTensor(tensor, name, call.files);
      const ints = attributes.ints('value_ints');
      if (ints !== undefined) return integerConstant(call, ints);
      if (attributes.has('value_int')) return integerConstant(call, [attributes.int('value_int', 0)], []);
      const isFloat = attributes.has('value_float');
      const floats = isFloat ? [attributes.float('value_float', 0)] : attributes.floats('value_floats');
      if (floats === undefined) fail('E0206', 'Constant has no value');
      const dims = isFloat ? [] : [floats.length];
      return { kind: 'constant', name, dims, data: Float32Array.from(floats), integer: false };
    },
  },
} satisfies OnnxOperators;
