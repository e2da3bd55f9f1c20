/** The move of a block that lowers the energy most, among the tiles that somebody looks at. */
import { type Board, SMALLEST_GAIN } from './board.ts';

export class BestMove {
  /** -1 where no core that was looked at lowers the energy. */
  core = -1;
  #lowest = -SMALLEST_GAIN;
  readonly #board: Board;
  readonly #block: number;

  constructor(board: Board, block: number) {
    this.#board = board;
    this.#block = block;
  }

  /** Looks at the cores of a tile. */
  lookAt(tile: number): void {
    const board = this.#board;
    const block = this.#block;
    const first = tile * board.coresPerTile;
    for (let core = first; core < first + board.coresPerTile; core++) {
      if (!board.canMove(block, core)) continue;
      const change = board.changeBy(block, core);
      if (change >= this.#lowest) continue;
      this.#lowest = change;
      this.core = core;
    }
  }
}
