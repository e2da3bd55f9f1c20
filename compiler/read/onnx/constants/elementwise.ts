/** Element by element, with broadcasting. */
import { fail } from '../../../../isa/index.ts';
import { formatShape, sizeOf } from '../../../operators/shared/shapes.ts';
import type { Call } from '../operator.ts';
import { broadcastDims, broadcastView, contiguous, indicesOf } from '../strided.ts';
import { integerRange } from '../tensors.ts';
import { type Constant, requireSize } from '../values.ts';
import type { ConstantInputs, Fold, Folds } from './fold.ts';

/** `integer`: of the result; as the first input if absent. */
interface Kind {
  readonly compute: (...values: number[]) => number;
  readonly integer?: boolean;
  readonly attributes?: readonly string[];
}

/** Rounds ties to even numbers. */
function roundHalfToEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

const asBoolean = (compute: (...values: number[]) => boolean): Kind => ({
  compute: (...values) => Number(compute(...values)),
  integer: true,
});

const KINDS: Readonly<Record<string, Kind>> = {
  Add: { compute: (a, b) => a + b },
  Sub: { compute: (a, b) => a - b },
  Mul: { compute: (a, b) => a * b },
  Pow: { compute: (a, b) => a ** b },
  Mod: { compute: (a, b) => a - b * Math.floor(a / b), attributes: ['fmod'] },
  Max: { compute: Math.max },
  Min: { compute: Math.min },
  Sum: { compute: (...values) => values.reduce((sum, value) => sum + value, 0) },
  Mean: { compute: (...values) => values.reduce((sum, value) => sum + value, 0) / values.length },
  Neg: { compute: (a) => -a },
  Abs: { compute: Math.abs },
  Sign: { compute: Math.sign },
  Sqrt: { compute: Math.sqrt },
  Reciprocal: { compute: (a) => 1 / a },
  Exp: { compute: Math.exp },
  Log: { compute: Math.log },
  Tanh: { compute: Math.tanh },
  Sigmoid: { compute: (a) => 1 / (1 + Math.exp(-a)) },
  Erf: { compute: (a) => errorFunction(a) },
  Floor: { compute: Math.floor },
  Ceil: { compute: Math.ceil },
  Round: { compute: roundHalfToEven },
  Relu: { compute: (a) => Math.max(0, a) },
  Equal: asBoolean((a, b) => a === b),
  Less: asBoolean((a, b) => a < b),
  LessOrEqual: asBoolean((a, b) => a <= b),
  Greater: asBoolean((a, b) => a > b),
  GreaterOrEqual: asBoolean((a, b) => a >= b),
  And: asBoolean((a, b) => a !== 0 && b !== 0),
  Or: asBoolean((a, b) => a !== 0 || b !== 0),
  Not: asBoolean((a) => a === 0),
};

/** By the series of erf, which converges everywhere, and 1 beyond what a float of 64 bit tells from it. */
function errorFunction(x: number): number {
  if (Math.abs(x) > 5.9) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
    if (n > 300) break;
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const present = (call: Call, inputs: ConstantInputs): Constant[] =>
  inputs.map((input) => input ?? fail('E0206', `${call.type} lacks an input`));

/** @throws E0205 where the dimensions do not fit each other */
function combined(
  call: Call,
  inputs: readonly Constant[],
  compute: (...values: number[]) => number,
  integer: boolean,
): Constant {
  const dims = inputs.reduce<number[] | undefined>((sum, { dims: own }) => sum && broadcastDims(sum, own), []);
  if (dims === undefined)
    fail('E0205', `${call.type} of ${inputs.map((input) => formatShape(input.dims)).join(' and ')}`);
  requireSize(dims, call.name);
  const places = inputs.map((input) => indicesOf(broadcastView(contiguous(input.dims), dims)!));
  const size = sizeOf(dims);
  const isSingle = !integer && inputs.every(({ data, integer: own }) => own || data instanceof Float32Array);
  const data = isSingle ? new Float32Array(size) : new Float64Array(size);
  const values = new Array<number>(inputs.length);
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < inputs.length; i++) values[i] = inputs[i]!.data[places[i]![k]!]!;
    data[k] = compute(...values);
  }
  return { kind: 'constant', name: call.name, dims, data, integer };
}

const folds = Object.entries(KINDS).map(([type, { compute, integer, attributes = [] }]): [string, Fold] => [
  type,
  {
    attributes,
    fold: (call, inputs) => {
      const values = present(call, inputs);
      return combined(call, values, compute, integer ?? values[0]!.integer);
    },
  },
]);

export const elementwise: Folds = {
  ...Object.fromEntries(folds),
  Div: {
    attributes: [],
    fold: (call, inputs) => {
      const values = present(call, inputs);
      const { integer } = values[0]!;
      return combined(call, values, integer ? (a, b) => Math.trunc(a / b) : (a, b) => a / b, integer);
    },
  },
  Where: {
    attributes: [],
    fold: (call, inputs) => {
      const values = present(call, inputs);
      return combined(call, values, (condition, a, b) => (condition !== 0 ? a : b), values[1]!.integer);
    },
  },
  Clip: {
    attributes: ['max', 'min'],
    fold: (call, [value, low, high]) => {
      const from = low?.data[0] ?? call.attributes.float('min', -Infinity);
      const to = high?.data[0] ?? call.attributes.float('max', Infinity);
      return combined(call, present(call, [value]), (x) => Math.min(to, Math.max(from, x)), value!.integer);
    },
  },
  QuantizeLinear: {
    attributes: ['axis', 'saturate'],
    fold: (call, [value, scale, zero]) => {
      const [low, high] = integerRange(zero?.elementType);
      const [x, s] = present(call, [value, scale]) as [Constant, Constant];
      const parts = [x, alongAxis(call, s, x), ...(zero === undefined ? [] : [alongAxis(call, zero, x)])];
      const made = combined(
        call,
        parts,
        (a, b, c = 0) => Math.min(high, Math.max(low, roundHalfToEven(a / b) + c)),
        true,
      );
      return { ...made, ...(zero?.elementType !== undefined && { elementType: zero.elementType }) };
    },
  },
  DequantizeLinear: {
    attributes: ['axis'],
    fold: (call, [value, scale, zero]) => {
      const [x, s] = present(call, [value, scale]) as [Constant, Constant];
      const parts = [x, alongAxis(call, s, x), ...(zero === undefined ? [] : [alongAxis(call, zero, x)])];
      return combined(call, parts, (a, b, c = 0) => (a - c) * b, false);
    },
  },
};

/** A scale or zero point per index of the axis, so that it broadcasts. */
function alongAxis(call: Call, constant: Constant, { dims }: Constant): Constant {
  if (constant.data.length === 1) return { ...constant, dims: [] };
  const named = call.attributes.int('axis', 1);
  const axis = named < 0 ? named + dims.length : named;
  if (constant.dims.length !== 1 || constant.data.length !== dims[axis])
    fail('E0204', `${call.type} with a scale of ${formatShape(constant.dims)} for ${formatShape(dims)} is not read`);
  return { ...constant, dims: dims.map((length, k) => (k === axis ? length : 1)) };
}
