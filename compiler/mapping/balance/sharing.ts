/**
 * What pieces on one core save each other: where both hear the same events, these come to the core once (layout/axon-groups.ts), and
 * cost it once. So a piece is cheaper where others are that hear its sources at the same places.
 */
import { boxSize, intersectBoxes } from '../../../isa/index.ts';
import { boxAround } from '../../layout/axon-groups.ts';
import { groupBy } from '../../layout/group-by.ts';
import type { Hearing, Piece } from './piece.ts';

/** What an ear has in common with another one. */
interface Pair {
  readonly ear: number;
  /** Cycles of a tick that fetching these events takes. */
  readonly saved: number;
}

/**
 * Of the pieces on a core that hear the same, each saves what it has in common with that before it with which it has most in common:
 * all of it for two, and about it for more. An *ear* is a piece and the largest region of a source that it hears; ears are in the
 * order of their pieces.
 */
export class Sharing {
  /** Of each piece, its first ear; one more entry at the end. */
  readonly #firstEar: Int32Array;
  /** Of each ear. */
  readonly #pieceOf: Int32Array;
  /** Of each ear, its first pair; one more entry at the end. */
  readonly #firstPair: Int32Array;
  readonly #others: Int32Array;
  readonly #saved: Float64Array;
  /** Of each ear: indices of its phases among those of its piece. */
  readonly #phases: readonly Int32Array[];

  constructor(pieces: readonly Piece[]) {
    const heard = pieces.map(({ hears }) => hears.filter((hearing) => isLargest(hearing, hears)));
    const ears = heard.flatMap((own, piece) => own.map((hearing) => ({ piece, hearing })));
    const pairs = pairsOf(ears.map(({ hearing }) => hearing));
    this.#firstEar = startsOf(heard.map(({ length }) => length));
    this.#pieceOf = Int32Array.from(ears, ({ piece }) => piece);
    this.#firstPair = startsOf(pairs.map(({ length }) => length));
    this.#others = Int32Array.from(pairs.flat(), ({ ear }) => ear);
    this.#saved = Float64Array.from(pairs.flat(), ({ saved }) => saved);
    this.#phases = ears.map(({ piece, hearing }) =>
      Int32Array.from(hearing.phases, (phase) => pieces[piece]!.phases.indexOf(phase)),
    );
  }

  /**
   * Adds what a core saves because a piece is on it.
   *
   * @param coreOf of each piece; where this one is does not matter
   * @param without a piece that counts as if it were nowhere; -1: none
   * @param sums cycles of a tick, by phase of the piece
   */
  addTo(sums: Float64Array, piece: number, core: number, coreOf: Int32Array, without: number, sign: 1 | -1): void {
    for (let ear = this.#firstEar[piece]!; ear < this.#firstEar[piece + 1]!; ear++) {
      let saved = this.#savedBy(ear, core, coreOf, piece, without);
      for (let k = this.#firstPair[ear]!; k < this.#firstPair[ear + 1]!; k++) {
        const later = this.#others[k]!;
        if (later < ear) continue;
        const holder = this.#pieceOf[later]!;
        if (holder === without || coreOf[holder] !== core) continue;
        const more = this.#saved[k]! - this.#savedBy(later, core, coreOf, piece, without);
        if (more > 0) saved += more;
      }
      if (saved === 0) continue;
      const phases = this.#phases[ear]!;
      for (let k = 0; k < phases.length; k++) sums[phases[k]!]! += sign * saved;
    }
  }

  /** What an ear has in common with one before it, of the pieces on a core that are neither of two. */
  #savedBy(ear: number, core: number, coreOf: Int32Array, one: number, other: number): number {
    let most = 0;
    for (let k = this.#firstPair[ear]!; k < this.#firstPair[ear + 1]!; k++) {
      const before = this.#others[k]!;
      if (before > ear || this.#saved[k]! <= most) continue;
      const holder = this.#pieceOf[before]!;
      if (holder !== one && holder !== other && coreOf[holder] === core) most = this.#saved[k]!;
    }
    return most;
  }
}

/** A piece that hears a source in several ways has one ear for it. */
const isLargest = (hearing: Hearing, all: readonly Hearing[]): boolean =>
  hearing ===
  all.filter(({ key }) => key === hearing.key).reduce((a, b) => (boxSize(b.region) > boxSize(a.region) ? b : a));

const startsOf = (lengths: readonly number[]): Int32Array => {
  const starts = new Int32Array(lengths.length + 1);
  lengths.forEach((length, k) => (starts[k + 1] = starts[k]! + length));
  return starts;
};

/** Of each ear, those that have something in common with it: they are of other pieces. */
function pairsOf(ears: readonly Hearing[]): Pair[][] {
  const pairs = ears.map((): Pair[] => []);
  for (const alike of groupBy(ears.keys(), (ear) => ears[ear]!.key).values())
    alike.forEach((one, k) => {
      for (let j = k + 1; j < alike.length; j++) {
        const other = alike[j]!;
        const saved = inCommon(ears[one]!, ears[other]!);
        if (saved <= 0) continue;
        pairs[one]!.push({ ear: other, saved });
        pairs[other]!.push({ ear: one, saved });
      }
    });
  return pairs;
}

function inCommon(one: Hearing, other: Hearing): number {
  const [a, b] = [one.region, other.region];
  const both = intersectBoxes(a, b);
  // As joinGroups: a box around both that wastes axons is not made.
  if (both === undefined || boxSize(boxAround(a, b)) > boxSize(a) + boxSize(b)) return 0;
  return one.fetchCycles(both);
}
