/** Elements of a list, in the computation of shapes. */
import { fail } from '../../../../isa/index.ts';
import { axisOf, constantInput, type OnnxOperators } from '../operator.ts';
import { integerConstant, integers } from '../values.ts';

export const gather = {
  Gather: {
    attributes: ['axis'],
    read: (call) => {
      const list = constantInput(call, 0);
      const indices = constantInput(call, 1);
      if (list.dims.length !== 1 || indices.dims.length > 1)
        fail('E0203', 'Gather is read in the computation of shapes only');
      const values = integers(list);
      const picked = integers(indices).map((index) => values[axisOf(call, index, values.length)]!);
      return integerConstant(call, picked, indices.dims);
    },
  },
} satisfies OnnxOperators;
