/** Gives the pieces of all layers to cores, so that no core of any phase has much more to do than the others. */
import type { Box } from '../../../isa/index.ts';
import type { LayerIndex } from '../../ir/layers.ts';
import type { Phases } from './phases.ts';

/** What a core holds at most of each. */
export const MEMORIES = ['neurons', 'synapseBits', 'axons', 'parameters', 'programWords', 'axonGroups'] as const;
export type Memory = (typeof MEMORIES)[number];

export interface Piece {
  readonly layer: LayerIndex;
  readonly box: Box;
  /** Phases in which it works, and the cycles of a tick in each. */
  readonly phases: Uint32Array;
  readonly cycles: Float64Array;
  /** Cycles, and packets heard, of an inference. */
  readonly total: number;
  readonly packets: number;
  /** In the order of MEMORIES. */
  readonly needs: Float64Array;
  /** Pieces with the same kernels pay for them once a core: bits of them, and what tells them. */
  readonly kernelBits: number;
  readonly kernel: string;
  /** Centre, in parts of the layer's height and width. */
  readonly centre: readonly [y: number, x: number];
}

/** Rounds in which single pieces are moved. */
const ROUNDS = 40;

export class Seats {
  readonly cores: number;
  readonly #phases: Phases;
  readonly #limits: Float64Array;
  readonly #wayCycles: number;
  readonly #load: Float64Array;
  readonly #held: Float64Array;
  readonly #kernels: Map<string, number>[];
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
    this.#held = new Float64Array(cores * MEMORIES.length);
    this.#kernels = Array.from({ length: cores }, () => new Map<string, number>());
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

  /** Moves pieces away from the cores that others wait for, as long as that makes an inference shorter. */
  improve(): void {
    for (let round = 0; round < ROUNDS; round++) if (!this.#moveOne()) return;
  }

  #moveOne(): boolean {
    const before = this.cycles;
    const worst = [...this.#most.keys()].sort(
      (a, b) => this.#phases.ticks[b]! * this.#excess(b) - this.#phases.ticks[a]! * this.#excess(a),
    );
    for (const phase of worst.slice(0, 6)) {
      const critical = this.#criticalCore(phase);
      const own = [...this.#placed].filter(([piece, core]) => core === critical && cyclesIn(piece, phase) > 0);
      own.sort(([a], [b]) => cyclesIn(b, phase) - cyclesIn(a, phase));
      for (const [piece] of own.slice(0, 12)) {
        this.#add(piece, critical, -1);
        const other = this.#bestCore(piece, critical);
        if (other >= 0) {
          this.#add(piece, other, 1);
          if (this.cycles < before * (1 - 1e-9)) return true;
          this.#add(piece, other, -1);
        }
        this.#add(piece, critical, 1);
        if (this.#swapOne(piece, critical, before)) return true;
      }
    }
    return false;
  }

  /** Exchanges a piece of a critical core with a lighter one of the same layer elsewhere. */
  #swapOne(piece: Piece, critical: number, before: number): boolean {
    const lighter = [...this.#placed.keys()]
      .filter((each) => each.layer === piece.layer && each.total < piece.total && this.coreOf(each) !== critical)
      .sort((a, b) => a.total - b.total)
      .slice(0, 8);
    for (const each of lighter) {
      const core = this.coreOf(each);
      this.#add(piece, critical, -1);
      this.#add(each, core, -1);
      if (this.#fits(piece, core) && this.#fits(each, critical)) {
        this.#add(piece, core, 1);
        this.#add(each, critical, 1);
        if (this.cycles < before * (1 - 1e-9)) return true;
        this.#add(piece, core, -1);
        this.#add(each, critical, -1);
      }
      this.#add(piece, critical, 1);
      this.#add(each, core, 1);
    }
    return false;
  }

  /** By how much the core with most has more than the mean. */
  #excess(phase: number): number {
    let sum = 0;
    for (let core = 0; core < this.cores; core++) sum += this.#load[core * this.#phases.count + phase]!;
    return this.#most[phase]! - sum / this.cores;
  }

  #criticalCore(phase: number): number {
    let critical = 0;
    for (let core = 1; core < this.cores; core++)
      if (this.#load[core * this.#phases.count + phase]! > this.#load[critical * this.#phases.count + phase]!)
        critical = core;
    return critical;
  }

  /** The core on which a piece makes an inference least longer, then that which is idle when the piece works and near. */
  #bestCore(piece: Piece, but = -1): number {
    let best = -1;
    let least = Infinity;
    for (let core = 0; core < this.cores; core++) {
      if (core === but || !this.#fits(piece, core)) continue;
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

  #fits({ needs, kernel, kernelBits }: Piece, core: number): boolean {
    for (let m = 0; m < MEMORIES.length; m++) {
      const bits = m === 1 && !this.#kernels[core]!.has(kernel) ? kernelBits : 0;
      if (this.#held[core * MEMORIES.length + m]! + needs[m]! + bits > this.#limits[m]!) return false;
    }
    return true;
  }

  /** @param sign 1: the piece comes; −1: it goes */
  #add(piece: Piece, core: number, sign: 1 | -1): void {
    const { count } = this.#phases;
    const held = this.#held.subarray(core * MEMORIES.length, (core + 1) * MEMORIES.length);
    for (let m = 0; m < MEMORIES.length; m++) held[m]! += sign * piece.needs[m]!;
    const kernels = this.#kernels[core]!;
    const users = (kernels.get(piece.kernel) ?? 0) + sign;
    if (users === 0 || (users === 1 && sign === 1)) held[1]! += sign * piece.kernelBits;
    if (users === 0) kernels.delete(piece.kernel);
    else kernels.set(piece.kernel, users);
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

const cyclesIn = ({ phases, cycles }: Piece, phase: number): number => cycles[phases.indexOf(phase)] ?? 0;
