/** Means and sums over axes. */
import { fail } from '../../../../isa/index.ts';
import type { Pair } from '../../../ir/ann.ts';
import { formatShape, sizeOf } from '../../../operators/shared/shapes.ts';
import { naturalShape } from '../elements.ts';
import {
  activationInput,
  addAffine,
  type Call,
  imageInput,
  imageOf,
  type OnnxOperator,
  type OnnxOperators,
  reducedAxes,
} from '../operator.ts';
import { contiguous, indicesOf } from '../strided.ts';
import { type Activation, sampleOf } from '../values.ts';

/** A mean or a sum over the axes named, or over all but the batch. */
const reduction = (isMean: boolean): OnnxOperator => ({
  attributes: ['axes', 'keepdims', 'noop_with_empty_axes'],
  read: (call) => {
    const value = activationInput(call, 0);
    const axes = reducedAxes(call, value.dims.length);
    if (axes === undefined) return value;
    const copies = axes.find((axis) => value.dims[axis] !== 1 && value.strides[axis] === 0);
    if (copies !== undefined) fail('E0204', `${call.type} over the batch is not read`);
    return reduced(call, value, { axes: new Set(axes), isMean, keeps: call.attributes.int('keepdims', 1) !== 0 });
  },
});

export const reduce = {
  GlobalAveragePool: {
    attributes: [],
    read: (call) => {
      const input = imageInput(call);
      addPool(call, input.node, [input.shape[1], input.shape[2]]);
      return imageOf(call, call.name, input);
    },
  },
  ReduceMean: reduction(true),
  ReduceSum: reduction(false),
} satisfies OnnxOperators;

interface Reduction {
  readonly axes: ReadonlySet<number>;
  readonly isMean: boolean;
  readonly keeps: boolean;
}

function reduced(call: Call, value: Activation, { axes, isMean, keeps }: Reduction): Activation {
  const { dims, strides } = value;
  const of = (isReduced: boolean): number[] => [...dims.keys()].filter((axis) => axes.has(axis) === isReduced);
  const [gone, left] = [of(true), of(false)];
  const count = sizeOf(gone.map((axis) => dims[axis]!));
  const places = indicesOf({
    dims: gone.map((axis) => dims[axis]!),
    strides: gone.map((axis) => strides[axis]!),
    offset: 0,
  });
  const pool = call.elements.isPermutation(value) ? poolOf(call, value, places.toSorted()) : undefined;
  const next = (axis: number): number => (axes.has(axis) || dims[axis] === 1 ? 0 : pool!.step(strides[axis]!));
  const kept = keeps ? [...dims.keys()] : left;
  const result = {
    kind: 'activation' as const,
    dims: kept.map((axis) => (axes.has(axis) ? 1 : dims[axis]!)),
    offset: 0,
  };
  if (pool === undefined) {
    const node = addSums(call, value, left, places, isMean ? 1 / count : 1);
    return { ...result, node, strides: stepsOf(value, result.dims) };
  }
  addPool(call, value.node, pool.kernel);
  const node = isMean ? call.name : addAffine(call.builder, call.name, call.name, count, 0);
  return { ...result, node, strides: kept.map(next) };
}

/** Steps of a contiguous result; 0 along a batch. */
function stepsOf(value: Activation, dims: readonly number[]): readonly number[] {
  const isBatch = value.dims[0] === dims[0] && sampleOf(value).dims.length < value.dims.length;
  return isBatch ? [0, ...contiguous(dims.slice(1)).strides] : contiguous(dims).strides;
}

/** The pooling over whole axes of the node that takes these places together, and what becomes of a step between the others. */
function poolOf(
  call: Call,
  value: Activation,
  places: Uint32Array,
): { readonly kernel: Pair; readonly step: (stride: number) => number } | undefined {
  const [, height, width] = call.builder.shape(value.node);
  const area = height * width;
  const is = (length: number, place: (k: number) => number): boolean =>
    places.length === length && places.every((at, k) => at === place(k));
  if (is(area, (k) => k)) return { kernel: [height, width], step: (stride) => stride / area };
  if (is(width, (k) => k)) return { kernel: [1, width], step: (stride) => stride / width };
  if (is(height, (k) => k * width))
    return { kernel: [height, 1], step: (stride) => (stride >= area ? stride / height : stride) };
  return undefined;
}

function addPool(call: Call, input: string, kernel: Pair): void {
  call.builder.add({
    op: 'averagePool',
    name: call.name,
    inputs: [input],
    kernel,
    stride: kernel,
    padding: [0, 0, 0, 0],
    countPadding: false,
  });
}

/** Single connections from all places to what is left. */
function addSums(call: Call, value: Activation, left: readonly number[], places: Uint32Array, factor: number): string {
  const { dims, strides, offset } = value;
  const isSample = (axis: number): boolean => !(dims[axis] !== 1 && strides[axis] === 0);
  const kept = left.filter(isSample);
  const starts = indicesOf({
    dims: kept.map((axis) => dims[axis]!),
    strides: kept.map((axis) => strides[axis]!),
    offset,
  });
  const size = starts.length * places.length;
  const pre = Uint32Array.from(
    { length: size },
    (_, k) => starts[Math.floor(k / places.length)]! + places[k % places.length]!,
  );
  const post = Uint32Array.from({ length: size }, (_, k) => Math.floor(k / places.length));
  const own = kept.filter((axis) => axis !== 0 || dims[0] !== 1).map((axis) => dims[axis]!);
  const shape = naturalShape(own);
  if (sizeOf(shape) !== starts.length) fail('E0204', `${call.type} of ${formatShape(dims)} is not read`);
  const weight = new Float32Array(size).fill(factor);
  return call.builder.add({ op: 'sparse', name: call.name, inputs: [value.node], pre, post, weight, shape }).name;
}
