/** The last step after annealing: the best move of every block, until no single move lowers the energy any more. */
import { BestMove } from './best-move.ts';
import type { Board } from './board.ts';

/** Tiles that a block looks at; on larger meshes those around it. */
const TILES_SEEN = 1024;
/** Sweeps over all blocks; after annealing a handful is enough. */
const SWEEPS = 32;

/** Polishes a board in place. */
export function polish(board: Board): void {
  const reach =
    board.width * board.height <= TILES_SEEN
      ? Math.max(board.width, board.height)
      : Math.floor((Math.sqrt(TILES_SEEN) - 1) / 2);
  for (let sweep = 0, moved = true; moved && sweep < SWEEPS; sweep++) {
    moved = false;
    for (let block = 0; block < board.blocks; block++) {
      const core = bestMove(board, block, reach);
      if (core < 0) continue;
      board.move(block, core);
      moved = true;
    }
  }
}

function bestMove(board: Board, block: number, reach: number): number {
  const { width, height } = board;
  const best = new BestMove(board, block);
  const x = board.columnOf(block);
  const y = board.rowOf(block);
  for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++)
    for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column++)
      best.lookAt(column, row);
  return best.core;
}
