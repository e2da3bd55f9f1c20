/** Neurons that have integrated all of their input when they send. */
import type { ConvertedLayer } from '../ir/layers.ts';
import { valueOf } from '../layer-neurons.ts';

/**
 * Initial potential and threshold of a layer; no threshold where it is read out.
 *
 * @throws Error for neurons that have not integrated their bias already: it is part of the potential at the start
 */
export function integratedValues(layer: ConvertedLayer) {
  if (valueOf(layer, 'bias')?.some((bias) => bias !== 0) === true)
    throw new Error('a layer that has integrated everything has no bias of every tick');
  return { initial: valueOf(layer, 'initial')!, threshold: valueOf(layer, 'threshold') };
}
