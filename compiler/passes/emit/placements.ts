/** Where the neurons of a tile lie, for the logical map. */
import type { Box, Placement, Shape } from '../../../isa/index.ts';
import type { PlannedTile } from '../../layout/core-plan.ts';
import type { Orders } from '../../mapping/renumber.ts';

/** A tile as boxes of its layer; where neurons have new numbers, a box is a run of old ones. */
export function placementsOf(
  { orders, shapes }: { readonly orders: Orders; readonly shapes: readonly Shape[] },
  core: number,
  { layer, box, firstNeuron }: PlannedTile,
): Placement[] {
  const order = orders[layer];
  if (order === undefined) return [{ layer, core, firstNeuron, box }];
  const placements: Placement[] = [];
  for (let k = 0; k < box.height;) {
    const run = runBox(shapes[layer]!, order, box.y0 + k, box.y0 + box.height);
    placements.push({ layer, core, firstNeuron: firstNeuron + k, box: run });
    k += run.channels * run.width;
  }
  return placements;
}

/** The box of the neurons from position `first` on whose old numbers follow each other in one row, or in a vector. */
function runBox([channels, height, width]: Shape, order: Uint32Array, first: number, end: number): Box {
  const element = order[first]!;
  const isVector = height === 1 && width === 1;
  const room = isVector ? channels - element : width - (element % width);
  let count = 1;
  while (count < room && first + count < end && order[first + count] === element + count) count++;
  const row = Math.floor(element / width);
  return {
    c0: Math.floor(row / height),
    y0: row % height,
    x0: element % width,
    channels: isVector ? count : 1,
    height: 1,
    width: isVector ? 1 : count,
  };
}
