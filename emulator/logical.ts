/** The logical map: which element of which layer a neuron is. */
import type { Box, Chip, Shape } from '../isa/index.ts';

/** Layer and NCHW index of each neuron of a core; layer -1 = not in the map. */
export interface NeuronMap {
  readonly layer: Int32Array;
  readonly index: Uint32Array;
}

/** NCHW index in its layer of element `k` of a box, which is stored channel-last. */
function boxElement(box: Box, shape: Shape, k: number): number {
  const c = k % box.channels;
  const column = (k - c) / box.channels;
  const x = column % box.width;
  const y = (column - x) / box.width;
  return ((box.c0 + c) * shape[1] + box.y0 + y) * shape[2] + box.x0 + x;
}

/** NCHW indices of all elements of a box, in box order. */
export function boxElements(box: Box, shape: Shape): Uint32Array {
  const elements = new Uint32Array(box.channels * box.height * box.width);
  for (let k = 0; k < elements.length; k++) elements[k] = boxElement(box, shape, k);
  return elements;
}

/** The map of every used core, by core index. */
export function neuronMaps(chip: Chip): ReadonlyMap<number, NeuronMap> {
  const maps = new Map<number, NeuronMap>();
  for (const image of chip.cores)
    maps.set(image.core, {
      layer: new Int32Array(image.neuronCount).fill(-1),
      index: new Uint32Array(image.neuronCount),
    });
  for (const placement of chip.placements) {
    const map = maps.get(placement.core);
    if (map === undefined) continue;
    const elements = boxElements(placement.box, chip.layers[placement.layer]!.shape);
    map.layer.fill(placement.layer, placement.firstNeuron, placement.firstNeuron + elements.length);
    map.index.set(elements, placement.firstNeuron);
  }
  return maps;
}
