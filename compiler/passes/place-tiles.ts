/** Places cores in order along a Hilbert curve over the mesh, so that consecutive cores are neighbours. */
import type { Target } from '../../isa/index.ts';
import type { Assigned, Placed } from '../ir/mapped.ts';

/** Gives the assigned cores their places; there are at most as many as the target has (assignTiles sees to it). */
export function placeTiles(assigned: Assigned, target: Target): Placed {
  const { mesh, coresPerTile } = target;
  const order = hilbertOrder(mesh.width, mesh.height);
  const coreOf = assigned.coreOf.map((k) => order[Math.floor(k / coresPerTile)]! * coresPerTile + (k % coresPerTile));
  return { tiles: assigned.tiles, coreOf };
}

/** Tile indices y * width + x in the order of the smallest Hilbert curve that covers the mesh. */
export function hilbertOrder(width: number, height: number): readonly number[] {
  let side = 1;
  while (side < Math.max(width, height)) side *= 2;
  const order: number[] = [];
  for (let d = 0; d < side * side; d++) {
    const [x, y] = hilbertPoint(side, d);
    if (x < width && y < height) order.push(y * width + x);
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
