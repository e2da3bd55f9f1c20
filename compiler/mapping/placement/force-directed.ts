/**
 * Force-directed refinement, the published baseline (Jin et al., ASPLOS 2023): a block moves to the neighbouring tile to
 * which its flows and those of the block there pull most, until no pull is left. Of the variants of the order (strongest
 * first, a share at a time, block by block), this one ends lowest on the networks of the benchmark.
 */
import { LINK_PORTS } from '../../../isa/index.ts';
import { BestMove } from './best-move.ts';
import { Board } from './board.ts';
import type { CoreOf, PlacementProblem } from './problem.ts';

/** Every move lowers the energy, so it ends. */
export function forceDirected(problem: PlacementProblem, start: CoreOf): number[] {
  const board = new Board(problem, start);
  for (let moved = true; moved;) {
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
  const tile = board.tileOf(block);
  for (const port of LINK_PORTS) {
    const neighbour = board.topology.neighbour(tile, port);
    if (neighbour >= 0) best.lookAt(neighbour);
  }
  return best.core;
}
