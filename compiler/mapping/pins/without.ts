/** What is left of a box of a layer where some of its neurons lie elsewhere. */
import { boxElement, boxSize, type Box } from '../../../isa/index.ts';
import type { QuantisedLayer } from '../../ir/layers.ts';
import { coverColumns } from '../cover.ts';

/**
 * @param isGone of a neuron, by channel, row and column
 * @returns disjoint boxes that tiles may be, with just the neurons that are not gone; the box itself where none is
 */
export function without(
  layer: QuantisedLayer,
  box: Box,
  isGone: (channel: number, row: number, column: number) => boolean,
): readonly Box[] {
  const [, height, width] = layer.shape;
  const left: Box[] = [];
  for (let k = 0; k < boxSize(box); k++) {
    const element = boxElement(box, layer.shape, k);
    const x0 = element % width;
    const y0 = Math.floor(element / width) % height;
    const c0 = Math.floor(element / (width * height));
    if (!isGone(c0, y0, x0)) left.push({ c0, y0, x0, channels: 1, height: 1, width: 1 });
  }
  if (left.length === boxSize(box)) return [box];
  return coverColumns(layer, left);
}
