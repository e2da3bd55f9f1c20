/**
 * Simulated annealing: random moves within a window, kept where they lower the energy, and sometimes where they do not.
 * The window follows the share of moves that is kept (Lam & Delosme 1988, as in VPR, Betz & Rose 1997).
 */
import type { Board } from './board.ts';
import { exponentialEntry } from './exponential.ts';
import type { SeededRandom } from './random.ts';

/** Local names spare the hot loop the look-up of a global. */
const { max, min } = Math;

/** Moves that measure what the temperature starts from. */
const PROBES = 1000;
/** Temperatures that the moves are shared among. */
const STEPS = 160;
/** First temperature relative to the mean change by a random move: the order of the start counts for something. */
const START = 0.4;
/** From one temperature to the next; 160 of them lead to 1/200 of the first. */
const COOLING = 0.967;
/** Share of kept moves at which the window keeps its size. */
const IDEAL_SHARE = 0.44;

/**
 * Anneals a board in place.
 *
 * @param moves that are tried
 */
export function anneal(board: Board, random: SeededRandom, moves: number): void {
  const widest = Math.max(board.columns, board.rows) - 1;
  const perStep = Math.ceil(moves / STEPS);
  let temperature = START * meanChange(board, random, widest);
  for (let step = 0, window = widest; step < STEPS; step++) {
    const kept = tryMoves(board, random, perStep, { temperature, reach: Math.floor(window) }) / perStep;
    window = Math.min(widest, Math.max(1, window * (1 - IDEAL_SHARE + kept)));
    temperature *= COOLING;
  }
}

/** Mean size of the change that a random move would bring. */
function meanChange(board: Board, random: SeededRandom, reach: number): number {
  let sum = 0;
  for (let k = 0; k < PROBES; k++) {
    const block = random.below(board.blocks);
    const core = pickCore(board, random, block, reach);
    if (board.canMove(block, core)) sum += Math.abs(board.changeBy(block, core));
  }
  return sum / PROBES;
}

/** Returns how many moves were kept. */
function tryMoves(
  board: Board,
  random: SeededRandom,
  moves: number,
  { temperature, reach }: { readonly temperature: number; readonly reach: number },
): number {
  let kept = 0;
  for (let k = 0; k < moves; k++) {
    const block = random.below(board.blocks);
    const core = pickCore(board, random, block, reach);
    if (!board.canMove(block, core)) continue;
    const change = board.changeBy(block, core);
    if (change > 0 && change > temperature * exponentialEntry(random)) continue;
    board.move(block, core);
    kept++;
  }
  return kept;
}

/** A core on a tile at most `reach` columns and rows away from the block's. */
function pickCore(board: Board, random: SeededRandom, block: number, reach: number): number {
  const { topology, columns, rows, coresPerTile } = board;
  const x = board.columnOf(block);
  const y = board.rowOf(block);
  const left = max(0, x - reach);
  const top = max(0, y - reach);
  const column = left + random.below(min(columns - 1, x + reach) - left + 1);
  const row = top + random.below(min(rows - 1, y + reach) - top + 1);
  const first = topology.tileAt(column, row) * coresPerTile;
  return coresPerTile === 1 ? first : first + random.below(coresPerTile);
}
