/** Sizes and element order of layers and boxes. One rule for compiler, loader and emulator. */
import type { Box, Shape } from './chip.ts';

/** Elements of a layer. */
export const shapeSize = (shape: Shape): number => shape[0] * shape[1] * shape[2];

/** Elements of a box. */
export const boxSize = (box: Box): number => box.channels * box.height * box.width;

/** The box that is a whole layer. */
export const wholeBox = ([channels, height, width]: Shape): Box => ({ c0: 0, y0: 0, x0: 0, channels, height, width });

/** NCHW index in its layer of element `k` of a box, which is stored channel-last. */
export function boxElement(box: Box, shape: Shape, k: number): number {
  const c = k % box.channels;
  const column = (k - c) / box.channels;
  const x = column % box.width;
  const y = (column - x) / box.width;
  return ((box.c0 + c) * shape[1] + box.y0 + y) * shape[2] + box.x0 + x;
}

/** NCHW indices of all elements of a box, in box order. */
export function boxElements(box: Box, shape: Shape): Uint32Array {
  const elements = new Uint32Array(boxSize(box));
  for (let k = 0; k < elements.length; k++) elements[k] = boxElement(box, shape, k);
  return elements;
}

/** Common part of two boxes; undefined where there is none. */
export function intersectBoxes(a: Box, b: Box): Box | undefined {
  const c0 = Math.max(a.c0, b.c0);
  const y0 = Math.max(a.y0, b.y0);
  const x0 = Math.max(a.x0, b.x0);
  const channels = Math.min(a.c0 + a.channels, b.c0 + b.channels) - c0;
  const height = Math.min(a.y0 + a.height, b.y0 + b.height) - y0;
  const width = Math.min(a.x0 + a.width, b.x0 + b.width) - x0;
  return channels > 0 && height > 0 && width > 0 ? { c0, y0, x0, channels, height, width } : undefined;
}
