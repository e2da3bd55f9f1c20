/**
 * Views of the elements of an array: dimensions, and per axis the step from one element to the next. Transposing, slicing
 * and reshaping change the view alone, as in NumPy, so whatever an exporter writes between two operators costs nothing.
 */
import { sizeOf } from '../../operators/shared/shapes.ts';

export interface Strided {
  readonly dims: readonly number[];
  /** Steps in elements; 0 for an axis along which all elements are the same, such as a batch of copies. */
  readonly strides: readonly number[];
  /** Of the first element. */
  readonly offset: number;
}

/** Row after row, without gaps. */
export function contiguous(dims: readonly number[]): Strided {
  const strides = new Array<number>(dims.length).fill(0);
  let step = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    if (dims[axis] !== 1) strides[axis] = step;
    step *= dims[axis]!;
  }
  return { dims, strides, offset: 0 };
}

/** Whether the view is the whole array of `size` elements in its own order. */
export function isWhole(view: Strided, size: number): boolean {
  if (view.offset !== 0 || sizeOf(view.dims) !== size) return false;
  const own = contiguous(view.dims).strides;
  return view.dims.every((dimension, axis) => dimension === 1 || view.strides[axis] === own[axis]);
}

/** @param order per new axis, the old one */
export const transposedView = ({ dims, strides, offset }: Strided, order: readonly number[]): Strided => ({
  dims: order.map((axis) => dims[axis]!),
  strides: order.map((axis) => strides[axis]!),
  offset,
});

/** Every `step`-th of the elements from `start` on along an axis; the step may be negative. */
export function slicedView(view: Strided, axis: number, start: number, step: number, count: number): Strided {
  const stride = view.strides[axis]!;
  return {
    dims: view.dims.with(axis, count),
    strides: view.strides.with(axis, stride * step),
    offset: view.offset + (count === 0 ? 0 : start * stride),
  };
}

/** The same elements repeated along axes of 1 and along new ones in front; undefined where the dimensions do not fit. */
export function broadcastView({ dims, strides, offset }: Strided, wanted: readonly number[]): Strided | undefined {
  const fresh = wanted.length - dims.length;
  if (fresh < 0) return undefined;
  const fits = dims.every((dimension, axis) => dimension === 1 || dimension === wanted[axis + fresh]);
  if (!fits) return undefined;
  const repeated = wanted.map((_, axis) => (axis < fresh || dims[axis - fresh] === 1 ? 0 : strides[axis - fresh]!));
  return { dims: wanted, strides: repeated, offset };
}

/** Dimensions of what two operands make by broadcasting; undefined where they do not fit. */
export function broadcastDims(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const dims: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const [left, right] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    if (left !== right && left !== 1 && right !== 1) return undefined;
    dims.push(left === 1 ? right : left);
  }
  return dims;
}

/** The same elements in the same order under other dimensions; undefined where no steps give that. */
export function reshapedView(view: Strided, dims: readonly number[]): Strided | undefined {
  if (sizeOf(dims) === 0) return contiguous(dims);
  const old = view.dims.map((size, axis) => ({ size, stride: view.strides[axis]! })).filter(({ size }) => size !== 1);
  const strides = new Array<number>(dims.length).fill(0);
  let from = 0;
  let axis = 0;
  while (axis < dims.length) {
    if (dims[axis] === 1) {
      axis++;
      continue;
    }
    // The fewest old and new axes that hold equally many elements.
    const [firstOld, firstNew] = [from, axis];
    let [sizeOld, sizeNew] = [old[from++]!.size, dims[axis++]!];
    while (sizeOld !== sizeNew) {
      if (sizeOld < sizeNew) sizeOld *= old[from++]!.size;
      else sizeNew *= dims[axis++]!;
    }
    for (let k = firstOld; k + 1 < from; k++)
      if (old[k]!.stride !== old[k + 1]!.stride * old[k + 1]!.size) return undefined;
    let step = old[from - 1]!.stride;
    for (let k = axis - 1; k >= firstNew; k--) {
      if (dims[k] !== 1) strides[k] = step;
      step *= dims[k]!;
    }
  }
  return { dims, strides, offset: view.offset };
}

/** Per element of the view, row after row, its index in the array. */
export function indicesOf({ dims, strides, offset }: Strided): Uint32Array {
  const indices = new Uint32Array(sizeOf(dims));
  const last = dims.length - 1;
  const length = dims[last] ?? 1;
  const step = strides[last] ?? 0;
  const position = new Array<number>(Math.max(0, last)).fill(0);
  let start = offset;
  for (let row = 0; row < indices.length; row += length) {
    for (let index = 0; index < length; index++) indices[row + index] = start + index * step;
    // The next row: the axes before the last count on like an odometer.
    for (let axis = last - 1; axis >= 0; axis--) {
      start += strides[axis]!;
      if (++position[axis]! < dims[axis]!) break;
      start -= strides[axis]! * dims[axis]!;
      position[axis] = 0;
    }
  }
  return indices;
}
