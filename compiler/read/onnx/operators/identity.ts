/** Operators that give their input as it is. */
import { fail } from '../../../../isa/index.ts';
import { type OnnxOperators, optionalConstant, takesAnyLevels } from '../operator.ts';
import { scalar } from '../values.ts';

export const identity = {
  Identity: {
    attributes: [],
    takesLevels: takesAnyLevels,
    read: (call) => call.inputs[0] ?? fail('E0206', 'Identity has no input'),
  },
  Dropout: {
    attributes: ['ratio', 'seed'],
    takesLevels: takesAnyLevels,
    read: (call) => {
      const training = optionalConstant(call, 2);
      if (training !== undefined && scalar(training) !== 0) {
        fail('E0204', 'Dropout in training mode is not read', {}, 'Export the model in evaluation mode.');
      }
      return call.inputs[0] ?? fail('E0206', 'Dropout has no input');
    },
  },
} satisfies OnnxOperators;
