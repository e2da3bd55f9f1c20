/** Sums, norms and extremes over axes. */
import { type Call, reducedAxes } from '../operator.ts';
import { indicesOf, contiguous } from '../strided.ts';
import type { Constant } from '../values.ts';
import { fail } from '../../../../isa/index.ts';
import type { Fold, Folds } from './fold.ts';

/** Of all elements that are reduced to one. */
type Reduce = (values: readonly number[]) => number;

const sum: Reduce = (values) => values.reduce((total, value) => total + value, 0);
const squares: Reduce = (values) => values.reduce((total, value) => total + value * value, 0);

const REDUCTIONS: Readonly<Record<string, Reduce>> = {
  ReduceSum: sum,
  ReduceMean: (values) => sum(values) / values.length,
  ReduceMax: (values) => values.reduce((a, b) => Math.max(a, b), -Infinity),
  ReduceMin: (values) => values.reduce((a, b) => Math.min(a, b), Infinity),
  ReduceProd: (values) => values.reduce((a, b) => a * b, 1),
  ReduceL1: (values) => values.reduce((total, value) => total + Math.abs(value), 0),
  ReduceL2: (values) => Math.sqrt(squares(values)),
  ReduceSumSquare: squares,
};

function reduced(call: Call, value: Constant, axes: readonly number[], reduce: Reduce): Constant {
  const { dims } = value;
  const gone = new Set(axes);
  const { strides } = contiguous(dims);
  const pick = (isGone: boolean) => {
    const own = [...dims.keys()].filter((axis) => gone.has(axis) === isGone);
    return indicesOf({ dims: own.map((axis) => dims[axis]!), strides: own.map((axis) => strides[axis]!), offset: 0 });
  };
  const [places, starts] = [pick(true), pick(false)];
  const numbers = Array.from(starts, (start) => reduce(Array.from(places, (place) => value.data[start + place]!)));
  const keeps = call.attributes.int('keepdims', 1) !== 0;
  const left = dims.map((length, axis) => (gone.has(axis) ? 1 : length)).filter((_, axis) => keeps || !gone.has(axis));
  const isSingle = value.data instanceof Float32Array;
  const data = isSingle ? Float32Array.from(numbers) : Float64Array.from(numbers);
  return { kind: 'constant', name: call.name, dims: left, data, integer: value.integer };
}

export const reductions: Folds = Object.fromEntries(
  Object.entries(REDUCTIONS).map(([type, reduce]): [string, Fold] => [
    type,
    {
      attributes: ['axes', 'keepdims', 'noop_with_empty_axes'],
      fold: (call, [value]) => {
        if (value === undefined) fail('E0206', `${type} has no input`);
        const axes = reducedAxes(call, value.dims.length);
        return axes === undefined ? value : reduced(call, value, axes, reduce);
      },
    },
  ]),
);
