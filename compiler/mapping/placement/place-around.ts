/** Placement of blocks around those whose core is given. */
import { tileOfCore } from '../../../isa/index.ts';
import type { CoreOf, PlacementProblem } from './problem.ts';

/**
 * To whoever places the open blocks, the others are what the host port is: nodes with a tile that send and hear.
 *
 * @param pinnedTo core of every block; undefined where it is open
 * @param place places the blocks of a problem
 */
export function placeAround(
  problem: PlacementProblem,
  pinnedTo: readonly (number | undefined)[] | undefined,
  place: (open: PlacementProblem) => CoreOf,
): CoreOf {
  if (pinnedTo === undefined) return place(problem);
  const { blocks, ports, target, flows } = problem;
  const open = [...Array(blocks).keys()].filter((block) => pinnedTo[block] === undefined);
  const cores = pinnedTo.filter((core) => core !== undefined);
  if (open.length === 0) return cores;
  const nodeOf = new Uint32Array(blocks + ports.length);
  open.forEach((block, k) => (nodeOf[block] = k));
  ports.forEach((_, k) => (nodeOf[blocks + k] = open.length + k));
  let next = open.length + ports.length;
  for (let block = 0; block < blocks; block++) if (pinnedTo[block] !== undefined) nodeOf[block] = next++;
  const renumber = (nodes: ArrayLike<number>): Uint32Array => Uint32Array.from(nodes, (node) => nodeOf[node]!);
  const placed = place({
    ...problem,
    blocks: open.length,
    ports: [...ports, ...cores.map((core) => tileOfCore(target, core))],
    flows: { from: renumber(flows.from), to: renumber(flows.to), weight: flows.weight },
    target: { ...target, takenCores: cores },
  });
  return pinnedTo.map((core, block) => core ?? placed[nodeOf[block]!]!);
}
