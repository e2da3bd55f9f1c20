/** Operators that give their input as it is. */
import { fail } from '../../../../isa/index.ts';
import { integerConstant, scalar, UNKNOWN, type Value } from '../values.ts';
import { type OnnxOperators, optionalConstant, takesAnyLevels } from '../operator.ts';

export const identity = {
  Identity: {
    attributes: [],
    takesLevels: takesAnyLevels,
    read: (call) => call.inputs[0] ?? fail('E0206', 'Identity has no input'),
  },
  Dropout: {
    attributes: ['ratio', 'seed'],
    takesLevels: takesAnyLevels,
    read: (call): Value[] => {
      const training = optionalConstant(call, 2);
      if (training !== undefined && scalar(training) !== 0) {
        fail(
          'E0204',
          'Dropout in training mode is not read: it would leave out values at random',
          {},
          'Export the model in evaluation mode.',
        );
      }
      const value = call.inputs[0] ?? fail('E0206', 'Dropout has no input');
      return [value, value.kind === 'unknown' ? UNKNOWN : integerConstant(call, [1], [])];
    },
  },
} satisfies OnnxOperators;
