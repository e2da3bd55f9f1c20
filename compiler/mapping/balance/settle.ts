/**
 * Moves pieces between cores by simulated annealing: the first seats leave some core with much to do and pieces far from those
 * that they hear. What is made small is smooth, so that every move tells something: in place of the core with most of a phase,
 * the 16-norm of all its cores.
 */
import { exponentialEntry } from '../placement/exponential.ts';
import type { SeededRandom } from '../placement/random.ts';
import type { Phases } from './phases.ts';
import { Held } from './held.ts';
import type { Piece } from './piece.ts';
import type { Sharing } from './sharing.ts';

export interface Room {
  readonly cores: number;
  readonly phases: Pick<Phases, 'count' | 'ticks'>;
  /** Of MEMORIES. */
  readonly limits: Float64Array;
  /** By piece, by core: cycles by which an inference becomes longer for what the piece hears from afar. */
  readonly ways: readonly Float64Array[];
}

/** Temperatures that the moves are shared among. */
const STEPS = 100;
/** First temperature, in mean changes by a random move: the seats that are there count for something. */
const START = 0.04;
/** From one temperature to the next. */
const COOLING = 0.95;
/** Moves that measure what the temperature starts from. */
const PROBES = 500;

/** Local names spare the hot loop the look-up of a global. */
const { sqrt, abs } = Math;

/** What is moved, and what each saves beside others. */
export interface Settlers {
  readonly pieces: readonly Piece[];
  readonly sharing: Sharing;
}

/** @param coreOf each piece, where it is; it is changed */
export function settle(settlers: Settlers, coreOf: Int32Array, room: Room, random: SeededRandom, moves: number): void {
  const board = new Board(settlers, coreOf, room);
  const peers = peersOf(settlers.pieces);
  const perStep = Math.ceil(moves / STEPS);
  let temperature = START * meanChange(board, peers, random);
  for (let step = 0; step < STEPS; step++) {
    board.count();
    for (let k = 0; k < perStep; k++) tryMove(board, peers, random, temperature);
    temperature *= COOLING;
  }
}

/** Pieces of the layer of each. */
function peersOf(pieces: readonly Piece[]): Int32Array[] {
  const byLayer = new Map<number, number[]>();
  pieces.forEach(({ layer }, k) => byLayer.set(layer, [...(byLayer.get(layer) ?? []), k]));
  const all = new Map([...byLayer].map(([layer, own]) => [layer, Int32Array.from(own)]));
  return pieces.map(({ layer }) => all.get(layer)!);
}

function meanChange(board: Board, peers: readonly Int32Array[], random: SeededRandom): number {
  let sum = 0;
  for (let k = 0; k < PROBES; k++) {
    const piece = random.below(peers.length);
    const core = random.below(board.cores);
    if (core !== board.coreOf[piece]) sum += abs(board.changeBy(piece, core));
  }
  return sum / PROBES;
}

/** A piece moves to any core, or changes places with one of its layer. */
function tryMove(board: Board, peers: readonly Int32Array[], random: SeededRandom, temperature: number): void {
  const piece = random.below(peers.length);
  const from = board.coreOf[piece]!;
  if ((random.next() & 1) === 0) {
    const own = peers[piece]!;
    const other = own[random.below(own.length)]!;
    const to = board.coreOf[other]!;
    if (to === from) return;
    const change = board.changeBySwap(piece, other);
    if (change > 0 && change > temperature * exponentialEntry(random)) return;
    board.swap(piece, other);
  } else {
    const to = random.below(board.cores);
    if (to === from || !board.fits(piece, to)) return;
    const change = board.changeBy(piece, to);
    if (change > 0 && change > temperature * exponentialEntry(random)) return;
    board.move(piece, to);
  }
}

/** Loads and memories of the cores. */
class Board {
  readonly coreOf: Int32Array;
  readonly cores: number;
  readonly #pieces: readonly Piece[];
  readonly #ways: readonly Float64Array[];
  /** [phase][core], in means of the phase. */
  readonly #load: Float64Array;
  /** Of each phase, Σ load^16. */
  readonly #powers: Float64Array;
  /** Of each phase, cycles of an inference for a load of 1. */
  readonly #cycles: Float64Array;
  readonly #held: Held;
  readonly #sharing: Sharing;
  /** Of each phase: loads are in these cycles of a tick. */
  readonly #means: Float64Array;
  /** Load by which a move relieves one core and burdens another one, by phase of the piece. */
  /** Where the pieces are that have been counted; -1: not yet. */
  readonly #counted: Int32Array;
  readonly #left: Float64Array;
  readonly #came: Float64Array;

  constructor({ pieces, sharing }: Settlers, coreOf: Int32Array, { cores, phases, limits, ways }: Room) {
    this.#pieces = pieces;
    this.coreOf = coreOf;
    this.cores = cores;
    this.#ways = ways;
    const means = new Float64Array(phases.count);
    for (const piece of pieces) piece.phases.forEach((p, k) => (means[p]! += piece.cycles[k]! / cores));
    this.#cycles = means.map((mean, p) => mean * phases.ticks[p]!);
    this.#load = new Float64Array(phases.count * cores);
    this.#powers = new Float64Array(phases.count);
    this.#sharing = sharing;
    this.#means = means.map((mean) => mean || 1);
    this.#counted = new Int32Array(pieces.length);
    this.#left = new Float64Array(phases.count);
    this.#came = new Float64Array(phases.count);
    this.#held = new Held(cores, limits);
    pieces.forEach((piece, k) => {
      this.#held.add(piece, coreOf[k]!, 1);
    });
    this.count();
  }

  /** Sums loads anew: those that are kept up become inexact. */
  count(): void {
    const { cores } = this;
    this.#load.fill(0);
    this.#counted.fill(-1);
    this.#pieces.forEach(({ phases, cycles }, k) => {
      const core = this.coreOf[k]!;
      for (let i = 0; i < phases.length; i++) this.#left[i] = cycles[i]!;
      this.#sharing.addTo(this.#left, k, core, this.#counted, -1, -1);
      this.#counted[k] = core;
      for (let i = 0; i < phases.length; i++)
        this.#load[phases[i]! * cores + core]! += this.#left[i]! / this.#means[phases[i]!]!;
    });
    for (let p = 0; p < this.#powers.length; p++) {
      let sum = 0;
      for (let core = 0; core < cores; core++) sum += power(this.#load[p * cores + core]!);
      this.#powers[p] = sum;
    }
  }

  /** Whether a core has room for a piece that is not on it. */
  fits(k: number, core: number): boolean {
    return this.#held.fits(this.#pieces[k]!, core);
  }

  changeBy(k: number, to: number): number {
    const { phases } = this.#pieces[k]!;
    const from = this.coreOf[k]!;
    this.#weighMove(k, to);
    let change = this.#ways[k]![to]! - this.#ways[k]![from]!;
    for (let i = 0; i < phases.length; i++) change += this.#shifted(phases[i]!, from, to, i);
    return change;
  }

  /** Pieces of one layer, which work in the same phases. */
  changeBySwap(k: number, other: number): number {
    const { phases } = this.#pieces[k]!;
    const [from, to] = [this.coreOf[k]!, this.coreOf[other]!];
    const [way, back] = [this.#ways[k]!, this.#ways[other]!];
    this.#weighSwap(k, other);
    let change = way[to]! - way[from]! + back[from]! - back[to]!;
    for (let i = 0; i < phases.length; i++) change += this.#shifted(phases[i]!, from, to, i);
    return change;
  }

  #weighMove(k: number, to: number): void {
    const { phases, cycles } = this.#pieces[k]!;
    for (let i = 0; i < phases.length; i++) this.#left[i] = this.#came[i] = cycles[i]!;
    this.#sharing.addTo(this.#left, k, this.coreOf[k]!, this.coreOf, -1, -1);
    this.#sharing.addTo(this.#came, k, to, this.coreOf, -1, -1);
    this.#toLoads(phases);
  }

  #weighSwap(k: number, other: number): void {
    const [mine, theirs] = [this.#pieces[k]!, this.#pieces[other]!];
    const { phases } = mine;
    for (let i = 0; i < phases.length; i++) this.#left[i] = this.#came[i] = mine.cycles[i]! - theirs.cycles[i]!;
    const [from, to] = [this.coreOf[k]!, this.coreOf[other]!];
    this.#sharing.addTo(this.#left, k, from, this.coreOf, other, -1);
    this.#sharing.addTo(this.#came, k, to, this.coreOf, other, -1);
    // What the other one saves counts the other way round.
    this.#sharing.addTo(this.#left, other, from, this.coreOf, k, 1);
    this.#sharing.addTo(this.#came, other, to, this.coreOf, k, 1);
    this.#toLoads(phases);
  }

  #toLoads(phases: Uint32Array): void {
    for (let i = 0; i < phases.length; i++) {
      this.#left[i]! /= this.#means[phases[i]!]!;
      this.#came[i]! /= this.#means[phases[i]!]!;
    }
  }

  /** By how many cycles an inference becomes longer where load goes from a core to another one. @param i index of the phase */
  #shifted(p: number, from: number, to: number, i: number): number {
    const [left, came] = [this.#left[i]!, this.#came[i]!];
    if (left === 0 && came === 0) return 0;
    const a = this.#load[p * this.cores + from]!;
    const b = this.#load[p * this.cores + to]!;
    const before = this.#powers[p]!;
    const after = before - power(a) - power(b) + power(a - left) + power(b + came);
    return this.#cycles[p]! * (norm(after) - norm(before));
  }

  move(k: number, to: number): void {
    const piece = this.#pieces[k]!;
    const from = this.coreOf[k]!;
    this.#weighMove(k, to);
    this.#shiftAll(piece, from, to);
    this.#held.add(piece, from, -1);
    this.#held.add(piece, to, 1);
    this.coreOf[k] = to;
  }

  /** Nothing happens where a core has no room for the other piece. */
  swap(k: number, other: number): void {
    const [from, to] = [this.coreOf[k]!, this.coreOf[other]!];
    const [mine, theirs] = [this.#pieces[k]!, this.#pieces[other]!];
    const held = this.#held;
    held.add(mine, from, -1);
    held.add(theirs, to, -1);
    const fits = held.fits(mine, to) && held.fits(theirs, from);
    held.add(mine, fits ? to : from, 1);
    held.add(theirs, fits ? from : to, 1);
    if (!fits) return;
    this.#weighSwap(k, other);
    this.#shiftAll(mine, from, to);
    [this.coreOf[k], this.coreOf[other]] = [to, from];
  }

  #shiftAll({ phases }: Piece, from: number, to: number): void {
    for (let i = 0; i < phases.length; i++) {
      const p = phases[i]!;
      const [a, b] = [p * this.cores + from, p * this.cores + to];
      const [left, came] = [this.#load[a]! - this.#left[i]!, this.#load[b]! + this.#came[i]!];
      this.#powers[p]! += power(left) + power(came) - power(this.#load[a]!) - power(this.#load[b]!);
      this.#load[a] = left;
      this.#load[b] = came;
    }
  }
}

/** x^16: of products and roots alone, so the same on every machine. */
function power(x: number): number {
  const squared = x * x;
  const fourth = squared * squared;
  const eighth = fourth * fourth;
  return eighth * eighth;
}

/** Its inverse; sums that became inexact may be a little below 0. */
const norm = (sum: number): number => (sum <= 0 ? 0 : sqrt(sqrt(sqrt(sqrt(sum)))));
