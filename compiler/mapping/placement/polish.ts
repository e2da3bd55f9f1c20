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
    board.topology.tiles <= TILES_SEEN
      ? Math.max(board.topology.columns, board.topology.rows)
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
  const { topology } = board;
  const { columns, rows } = topology;
  const best = new BestMove(board, block);
  const x = board.columnOf(block);
  const y = board.rowOf(block);
  for (let row = Math.max(0, y - reach); row <= Math.min(rows - 1, y + reach); row++)
    for (let column = Math.max(0, x - reach); column <= Math.min(columns - 1, x + reach); column++)
      best.lookAt(topology.tileAt(column, row));
  return best.core;
}
