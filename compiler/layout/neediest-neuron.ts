/** The neuron of a layer that listens to most: where it fits no core, no cut of the layer fits. */
import { shapeSize, type Box } from '../../isa/index.ts';
import type { QuantisedLayer } from '../ir/layers.ts';
import { axonCount, branchAxons } from './axons.ts';

/** The box of one neuron with most in-axons, in the first channel unless the layer is irregular. */
export function neediestNeuron(layer: QuantisedLayer): Box {
  const sparse = layer.branches.flatMap(({ operator }) => (operator.kind === 'sparse' ? [operator.post] : []));
  const at = (c0: number, y0: number, x0: number): Box => ({ c0, y0, x0, channels: 1, height: 1, width: 1 });
  const [, height, width] = layer.shape;
  if (sparse.length > 0) {
    const fanIn = new Uint32Array(shapeSize(layer.shape));
    for (const posts of sparse) for (const post of posts) fanIn[post]!++;
    const most = fanIn.reduce((best, count, n) => (count > fanIn[best]! ? n : best), 0);
    return at(Math.floor(most / (height * width)), Math.floor(most / width) % height, most % width);
  }
  // What a neuron sees is a row range times a column range, so each can be chosen by itself.
  const axons = (box: Box): number =>
    layer.branches.reduce((sum, branch) => {
      const heard = branchAxons(branch, layer.shape, [box]);
      return sum + (heard === undefined ? 0 : axonCount(heard));
    }, 0);
  const largest = (size: number, boxOf: (k: number) => Box): number =>
    Array.from({ length: size }, (_, k) => axons(boxOf(k))).reduce((best, n, k, all) => (n > all[best]! ? k : best), 0);
  const y = largest(height, (k) => at(0, k, width >> 1));
  return at(
    0,
    y,
    largest(width, (k) => at(0, y, k)),
  );
}
