/** Places tiles in order along a Hilbert curve over the mesh, so that consecutive tiles are neighbours. */
import type { Target } from '../../isa/index.ts';
import type { Placed, Tile } from '../ir/mapped.ts';
import { hilbertPlacement } from '../mapping/placement/starts.ts';

/** Gives tile k a core; there are at most as many tiles as cores (partitionLayers sees to it). */
export function placeTiles(tiles: readonly Tile[], target: Target): Placed {
  return { tiles, coreOf: hilbertPlacement(tiles.length, target) };
}
