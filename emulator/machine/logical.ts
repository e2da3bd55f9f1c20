/** The logical map: which element of which layer a neuron is. */
import { boxElements, type Chip } from '../../isa/machine.ts';

/** Layer and NCHW index of each neuron of a core; layer -1 = not in the map. */
export interface NeuronMap {
  readonly layer: Int32Array;
  readonly index: Uint32Array;
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
