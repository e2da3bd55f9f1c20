/** Sums, differences, products and quotients, of activations with each other or with constants. */
import { fail } from '../../../../isa/index.ts';
import { formatShape, sameShape } from '../../../operators/shared/shapes.ts';
import { naturalShape } from '../elements.ts';
import { scaleLevels } from '../levels.ts';
import { activationInput, addAffine, type Call, fresh, inputName, type OnnxOperators } from '../operator.ts';
import { broadcastDims, broadcastView } from '../strided.ts';
import { type Activation, type Constant, sampleOf, type Value, viewed } from '../values.ts';
import { combineWithConstant, type Meaning } from '../with-constant.ts';

const plus: Meaning = (c) => ({ factor: 1, summand: c });
const minus: Meaning = (c) => ({ factor: 1, summand: -c });
const minusFrom: Meaning = (c) => ({ factor: -1, summand: c });
const times: Meaning = (c) => ({ factor: c, summand: 0 });
const dividedBy: Meaning = (c) => ({ factor: 1 / c, summand: 0 });

const isScalar = (value: Value | undefined): boolean => value?.kind === 'constant' && value.data.length === 1;
const takesLevels = (inputs: readonly (Value | undefined)[]): boolean => inputs.some(isScalar);

export const arithmetic = {
  Add: { attributes: [], takesLevels, read: (call) => withConstant(call, plus, plus) ?? sumOf(call) },
  Sub: {
    attributes: [],
    takesLevels,
    read: (call) =>
      withConstant(call, minus, minusFrom) ??
      addTwo(call, activationInput(call, 0), negative(call, activationInput(call, 1))),
  },
  Mul: { attributes: [], takesLevels, read: (call) => withConstant(call, times, times) ?? twoActivations(call) },
  Div: {
    attributes: [],
    takesLevels,
    read: (call) => withConstant(call, dividedBy, undefined) ?? twoActivations(call),
  },
  Sum: { attributes: [], read: (call) => sumOf(call) },
  Mean: {
    attributes: [],
    read: (call) => {
      const sum = sumOf(call);
      return sum.kind === 'activation' ? scaled(fresh(call), sum, 1 / call.inputs.length) : sum;
    },
  },
  Neg: { attributes: [], read: (call) => negative(call, activationInput(call, 0)) },
} satisfies OnnxOperators;

function twoActivations(call: Call): never {
  fail(
    'E0204',
    `${call.type} of two activations is not read`,
    {},
    'Neurons add what reaches them; a product or quotient of two layers has no exact meaning on the chip.',
  );
}

const scaled = (call: Call, value: Activation, factor: number): Activation =>
  call.elements.onEach(value, call.name, (input) => addAffine(call.builder, call.name, input, factor, 0));

const negative = (call: Call, value: Activation): Activation => scaled(call, value, -1);

/** Of all inputs, constants among them. */
function sumOf(call: Call): Value {
  const values = call.inputs.map((value) => value ?? fail('E0206', `${call.type} lacks an input`));
  const [first, ...rest] = [...values].sort((a, b) => Number(a.kind === 'constant') - Number(b.kind === 'constant'));
  return rest.reduce<Value>((sum, value) => {
    if (sum.kind !== 'activation') fail('E0204', `${call.type} of these inputs is not read`);
    const own = fresh(call);
    if (value.kind === 'constant') return combineWithConstant(own, sum, value, plus);
    if (value.kind !== 'activation') fail('E0204', `${call.type} of these inputs is not read`);
    return addTwo(own, sum, value);
  }, first!);
}

function addTwo(call: Call, first: Activation, second: Activation): Activation {
  const { builder, elements } = call;
  const name = builder.uniqueName(call.name);
  const isAlike =
    sameShape(first.dims, second.dims) &&
    sameShape(builder.shape(first.node), builder.shape(second.node)) &&
    first.offset === second.offset &&
    first.strides.every((stride, axis) => stride === second.strides[axis] || first.dims[axis] === 1);
  if (isAlike && elements.isPermutation(first)) {
    builder.add({ op: 'add', name, inputs: [first.node, second.node] });
    return { ...first, node: name };
  }
  const dims = broadcastDims(first.dims, second.dims);
  const views = dims && [first, second].map((value) => broadcastView(value, dims));
  const [left, right] = views ?? [];
  if (left === undefined || right === undefined)
    fail('E0205', `${call.type} of ${formatShape(first.dims)} and ${formatShape(second.dims)}`);
  const settled = elements.settled(viewed(first, left), inputName(call));
  const shape = naturalShape(sampleOf(settled).dims);
  const other = elements.nodeOf(viewed(second, right), shape, inputName(call));
  builder.add({ op: 'add', name, inputs: [settled.node, other] });
  return { ...settled, node: name };
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
  if (second.kind === 'constant') return combine(call, 0, second, after);
  if (first.kind !== 'constant') return undefined;
  if (before === undefined) fail('E0204', `${call.type} of a constant by an activation is not read`);
  return combine(call, 1, first, before);
}

function combine(call: Call, index: number, constant: Constant, meaning: Meaning): Value {
  const levels = call.inputs[index];
  if (levels?.kind !== 'levels')
    return combineWithConstant(call, activationInput(call, index), constant, meaning, index);
  const { factor, summand } = meaning(constant.data[0]!);
  return scaleLevels(levels, factor, summand);
}
