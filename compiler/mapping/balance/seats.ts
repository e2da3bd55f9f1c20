/** Gives the pieces of all layers to cores, so that no core of any phase has much more to do than the others. */
import { SeededRandom } from '../placement/random.ts';
import type { Phases } from './phases.ts';
import { Held } from './held.ts';
import type { Piece } from './piece.ts';
import { settle } from './settle.ts';

/** Moves that settling tries, a piece. */
const MOVES = 600;
const SEED = 0;

export class Seats {
  readonly cores: number;
  readonly #phases: Phases;
  readonly #limits: Float64Array;
  readonly #wayCycles: number;
  readonly #load: Float64Array;
  readonly #held: Held;
  readonly #most: Float64Array;
  readonly #homes: (readonly [number, number])[];
  readonly #placed = new Map<Piece, number>();

  /**
   * @param limits of MEMORIES
   * @param wayCycles by which an inference becomes longer for a packet that goes along a side of the mesh
   */
  constructor(cores: number, phases: Phases, limits: Float64Array, wayCycles: number) {
    this.cores = cores;
    this.#phases = phases;
    this.#limits = limits;
    this.#wayCycles = wayCycles;
    this.#load = new Float64Array(cores * phases.count);
    this.#held = new Held(cores, limits);
    this.#most = new Float64Array(phases.count);
    const columns = Math.ceil(Math.sqrt(cores));
    const rows = Math.ceil(cores / columns);
    this.#homes = Array.from({ length: cores }, (_, core) => {
      const row = Math.floor(core / columns);
      const inRow = Math.min(columns, cores - row * columns);
      return [(row + 0.5) / rows, ((core % columns) + 0.5) / inRow] as const;
    });
  }

  coreOf(piece: Piece): number {
    return this.#placed.get(piece)!;
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
    for (const [piece, core] of this.#placed) sum += this.#wayOf(piece, core);
    return sum;
  }

  /** @returns whether all of them found a core; the first are those that fit hardest */
  seatAll(pieces: readonly Piece[]): boolean {
    const share = (piece: Piece): number =>
      Math.max(...piece.needs.map((need, m) => need / this.#limits[m]!), piece.kernelBits / this.#limits[1]!);
    const order = pieces
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
    const pieces = [...this.#placed.keys()];
    const before = Int32Array.from(pieces, (piece) => this.coreOf(piece));
    const after = Int32Array.from(before);
    const ways = pieces.map((piece) =>
      Float64Array.from({ length: this.cores }, (_, core) => this.#wayOf(piece, core)),
    );
    const room = { cores: this.cores, phases: this.#phases, limits: this.#limits, ways };
    settle(pieces, after, room, new SeededRandom(SEED), MOVES * pieces.length);
    const { price } = this;
    this.#moveAll(pieces, after);
    if (this.price > price) this.#moveAll(pieces, before);
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

  #costOn({ phases, cycles }: Piece, core: number): number {
    const { count, ticks } = this.#phases;
    let cost = 0;
    for (let k = 0; k < phases.length; k++) {
      const p = phases[k]!;
      const added = cycles[k]!;
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
    for (let k = 0; k < piece.phases.length; k++) {
      const p = piece.phases[k]!;
      const added = piece.cycles[k]!;
      const at = core * count + p;
      const before = this.#load[at]!;
      this.#load[at] = before + sign * added;
      if (sign === 1) this.#most[p] = Math.max(this.#most[p]!, this.#load[at]);
      else if (before >= this.#most[p]!) this.#most[p] = this.#load[this.#criticalCore(p) * count + p]!;
    }
    if (sign === 1) this.#placed.set(piece, core);
    else this.#placed.delete(piece);
  }
}
