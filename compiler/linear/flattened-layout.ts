/** Flattened images: the indices of their elements in the vector. */
import type { Shape } from '../../isa/index.ts';
import type { AxisOrder } from '../ir/ann.ts';

/** Where the elements of a part lie in a flattened vector. */
export interface Layout {
  readonly order: AxisOrder;
  /** Shape of the whole image that was flattened, and the first of its channels that the part holds. */
  readonly image: Shape;
  readonly first: number;
  /** Index in the vector at which the image begins. */
  readonly base: number;
}

/** Per element (NCHW) of a part of the shape given, its index in the vector. */
export function positionsOf(shape: Shape, { order, image, first, base }: Layout): Uint32Array {
  const strides = [0, 0, 0];
  let stride = 1;
  for (const axis of [order[2], order[1], order[0]]) {
    strides[axis] = stride;
    stride *= image[axis]!;
  }
  const positions = new Uint32Array(shape[0] * shape[1] * shape[2]);
  let index = 0;
  for (let c = 0; c < shape[0]; c++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[2]; x++)
        positions[index++] = base + (first + c) * strides[0]! + y * strides[1]! + x * strides[2]!;
  return positions;
}

/** Whether the two lie alike. */
export function sameLayout(a: Layout | undefined, b: Layout | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const sameImage = String(a.order) === String(b.order) && String(a.image) === String(b.image);
  return sameImage && a.base === b.base && a.first === b.first;
}
