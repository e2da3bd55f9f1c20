/** Placements that look at nothing but the order of the blocks. */
import { topologyOf } from '../../../isa/index.ts';
import { hilbertOrder } from './hilbert.ts';
import { livingCores, livingCoresOf, type MeshTarget } from './problem.ts';
import type { SeededRandom } from './random.ts';

/** Block k on the k-th living core, row by row. */
export const sequentialPlacement = (blocks: number, target: MeshTarget): number[] =>
  livingCores(target).slice(0, blocks);

/** Block k on the k-th living core along a Hilbert curve over the mesh. */
export const hilbertPlacement = (blocks: number, target: MeshTarget): number[] =>
  livingCoresOf(target, hilbertOrder(topologyOf(target))).slice(0, blocks);

/** Every placement equally likely (Fisher–Yates). */
export function randomPlacement(blocks: number, target: MeshTarget, random: SeededRandom): number[] {
  const cores = livingCores(target);
  for (let k = 0; k < blocks; k++) {
    const pick = k + random.below(cores.length - k);
    [cores[k], cores[pick]] = [cores[pick]!, cores[k]!];
  }
  return cores.slice(0, blocks);
}
