/** Concatenation: of layers along their channels, or of integers in the computation of shapes. */
import { fail } from '../../../../isa/index.ts';
import { formatShape } from '../../../operators/shared/shapes.ts';
import { activationInput, axisOf, type Call, constantInput, type OnnxOperators, requirePlain } from '../operator.ts';
import { type Activation, axesOf, type Constant, dimensionsOf, integerConstant, LONGEST_SHAPE } from '../values.ts';

export const concat = {
  Concat: {
    attributes: ['axis'],
    read: (call) => (call.inputs.some((input) => input?.kind === 'activation') ? concatLayers(call) : concatList(call)),
  },
} satisfies OnnxOperators;

/** Layers side by side along their channels. */
function concatLayers(call: Call): Activation {
  const parts = call.inputs.map((_, index) => activationInput(call, index));
  const [first] = parts as [Activation];
  const dims = parts.map((part) => dimensionsOf(call.builder, part));
  const axis = axisOf(call, call.attributes.int('axis', 1), dims[0]!.length);
  const text = dims.slice(0, 8).map(formatShape).join(' and ');
  if (dims.some((own) => own.length !== dims[0]!.length || own.some((n, k) => k !== axis && n !== dims[0]![k])))
    fail('E0205', `Concat of ${text} along the axis ${axis}`);
  if (parts.some((part) => part.order.join() !== first.order.join()))
    for (const part of parts) requirePlain(call, part);
  const nodeAxis = first.rank === 2 ? axis - 1 : axesOf(first)[axis - 1];
  if (nodeAxis !== 0)
    fail('E0204', `Concat of ${text} along the axis ${axis} is not read`, {}, 'Only that along the channels is.');
  if (parts.length === 1) return first;
  call.builder.add({ op: 'concat', name: call.name, inputs: parts.map(({ node }) => node) });
  return { ...first, node: call.name };
}

/** Lists of integers, in the computation of shapes. */
function concatList(call: Call): Constant {
  const parts = call.inputs.map((_, index) => constantInput(call, index));
  if (parts.some((part) => part.dims.length !== 1 || !part.integer)) {
    fail('E0204', 'Concat of constants is read in the computation of shapes only');
  }
  if (parts.reduce((sum, part) => sum + part.data.length, 0) > LONGEST_SHAPE) {
    fail('E0204', `Concat of more than ${LONGEST_SHAPE} integers is not read`);
  }
  axisOf(call, call.attributes.int('axis', 0), 1);
  return integerConstant(
    call,
    parts.flatMap((part) => [...part.data]),
  );
}
