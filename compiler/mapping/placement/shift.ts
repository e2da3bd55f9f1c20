/**
 * Moves a whole placement over the mesh. Moves of single blocks cannot: each of them would leave its neighbours behind, so a
 * cluster that fills a part of the mesh stays where it grew, however far from the host port.
 */
import { tileOfCore, topologyOf, type Topology } from '../../../isa/index.ts';
import { livingCores, placementEnergy, type CoreOf, type PlacementProblem } from './problem.ts';

/** The shift with the least energy, the given placement included. */
export function shiftToPorts(problem: PlacementProblem, coreOf: CoreOf): CoreOf {
  const topology = topologyOf(problem.target);
  const { columns, rows } = topology;
  const living = new Set(livingCores(problem.target));
  let best = coreOf;
  let lowest = placementEnergy(problem, coreOf);
  for (let down = 1 - rows; down < rows; down++)
    for (let right = 1 - columns; right < columns; right++) {
      const shifted = shift(problem, topology, coreOf, right, down);
      if (shifted === undefined || shifted.some((core) => !living.has(core))) continue;
      const energy = placementEnergy(problem, shifted);
      if (energy >= lowest) continue;
      lowest = energy;
      best = shifted;
    }
  return best;
}

/** Undefined where a block would leave the mesh. */
function shift(
  { target }: PlacementProblem,
  topology: Topology,
  coreOf: CoreOf,
  right: number,
  down: number,
): number[] | undefined {
  const { coresPerTile } = target;
  const shifted: number[] = [];
  for (const core of coreOf) {
    const tile = topology.moved(tileOfCore(target, core), right, down);
    if (tile < 0) return undefined;
    shifted.push(tile * coresPerTile + (core % coresPerTile));
  }
  return shifted;
}
