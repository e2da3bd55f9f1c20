/** Gives every block a core, by one of the known methods. */
import { anneal } from './anneal.ts';
import { Board } from './board.ts';
import { forceDirected } from './force-directed.ts';
import { polish } from './polish.ts';
import { placementEnergy, type CoreOf, type PlacementProblem } from './problem.ts';
import { SeededRandom } from './random.ts';
import { shiftToPorts } from './shift.ts';
import { hilbertPlacement, randomPlacement, sequentialPlacement } from './starts.ts';

/** What `--place` accepts; the others are there to compare with. */
export const PLACEMENT_METHODS = ['anneal', 'hilbert', 'sequential', 'random'] as const;
export type PlacementMethod = (typeof PLACEMENT_METHODS)[number];

/**
 * @param seed of `anneal` and `random`
 * @returns the core of every block; the same on every machine
 */
export function placeBlocks(problem: PlacementProblem, method: PlacementMethod, seed: number): CoreOf {
  const { blocks, target } = problem;
  switch (method) {
    case 'sequential':
      return sequentialPlacement(blocks, target);
    case 'random':
      return randomPlacement(blocks, target, new SeededRandom(seed));
    case 'hilbert':
      return hilbertPlacement(blocks, target);
    case 'anneal':
      return annealed(problem, seed);
  }
}

/** The Hilbert curve, refined by forces: what annealing is compared with. */
export const placeByForces = (problem: PlacementProblem): number[] =>
  forceDirected(problem, hilbertPlacement(problem.blocks, problem.target));

/** Moves: enough for 300 blocks to settle, fewer where there is less to choose from, more where there are more blocks. */
const annealingMoves = (blocks: number): number => Math.min(100 * blocks * blocks, Math.max(2_000_000, 1_000 * blocks));

/** Annealed from the Hilbert curve, polished and shifted; the refinement by forces where that should end lower. */
function annealed(problem: PlacementProblem, seed: number): CoreOf {
  const byForces = placeByForces(problem);
  const board = new Board(problem, hilbertPlacement(problem.blocks, problem.target));
  anneal(board, new SeededRandom(seed), annealingMoves(problem.blocks));
  polish(board);
  const coreOf = shiftToPorts(problem, board.coreOf());
  return placementEnergy(problem, coreOf) < placementEnergy(problem, byForces) ? coreOf : byForces;
}
