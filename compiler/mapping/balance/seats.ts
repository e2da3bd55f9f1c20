/** Gives the pieces of all layers to cores, so that no core of any phase has much more to do than the others. */
import { SeededRandom } from '../placement/random.ts';
import type { Phases } from './phases.ts';
import { Held } from './held.ts';
import type { Piece } from './piece.ts';
import { settle } from './settle.ts';
import { Sharing } from './sharing.ts';

/** Moves that settling tries, a piece. */
const MOVES = 1000;
/** The same where seats are only compared: first seats are uneven by more than one cut differs from another, and these are not. */
const ROUGH_MOVES = 60;
/** Each settles from the same seats; the shortest inference is taken. What chance does to it is about a per cent. */
const SETTLING_SEEDS = [0, 1, 2];

export class Seats {
  readonly cores: number;
  readonly #phases: Phases;
  readonly #limits: Float64Array;
  readonly #wayCycles: number;
  readonly #load: Float64Array;
  readonly #held: Held;
  readonly #most: Float64Array;
  readonly #added: Float64Array;
  readonly #homes: (readonly [number, number])[];
  readonly #pieces: readonly Piece[];
  readonly #indexOf: ReadonlyMap<Piece, number>;
  readonly #sharing: Sharing;
  /** Of each piece; -1: it is nowhere. */
  readonly #coreOf: Int32Array;

  /**
   * @param limits of MEMORIES
   * @param wayCycles by which an inference becomes longer for a packet that goes along a side of the mesh
   */
  constructor(pieces: readonly Piece[], cores: number, phases: Phases, limits: Float64Array, wayCycles: number) {
    this.#pieces = pieces;
    this.#indexOf = new Map(pieces.map((piece, k) => [piece, k]));
    this.#sharing = new Sharing(pieces);
    this.#coreOf = new Int32Array(pieces.length).fill(-1);
    this.cores = cores;
    this.#phases = phases;
    this.#limits = limits;
    this.#wayCycles = wayCycles;
    this.#load = new Float64Array(cores * phases.count);
    this.#held = new Held(cores, limits);
    this.#most = new Float64Array(phases.count);
    this.#added = new Float64Array(phases.count);
    const columns = Math.ceil(Math.sqrt(cores));
    const rows = Math.ceil(cores / columns);
    this.#homes = Array.from({ length: cores }, (_, core) => {
      const row = Math.floor(core / columns);
      const inRow = Math.min(columns, cores - row * columns);
      return [(row + 0.5) / rows, ((core % columns) + 0.5) / inRow] as const;
    });
  }

  coreOf(piece: Piece): number {
    return this.#coreOf[this.#indexOf.get(piece)!]!;
  }

  /** Cycles of an inference in which some core of each tick works. */
  get cycles(): number {
    let sum = 0;
    for (let p = 0; p < this.#most.length; p++) sum += this.#phases.ticks[p]! * this.#most[p]!;
    return sum;
  }

  /** The same, and what it waits for packets that go a long way. */
  get price(): number {
    let sum = this.cycles;
    this.#coreOf.forEach((core, k) => {
      if (core >= 0) sum += this.#wayOf(this.#pieces[k]!, core);
    });
    return sum;
  }

  /** @returns whether all of them found a core; the first are those that fit hardest */
  seatAll(): boolean {
    const share = (piece: Piece): number =>
      Math.max(...piece.needs.map((need, m) => need / this.#limits[m]!), piece.kernelBits / this.#limits[1]!);
    const order = this.#pieces
      .map((piece) => ({ piece, hard: share(piece) > 0.3 ? share(piece) : 0 }))
      .sort((a, b) => b.hard - a.hard || b.piece.total - a.piece.total || a.piece.layer - b.piece.layer);
    for (const { piece } of order) {
      const core = this.#bestCore(piece);
      if (core < 0) return false;
      this.#add(piece, core, 1);
    }
    return true;
  }

  /** Moves pieces between cores (settle.ts); they stay where that lowers no price. */
  settle(): void {
    this.#settle(SETTLING_SEEDS, MOVES);
  }

  /** The same with few moves: enough to compare these seats with those of other pieces. */
  settleRoughly(): void {
    this.#settle(SETTLING_SEEDS.slice(0, 1), ROUGH_MOVES);
  }

  /** @param moves that each seed tries, a piece */
  #settle(seeds: readonly number[], moves: number): void {
    const pieces = this.#pieces;
    const before = this.#coreOf.slice();
    const ways = pieces.map((piece) =>
      Float64Array.from({ length: this.cores }, (_, core) => this.#wayOf(piece, core)),
    );
    const room = { cores: this.cores, phases: this.#phases, limits: this.#limits, ways };
    let [best, least] = [before, this.price];
    for (const seed of seeds) {
      const after = Int32Array.from(before);
      settle({ pieces, sharing: this.#sharing }, after, room, new SeededRandom(seed), moves * pieces.length);
      this.#moveAll(pieces, after);
      if (this.price < least) [best, least] = [after, this.price];
    }
    this.#moveAll(pieces, best);
  }

  #moveAll(pieces: readonly Piece[], coreOf: Int32Array): void {
    for (const piece of pieces) this.#add(piece, this.coreOf(piece), -1);
    pieces.forEach((piece, k) => {
      this.#add(piece, coreOf[k]!, 1);
    });
  }

  #criticalCore(phase: number): number {
    let critical = 0;
    for (let core = 1; core < this.cores; core++)
      if (this.#load[core * this.#phases.count + phase]! > this.#load[critical * this.#phases.count + phase]!)
        critical = core;
    return critical;
  }

  /** The core on which a piece makes an inference least longer, then that which is idle when the piece works and near. */
  #bestCore(piece: Piece): number {
    let best = -1;
    let least = Infinity;
    for (let core = 0; core < this.cores; core++) {
      if (!this.#held.fits(piece, core)) continue;
      const cost = this.#costOn(piece, core) + this.#wayOf(piece, core);
      if (cost < least) {
        least = cost;
        best = core;
      }
    }
    return best;
  }

  /** Cycles of a tick that a piece adds to a core, by phase: what it shares with those that are there is paid for. Valid until the next call. */
  #addedBy(piece: Piece, core: number): Float64Array {
    const added = this.#added.subarray(0, piece.phases.length);
    added.set(piece.cycles);
    this.#sharing.addTo(added, this.#indexOf.get(piece)!, core, this.#coreOf, -1, -1);
    return added;
  }

  #costOn(piece: Piece, core: number): number {
    const { phases } = piece;
    const { count, ticks } = this.#phases;
    const addedBy = this.#addedBy(piece, core);
    let cost = 0;
    for (let k = 0; k < phases.length; k++) {
      const p = phases[k]!;
      const added = addedBy[k]!;
      const load = this.#load[core * count + p]!;
      const longer = load + added - this.#most[p]!;
      if (longer > 0) cost += ticks[p]! * longer;
      cost += (0.3 * ticks[p]! * added * load) / Math.max(1, this.#most[p]!, load + added);
    }
    return cost;
  }

  #wayOf({ packets, centre }: Piece, core: number): number {
    const [y, x] = this.#homes[core]!;
    return this.#wayCycles * packets * (Math.abs(y - centre[0]) + Math.abs(x - centre[1]));
  }

  /** @param sign 1: the piece comes; −1: it goes */
  #add(piece: Piece, core: number, sign: 1 | -1): void {
    const { count } = this.#phases;
    this.#held.add(piece, core, sign);
    const addedBy = this.#addedBy(piece, core);
    for (let k = 0; k < piece.phases.length; k++) {
      const p = piece.phases[k]!;
      const added = addedBy[k]!;
      const at = core * count + p;
      const before = this.#load[at]!;
      this.#load[at] = before + sign * added;
      if (this.#load[at] >= this.#most[p]!) this.#most[p] = this.#load[at];
      else if (before >= this.#most[p]!) this.#most[p] = this.#load[this.#criticalCore(p) * count + p]!;
    }
    this.#coreOf[this.#indexOf.get(piece)!] = sign === 1 ? core : -1;
  }
}
