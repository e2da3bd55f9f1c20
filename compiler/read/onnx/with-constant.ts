/** Operators between an activation and a constant: y = factor·x + summand, each of a value per element that broadcasts. */
import { fail } from '../../../isa/index.ts';
import { formatShape, sizeOf } from '../../operators/shared/shapes.ts';
import { type Call, inputName } from './operator.ts';
import { broadcastDims, broadcastView, contiguous, indicesOf } from './strided.ts';
import { type Activation, type Constant, sampleOf, viewed } from './values.ts';

/** What an operator does to an element, for the constant c that it meets. */
export type Meaning = (c: number) => { readonly factor: number; readonly summand: number };

/** @param index which input of the call the value is, for the question whether anything else takes it */
export function combineWithConstant(
  call: Call,
  value: Activation,
  constant: Constant,
  meaning: Meaning,
  index?: number,
): Activation {
  const { elements } = call;
  if (constant.data.length === 1 && constant.dims.length <= value.dims.length)
    return elements.onEach(value, call.name, (input) =>
      addUniform(call, input, meaning(constant.data[0]!), input === value.node ? index : undefined),
    );
  const dims = broadcastDims(value.dims, constant.dims);
  const wide = dims && broadcastView(value, dims);
  if (dims === undefined || wide === undefined)
    fail(
      'E0205',
      `${call.type} of ${formatShape(value.dims)} and the constant "${constant.name}" of ${formatShape(constant.dims)}`,
    );
  const whole = viewed(value, wide);
  const taken = allOf(call, whole);
  const values = perElement(call, taken, constant);
  const [factors, summands] = [new Float32Array(values.length), new Float32Array(values.length)];
  // By index: the iterator that `from` takes makes a list of all values first.
  for (let k = 0; k < values.length; k++) {
    const { factor, summand } = meaning(values[k]!);
    factors[k] = factor;
    summands[k] = summand;
  }
  return {
    ...taken,
    node: addFactors(call, taken.node, { factors, summands }, taken.node === value.node ? index : undefined),
  };
}

/** The value as all elements of a node. */
export const allOf = (call: Call, value: Activation): Activation =>
  call.elements.isPermutation(value) ? value : call.elements.settled(value, inputName(call));

/** The constant for each element of the node of which the value is all. @throws E0204 where it differs within the batch */
export function perElement(
  call: Call,
  value: Activation,
  constant: Pick<Constant, 'name' | 'dims' | 'data'>,
): Float64Array {
  const view = broadcastView(contiguous(constant.dims), value.dims)!;
  const batch = value.dims.length > sampleOf(value).dims.length;
  if (batch && view.dims[0] !== 1 && view.strides[0] !== 0)
    fail('E0204', `${call.type} of a constant "${constant.name}" that differs from sample to sample is not read`);
  const sample = batch ? { dims: view.dims.slice(1), strides: view.strides.slice(1), offset: view.offset } : view;
  const [from, to] = [indicesOf(sample), indicesOf(sampleOf(value))];
  const values = new Float64Array(to.length);
  for (let k = 0; k < to.length; k++) values[to[k]!] = constant.data[from[k]!]!;
  return values;
}

function addUniform(call: Call, input: string, { factor, summand }: ReturnType<Meaning>, index?: number): string {
  const { builder } = call;
  const [channels] = builder.shape(input);
  const scale = new Float32Array(channels).fill(factor);
  const shift = new Float32Array(channels).fill(summand);
  return addPerChannel(call, input, scale, shift, index);
}

/** A factor and a summand per channel: as the bias of the operator before it where that may be, else a node of its own. */
function addPerChannel(call: Call, input: string, scale: Float32Array, shift: Float32Array, index?: number): string {
  const bias = index === undefined ? undefined : addBias(call, input, scale, shift, index);
  return bias ?? addAffine(call, input, scale, shift);
}

function addAffine({ builder, name }: Call, input: string, scale: Float32Array, shift: Float32Array): string {
  return builder.add({ op: 'affine', name, inputs: [input], scale, shift }).name;
}

/** A constant per channel becomes the bias of the operator before it, where that has none; undefined otherwise. */
function addBias(
  { builder, isOnlyUse }: Call,
  input: string,
  scale: Float32Array,
  shift: Float32Array,
  index: number,
): string | undefined {
  const node = builder.node(input);
  const takesBias = (node.op === 'dense' || node.op === 'conv') && node.bias === undefined;
  if (!takesBias || !isOnlyUse(index) || scale.some((factor) => factor !== 1)) return undefined;
  builder.replace({ ...node, bias: { shape: [shift.length], data: shift } });
  return input;
}

/**
 * A node that multiplies each element of another and adds to it: per channel where that suffices.
 *
 * @param index which input of the call it is, where a bias may become that of the operator behind it
 */
export function addFactors(
  call: Call,
  input: string,
  { factors, summands }: { readonly factors: Float32Array; readonly summands: Float32Array },
  index?: number,
): string {
  const { builder, name } = call;
  const shape = builder.shape(input);
  const area = sizeOf(shape) / shape[0];
  const isUniform = [factors, summands].every((all) => all.every((c, k) => Object.is(c, all[k - (k % area)])));
  const perChannel = (all: Float32Array): Float32Array => new Float32Array(shape[0]).map((_, c) => all[c * area]!);
  const isSum = factors.every((factor) => factor === 1);
  if (isUniform) return addPerChannel(call, input, perChannel(factors), perChannel(summands), index);
  if (isSum) {
    return addAffine(call, input, new Float32Array(shape[0]).fill(1), summands);
  }
  const each = new Uint32Array(factors.length).map((_, k) => k);
  const bias = { shape: [summands.length], data: summands };
  return builder.add({ op: 'sparse', name, inputs: [input], pre: each, post: each, weight: factors, bias, shape }).name;
}
