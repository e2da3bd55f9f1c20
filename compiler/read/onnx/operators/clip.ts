/**
 * Activations of straight pieces. All are made of ReLUs, exactly: clip(x, a, b) = min(relu(x − a), b − a) + a,
 * min(x, c) = c − relu(c − x), and with two populations LeakyReLU(x) = relu(x) − α·relu(−x), |x| = relu(x) + relu(−x).
 */
import { fail } from '../../../../isa/index.ts';
import { clipLevels } from '../levels.ts';
import {
  activationInput,
  addAffine,
  type Call,
  constantInput,
  fresh,
  type OnnxOperators,
  optionalConstant,
  takesAnyLevels,
} from '../operator.ts';
import { type Activation, type Constant, scalar, type Value } from '../values.ts';
import { allOf, combineWithConstant } from '../with-constant.ts';

/** Exporters write the largest float for "not clipped". */
const LARGEST_FLOAT = 3.4028234663852886e38;

export const clip = {
  Relu: { attributes: [], takesLevels: takesAnyLevels, read: (call) => clipped(call, 0, Infinity) },
  Clip: {
    attributes: ['max', 'min'],
    takesLevels: takesAnyLevels,
    read: (call) => {
      const bound = (index: number, name: string, absent: number): number => {
        const constant = optionalConstant(call, index);
        return constant === undefined ? call.attributes.float(name, absent) : scalar(constant);
      };
      return clipped(call, bound(1, 'min', -Infinity), bound(2, 'max', Infinity));
    },
  },
  Max: { attributes: [], takesLevels: takesAnyLevels, read: (call) => limited(call, 1) },
  Min: { attributes: [], takesLevels: takesAnyLevels, read: (call) => limited(call, -1) },
  LeakyRelu: {
    attributes: ['alpha'],
    read: (call) => {
      const value = activationInput(call, 0);
      return twoSided(call, value, (negative) => scaled(call, negative, -call.attributes.float('alpha', 0.01)));
    },
  },
  PRelu: {
    attributes: [],
    read: (call) => {
      const slope = constantInput(call, 1);
      return twoSided(call, allOf(call, activationInput(call, 0)), (negative) =>
        combineWithConstant(fresh(call), negative, slope, (c) => ({ factor: -c, summand: 0 })),
      );
    },
  },
  Abs: { attributes: [], read: (call) => twoSided(call, activationInput(call, 0), (negative) => negative) },
  HardSigmoid: {
    attributes: ['alpha', 'beta'],
    read: (call) => {
      const [alpha, beta] = [call.attributes.float('alpha', 0.2), call.attributes.float('beta', 0.5)];
      return rectified(call, affine(call, activationInput(call, 0), alpha, beta), 1);
    },
  },
} satisfies OnnxOperators;

function affine(call: Call, value: Activation, factor: number, summand: number): Activation {
  const { name, builder, elements } = fresh(call);
  return elements.onEach(value, name, (input) => addAffine(builder, name, input, factor, summand));
}
const scaled = (call: Call, value: Activation, factor: number): Activation => affine(call, value, factor, 0);

function rectified(call: Call, value: Activation, max: number): Activation {
  const { builder, elements } = call;
  return elements.onEach(value, call.name, (input) => {
    const name = builder.uniqueName(call.name);
    return builder.add({ op: 'relu', name, inputs: [input], ...(max < LARGEST_FLOAT && { max }) }).name;
  });
}

/** relu(x) plus what is made of relu(−x). */
function twoSided(call: Call, value: Activation, after: (negative: Activation) => Activation): Activation {
  const { builder } = call;
  const positive = rectified(call, value, Infinity);
  // The negative side of what is left out of the node is left out too: both sides have one view.
  const negative = after(
    rectified(call, scaled(call, { ...positive, node: builder.node(positive.node).inputs[0]! }, -1), Infinity),
  );
  const name = builder.uniqueName(call.name);
  return { ...positive, node: builder.add({ op: 'add', name, inputs: [positive.node, negative.node] }).name };
}

/** Max (sign 1) and Min (sign −1) of an activation and constants: `torch.clamp` with tensors becomes these. */
function limited(call: Call, sign: 1 | -1): Value {
  const index = call.inputs.findIndex((input) => input?.kind !== 'constant');
  const value = call.inputs[index];
  if (call.inputs.length !== 2) fail('E0204', `${call.type} of ${call.inputs.length} inputs is not read`);
  const constant = constantInput(call, 1 - index);
  if (constant.data.every((limit) => limit === constant.data[0]) && sameSize(constant, value)) {
    const limit = constant.data[0]!;
    return sign > 0 ? clipped(call, limit, Infinity, index) : clipped(call, -Infinity, limit, index);
  }
  // max(x, c) = relu(x − c) + c; min(x, c) = c − relu(c − x)
  const difference = combineWithConstant(fresh(call), activationInput(call, index), constant, (c) => ({
    factor: sign,
    summand: -sign * c,
  }));
  return combineWithConstant(fresh(call), rectified(call, difference, Infinity), constant, (c) => ({
    factor: sign,
    summand: c,
  }));
}

/** Whether a constant of one value leaves the dimensions as they are. */
const sameSize = ({ dims }: Constant, value: Value | undefined): boolean =>
  value?.kind !== 'activation' ||
  dims.every((size, k) => size === 1 || size === value.dims[k - dims.length + value.dims.length]);

function clipped(call: Call, from: number, to: number, index = 0): Value {
  if (Number.isNaN(from) || Number.isNaN(to)) fail('E0208', `${call.type} has the limits ${from} and ${to}`);
  const [min, max] = [from <= -LARGEST_FLOAT ? -Infinity : from, to >= LARGEST_FLOAT ? Infinity : to];
  const levels = call.inputs[index];
  if (levels?.kind === 'levels') return clipLevels(levels, min, max);
  const value = activationInput(call, index);
  if (min >= max) fail('E0204', `${call.type} from ${min} to ${max} is not read: its output would be constant`);
  if (min === -Infinity && max === Infinity) return value;
  const isRectified = call.builder.node(value.node).op === 'relu';
  if (min === 0 || (min < 0 && isRectified)) {
    if (max <= 0) fail('E0204', `${call.type} to ${max} is not read: its output would be constant`);
    return rectified(call, value, max);
  }
  if (min === -Infinity) return affine(call, rectified(call, affine(call, value, -1, max), Infinity), -1, max);
  return affine(call, rectified(call, affine(call, value, 1, -min), max - min), 1, min);
}
