/** The Hilbert curve over a mesh: neighbours on the curve are neighbours on the mesh. */

import type { Topology } from '../../../isa/index.ts';

/** Tiles in the order of the smallest Hilbert curve that covers the mesh. */
export function hilbertOrder(topology: Topology): readonly number[] {
  const { columns, rows } = topology;
  let side = 1;
  while (side < Math.max(columns, rows)) side *= 2;
  const order: number[] = [];
  for (let d = 0; d < side * side; d++) {
    const [x, y] = hilbertPoint(side, d);
    if (x < columns && y < rows) order.push(topology.tileAt(x, y));
  }
  return order;
}

/** Point at distance d along the Hilbert curve of a square (side a power of two), built up quadrant by quadrant. */
function hilbertPoint(side: number, d: number): readonly [x: number, y: number] {
  let x = 0;
  let y = 0;
  for (let size = 1, rest = d; size < side; size *= 2, rest = Math.floor(rest / 4)) {
    const right = (rest >> 1) & 1;
    const up = (rest ^ right) & 1;
    if (up === 0) {
      if (right === 1) {
        x = size - 1 - x;
        y = size - 1 - y;
      }
      [x, y] = [y, x];
    }
    x += size * right;
    y += size * up;
  }
  return [x, y];
}
