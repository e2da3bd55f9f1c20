/**
 * Force-directed refinement, the published baseline (Jin et al., ASPLOS 2023): a block moves to the neighbouring tile to
 * which its flows and those of the block there pull most, until no pull is left. Of the variants of the order (strongest
 * first, a share at a time, block by block), this one ends lowest on the networks of the benchmark.
 */
import { BestMove } from './best-move.ts';
import { Board } from './board.ts';
import type { CoreOf, PlacementProblem } from './problem.ts';

const STEPS = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
] as const;

/** Every move lowers the energy, so it ends. */
export function forceDirected(problem: PlacementProblem, start: CoreOf): number[] {
  const board = new Board(problem, start);
  for (let moved = true; moved; ) {
    moved = false;
    for (let block = 0; block < board.blocks; block++) {
      const core = strongestPull(board, block);
      if (core < 0) continue;
      board.move(block, core);
      moved = true;
    }
  }
  return board.coreOf();
}

/** The core on a neighbouring tile that lowers the energy most; -1 where none does. */
function strongestPull(board: Board, block: number): number {
  const best = new BestMove(board, block);
  for (const [dx, dy] of STEPS) {
    const x = board.columnOf(block) + dx;
    const y = board.rowOf(block) + dy;
    if (x >= 0 && x < board.width && y >= 0 && y < board.height) best.lookAt(x, y);
  }
  return best.core;
}
