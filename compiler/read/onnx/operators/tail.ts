/**
 * What a model does to its scores at its very end: probabilities, their logarithm, the classes in order. It keeps the order
 * of the scores, so the chip gives these and the operator is left to whoever reads them.
 */
import { fail, type Finishing } from '../../../../isa/index.ts';
import { formatShape, sizeOf } from '../../../operators/shared/shapes.ts';
import { activationInput, axisOf, type Call, type OnnxOperator, type OnnxOperators } from '../operator.ts';
import { sampleOf } from '../values.ts';

/** What rises with its input, element by element. */
const Rising: OnnxOperator = { attributes: [], isTail: true, read: (call) => activationInput(call, 0) };

/** What compares the scores along an axis, which must be that of the classes. */
const overClasses = (attributes: readonly string[], absent: (call: Call) => number): OnnxOperator => ({
  attributes: ['axis', ...attributes],
  isTail: true,
  read: (call) => {
    const value = activationInput(call, 0);
    const axis = axisOf(call, call.attributes.int('axis', absent(call)), value.dims.length);
    const sample = sampleOf(value).dims;
    if (value.dims[axis] !== sizeOf(sample))
      fail('E0204', `${call.type} over the axis ${axis} of ${formatShape(value.dims)} is not read`);
    if (call.attributes.int('largest', 1) === 0) fail('E0204', `${call.type} of the smallest is not read`);
    return Array.from({ length: Math.max(1, call.outputs) }, () => value);
  },
});

const softmax = overClasses([], ({ opset }) => (opset < 13 ? 1 : -1));

/** What whoever reads the scores does for the operator; what names classes leaves the scores as they are. */
const FINISHING: Readonly<Record<string, Finishing['op']>> = {
  Softmax: 'softmax',
  LogSoftmax: 'logSoftmax',
  Sigmoid: 'sigmoid',
  Log: 'log',
  Exp: 'exp',
};

/** The same for operators of the tail in their order; undefined where nothing is to be done. */
export function finishingOf(types: readonly string[]): readonly Finishing[] | undefined {
  const steps = types.flatMap((type) => FINISHING[type] ?? []).map((op) => ({ op }));
  return steps.length === 0 ? undefined : steps;
}

export const tail = {
  Softmax: softmax,
  LogSoftmax: softmax,
  ArgMax: overClasses(['keepdims', 'select_last_index'], () => 0),
  TopK: overClasses(['k', 'largest', 'sorted'], () => -1),
  Sigmoid: Rising,
  Log: Rising,
  Exp: Rising,
} satisfies OnnxOperators;
