/**
 * Mapping for latency: every layer is cut so that its ticks are short, and the pieces of all layers are given to cores so that no core
 * is what the others wait for. Where partition.ts asks which neurons belong together, this asks how many cores a tick can keep busy.
 */
import type { Target } from '../../../isa/index.ts';
import type { Assigned } from '../../ir/mapped.ts';
import type { PacketRates } from '../../ir/rates.ts';
import type { CorePlanner } from '../../layout/plan-cores.ts';
import { cheapestWithin } from './cheapest-within.ts';
import { LayerWork } from './layer-work.ts';
import { cutsOf, type CutOption } from './pieces.ts';
import { phasesOf, type Phases } from './phases.ts';
import { MEMORIES, type Memory, type Piece } from './piece.ts';
import { Seats } from './seats.ts';

export interface BalanceOptions {
  /** Most cores that may be used. */
  readonly cores: number;
  /** Most pieces of a layer. */
  readonly pieces: number;
  /** Whether a layer is cut at all; of others nothing is left to be mapped. */
  readonly isLeft: (layer: number) => boolean;
  /** What a core may hold: at most the limits of the target. */
  readonly room: Readonly<Record<Memory, number>>;
}

/** Part of the memories that the first choice of cuts may fill: pieces do not fit each other perfectly. */
const FILLED = [0.97, 0.92, 0.8, 0.65, 0.5];
/** Cuts of single layers that are tried in place of those that were chosen first. */
const TRIALS = 60;
/** What an uneven cut has to gain over an even one: little, or so much that it is taken where there is no other. */
const ALIGNED = [1.1, 1000];
/** Cuts are tried that are dearer by no more than this part of an inference, as far as cuts alone tell. */
const DEARER = 0.01;
/** A trial is taken where it is so much shorter: the rest is noise of the seats. */
const SHORTER = 0.999;

/** @returns undefined where no cut fits */
export function balanceWork(
  planner: CorePlanner,
  target: Target,
  rates: PacketRates,
  { cores, pieces, room, isLeft }: BalanceOptions,
): Assigned | undefined {
  const { graph } = planner;
  const phases = phasesOf(graph);
  const works = graph.layers.map((_, l) => new LayerWork(graph, l, rates, phases, target));
  const limits = Float64Array.from(MEMORIES, (name) => room[name]);
  const { lanes } = target.timing;
  const known = works.map(() => new Map<string, CutOption>());
  let best: Found | undefined;
  let before: readonly (readonly CutOption[])[] | undefined;
  for (const aligned of ALIGNED) {
    const options = works.map((work, l) =>
      isLeft(l) ? cutsOf(planner, l, work, { cores: pieces, lanes, aligned, known: known[l]! }) : [NOTHING],
    );
    // Where no uneven cut was worth it, this is the search that was made.
    if (before?.every((cuts, l) => cuts.every((cut, k) => cut === options[l]![k])) === true) break;
    before = options;
    if (options.some((each) => each.length === 0)) continue;
    const found = new CutSearch(options, phases, cores, limits, hopCycles(target)).run();
    if (found !== undefined && (best === undefined || found.price < best.price)) best = found;
  }
  return best && assigned(graph.layers.filter((_, l) => isLeft(l)).length, best);
}

/** Of a layer that is not cut. */
const NOTHING: CutOption = { cut: { boxes: [], slices: 1, most: 0, sum: 0 }, pieces: [] };

interface Found {
  readonly pieces: readonly Piece[];
  readonly seats: Seats;
  /** Cycles of an inference, with what it waits for packets. */
  readonly price: number;
}

/** Tiles in the order of their layers and cores; cores in the order of their first tiles. */
function assigned(layers: number, { pieces, seats }: Found): Assigned {
  const placed = pieces.map((piece) => ({
    tile: { layer: piece.layer, box: piece.box },
    core: seats.coreOf(piece),
  }));
  placed.sort((a, b) => a.tile.layer - b.tile.layer || a.core - b.core);
  if (new Set(placed.map(({ tile }) => tile.layer)).size !== layers) throw new Error('a layer has no tile');
  const numberOf = new Map<number, number>();
  const coreOf = placed.map(({ core }) => {
    const number = numberOf.get(core) ?? numberOf.size;
    numberOf.set(core, number);
    return number;
  });
  return { tiles: placed.map(({ tile }) => tile), coreOf, cores: numberOf.size };
}

class CutSearch {
  readonly #options: readonly (readonly CutOption[])[];
  readonly #phases: Phases;
  readonly #cores: number;
  readonly #limits: Float64Array;
  readonly #hops: HopCycles;
  /** Cycles that each option is about worth. */
  readonly #prices: readonly Float64Array[];

  constructor(
    options: readonly (readonly CutOption[])[],
    phases: Phases,
    cores: number,
    limits: Float64Array,
    hops: HopCycles,
  ) {
    this.#options = options;
    this.#phases = phases;
    this.#cores = cores;
    this.#limits = limits;
    this.#hops = hops;
    const together = concurrency(options, phases);
    this.#prices = options.map((cuts) =>
      Float64Array.from(
        cuts,
        ({ cut: { most, sum }, pieces }) =>
          most / together + (sum / cores) * (1 - 1 / together) + hops.delivery * packetsOf(pieces),
      ),
    );
  }

  run(): Found | undefined {
    for (const filled of FILLED) {
      const first = this.#firstChoice(filled);
      const seats = first && this.#seat(first);
      if (first === undefined || seats === undefined) continue;
      return this.#improved(first, seats);
    }
    return undefined;
  }

  /** The cheapest cuts whose kernels and rows fill no more than this part of the memories; undefined: none do. */
  #firstChoice(filled: number): number[] | undefined {
    const options = this.#options.map((cuts, l) =>
      cuts.map((option, k) => ({ price: this.#prices[l]![k]!, weight: bitsOf(option) })),
    );
    return cheapestWithin(options, this.#limits[1]! * filled * this.#cores);
  }

  #seat(chosen: readonly number[]): Seats | undefined {
    const seats = new Seats(this.#piecesOf(chosen), this.#cores, this.#phases, this.#limits, this.#hops.side);
    if (!seats.seatAll()) return undefined;
    seats.settleRoughly();
    return seats;
  }

  #piecesOf = (chosen: readonly number[]) => chosen.flatMap((k, l) => this.#options[l]![k]!.pieces);

  #deliveries = (chosen: readonly number[]): number => this.#hops.delivery * packetsOf(this.#piecesOf(chosen));

  /** Tries other cuts, layer by layer, those with the most to do first. */
  #improved(first: readonly number[], firstSeats: Seats): Found {
    let [chosen, best] = [first, firstSeats];
    const layers = [...this.#options.keys()].sort(
      (a, b) => this.#prices[b]![first[b]!]! - this.#prices[a]![first[a]!]!,
    );
    let least = best.price + this.#deliveries(chosen);
    let trials = 0;
    for (let isBetter = true; isBetter && trials < TRIALS;) {
      isBetter = false;
      for (const l of layers) {
        const prices = this.#prices[l]!;
        const others = [...prices.keys()].sort((a, b) => prices[a]! - prices[b]!).slice(0, 4);
        for (const k of others) {
          if (k === chosen[l] || trials >= TRIALS || prices[k]! - prices[chosen[l]!]! > least * DEARER) continue;
          trials++;
          const next = chosen.with(l, k);
          const seats = this.#seat(next);
          const price = seats === undefined ? Infinity : seats.price + this.#deliveries(next);
          if (seats === undefined || price > least * SHORTER) continue;
          [chosen, best, least, isBetter] = [next, seats, price, true];
        }
      }
    }
    best.settle();
    return { pieces: this.#piecesOf(chosen), seats: best, price: best.price + this.#deliveries(chosen) };
  }
}

/** By how many cycles an inference becomes longer for a packet that is delivered to a piece, and for one that crosses a side of the mesh. */
interface HopCycles {
  readonly delivery: number;
  readonly side: number;
}

/** The busiest link carries so many times what the mean one does, about. */
const UNEVEN = 3;
/** Links to a neighbour, with those whose packets it drops: trees lead whole rows of a tile. */
const LINKS = 2;

/** Share of it that an inference becomes longer by: packets also move while cores work. */
const SHOWN = 0.3;

/** A piece far from its place makes others hear it from there, too. */
const FAR = 3;

/** A link takes a packet in a cycle, and all links work at the same time. */
function hopCycles({ mesh: { width, height } }: Target): HopCycles {
  const links = Math.max(1, 2 * (width * (height - 1) + height * (width - 1)));
  return { delivery: (SHOWN * LINKS * UNEVEN) / links, side: (SHOWN * FAR * UNEVEN * Math.max(width, height)) / links };
}

const packetsOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { packets }) => sum + packets, 0);

/** Bits that the pieces of a cut take, as if no two shared a core. */
const bitsOf = ({ pieces }: CutOption): number =>
  pieces.reduce((sum, { needs, kernelBits }) => sum + kernelBits + needs[1]!, 0);

/** Layers that work at the same time, weighed by what they have to do. */
function concurrency(options: readonly (readonly CutOption[])[], phases: Phases): number {
  const layers = options.map((cuts) => cuts[0]!);
  const load = new Float64Array(phases.count);
  const squares = new Float64Array(phases.count);
  for (const { pieces } of layers) {
    const own = new Float64Array(phases.count);
    for (const piece of pieces) piece.phases.forEach((p, k) => (own[p]! += piece.cycles[k]!));
    own.forEach((cycles, p) => {
      load[p]! += cycles;
      squares[p]! += cycles * cycles;
    });
  }
  let sum = 0;
  let weighed = 0;
  for (let p = 0; p < phases.count; p++) {
    if (squares[p] === 0) continue;
    sum += phases.ticks[p]! * load[p]!;
    weighed += phases.ticks[p]! * load[p]! * (load[p]! ** 2 / squares[p]!);
  }
  return sum === 0 ? 1 : Math.max(1, weighed / sum);
}
