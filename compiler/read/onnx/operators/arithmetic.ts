/** Sums, differences, products and quotients, of activations with each other or with constants. */
import { fail } from '../../../../isa/index.ts';
import { formatShape } from '../../../operators/shared/shapes.ts';
import { scaleLevels } from '../levels.ts';
import { activationInput, type Call, type OnnxOperators, requirePlain } from '../operator.ts';
import { type Activation, type Constant, dimensionsOf, float32, type Value } from '../values.ts';

/** y = factor·x + summand for a constant c. */
type Meaning = (c: number) => { readonly factor: number; readonly summand: number };

const plus: Meaning = (c) => ({ factor: 1, summand: c });
const minus: Meaning = (c) => ({ factor: 1, summand: -c });
const minusFrom: Meaning = (c) => ({ factor: -1, summand: c });
const times: Meaning = (c) => ({ factor: c, summand: 0 });
const dividedBy: Meaning = (c) => ({ factor: 1 / c, summand: 0 });

const isScalar = (value: Value | undefined): boolean => value?.kind === 'constant' && value.data.length === 1;
const takesLevels = (inputs: readonly (Value | undefined)[]): boolean => inputs.some(isScalar);

export const arithmetic = {
  Add: {
    attributes: [],
    takesLevels,
    read: (call) => withConstant(call, plus, plus) ?? sum(call, activationInput(call, 0), activationInput(call, 1)),
  },
  Sub: {
    attributes: [],
    takesLevels,
    read: (call) => withConstant(call, minus, minusFrom) ?? twoActivations(call),
  },
  Mul: {
    attributes: [],
    takesLevels,
    read: (call) => withConstant(call, times, times) ?? twoActivations(call),
  },
  Div: {
    attributes: [],
    takesLevels,
    read: (call) => withConstant(call, dividedBy, undefined) ?? twoActivations(call),
  },
} satisfies OnnxOperators;

function twoActivations(call: Call): never {
  fail(
    'E0204',
    `${call.type} of two activations is not read`,
    {},
    'Neurons add what reaches them; a product or difference of two layers has no exact meaning on the chip.',
  );
}

function sum(call: Call, first: Activation, second: Activation): Value {
  const [a, b] = [dimensionsOf(call.builder, first), dimensionsOf(call.builder, second)];
  if (a.join() !== b.join())
    fail('E0205', `Add of ${formatShape(a)} and ${formatShape(b)}; both must have the same shape`);
  if (first.order.join() !== second.order.join()) {
    requirePlain(call, first);
    requirePlain(call, second);
  }
  call.builder.add({ op: 'add', name: call.name, inputs: [first.node, second.node] });
  return { ...first, node: call.name };
}

/**
 * The result where one of the two inputs is constant, else undefined.
 *
 * @param after what the operator means where the constant is its second input
 * @param before what it means where the constant is its first
 */
function withConstant(call: Call, after: Meaning, before: Meaning | undefined): Value | undefined {
  const [first, second] = call.inputs;
  if (first === undefined || second === undefined) fail('E0206', `${call.type} needs two inputs`);
  if (first.kind === 'constant' && second.kind === 'constant')
    fail('E0204', `${call.type} of two constants is not read`, {}, 'Export the model with constants folded.');
  if (second.kind === 'constant') return combine(call, 0, second, after);
  if (first.kind !== 'constant') return undefined;
  if (before === undefined) fail('E0204', `${call.type} of a constant by an activation is not read`);
  return combine(call, 1, first, before);
}

function combine(call: Call, index: number, constant: Constant, meaning: Meaning): Value {
  const levels = call.inputs[index];
  if (levels?.kind === 'levels') {
    const { factor, summand } = meaning(constant.data[0]!);
    return scaleLevels(levels, factor, summand);
  }
  const value = requirePlain(call, activationInput(call, index), constant.data.length === 1);
  const { builder } = call;
  const values = broadcastPerChannel(call, constant, value);
  const scale = values.map((c) => meaning(c).factor);
  const shift = values.map((c) => meaning(c).summand);
  const node = builder.node(value.node);
  const isBias = scale.every((factor) => factor === 1);
  // A constant per channel becomes the bias of the operator before it, where that has none.
  if (isBias && (node.op === 'dense' || node.op === 'conv') && node.bias === undefined && call.isOnlyUse(index)) {
    builder.replace({ ...node, bias: { shape: [shift.length], data: shift } });
    return value;
  }
  builder.add({ op: 'affine', name: call.name, inputs: [value.node], scale, shift });
  return { ...value, node: call.name };
}

/** One value per channel of the node. @throws E0205 where it does not fit, E0204 where it differs within a channel */
function broadcastPerChannel(call: Call, constant: Constant, value: Activation): Float32Array {
  const channels = call.builder.shape(value.node)[0];
  const data = float32(constant);
  const dims = dimensionsOf(call.builder, value);
  const own = [...Array<number>(Math.max(0, dims.length - constant.dims.length)).fill(1), ...constant.dims];
  if (own.length > dims.length || own.some((dimension, axis) => dimension !== 1 && dimension !== dims[axis])) {
    fail(
      'E0205',
      `${call.type} of ${formatShape(dims)} and the constant "${constant.name}" of ${formatShape(constant.dims)}`,
    );
  }
  if (own.slice(2).some((dimension) => dimension !== 1)) {
    fail(
      'E0204',
      `${call.type} of a constant "${constant.name}" of ${formatShape(constant.dims)}, which differs within a channel, is not read`,
    );
  }
  return data.length === channels ? data : new Float32Array(channels).fill(data[0]!);
}
