/** Where the elements of layers are. */
import type { Chip, Shape } from '../../isa/index.ts';

/** An element of a layer by its NCHW index and its coordinates. */
interface Element {
  readonly index: number;
  readonly c: number;
  readonly y: number;
  readonly x: number;
}

export function elementOf(shape: Shape, index: number): Element {
  const [, height, width] = shape;
  const x = index % width;
  const y = Math.floor(index / width) % height;
  return { index, c: Math.floor(index / (width * height)), y, x };
}

/** Core and neuron of an element; -1 where the logical map does not have it. */
export function locate(chip: Chip, layer: number, index: number): { readonly core: number; readonly slot: number } {
  const { c, y, x } = elementOf(chip.layers[layer]!.shape, index);
  for (const { layer: placed, core, firstNeuron, box } of chip.placements) {
    const [dc, dy, dx] = [c - box.c0, y - box.y0, x - box.x0];
    if (placed !== layer || dc < 0 || dy < 0 || dx < 0) continue;
    if (dc >= box.channels || dy >= box.height || dx >= box.width) continue;
    return { core, slot: firstNeuron + (dy * box.width + dx) * box.channels + dc };
  }
  return { core: -1, slot: -1 };
}
