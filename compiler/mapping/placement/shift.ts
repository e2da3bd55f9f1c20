/**
 * Moves a whole placement over the mesh. Moves of single blocks cannot: each of them would leave its neighbours behind, so a
 * cluster that fills a part of the mesh stays where it grew, however far from the host port.
 */
import { livingCores, placementEnergy, type CoreOf, type PlacementProblem } from './problem.ts';

/** The shift with the least energy, the given placement included. */
export function shiftToPorts(problem: PlacementProblem, coreOf: CoreOf): CoreOf {
  const { width, height } = problem.target.mesh;
  const living = new Set(livingCores(problem.target));
  let best = coreOf;
  let lowest = placementEnergy(problem, coreOf);
  for (let down = 1 - height; down < height; down++)
    for (let right = 1 - width; right < width; right++) {
      const shifted = shift(problem, coreOf, right, down);
      if (shifted === undefined || shifted.some((core) => !living.has(core))) continue;
      const energy = placementEnergy(problem, shifted);
      if (energy >= lowest) continue;
      lowest = energy;
      best = shifted;
    }
  return best;
}

/** Undefined where a block would leave the mesh. */
function shift({ target }: PlacementProblem, coreOf: CoreOf, right: number, down: number): number[] | undefined {
  const { mesh, coresPerTile } = target;
  const shifted: number[] = [];
  for (const core of coreOf) {
    const tile = Math.floor(core / coresPerTile);
    const x = (tile % mesh.width) + right;
    const y = Math.floor(tile / mesh.width) + down;
    if (x < 0 || x >= mesh.width || y < 0 || y >= mesh.height) return undefined;
    shifted.push((y * mesh.width + x) * coresPerTile + (core % coresPerTile));
  }
  return shifted;
}
