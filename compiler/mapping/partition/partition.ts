/**
 * Cuts a hypergraph into blocks under all limits of a target at once, with as little traffic between them as it can find.
 *
 * Starts come from packing orders and from multilevel descents of greedy growth; the best is annealed and then improved
 * by cycles of coarsening within its blocks. Everything is deterministic for a seed; effort is counted in work, not time.
 */
import { anneal } from './anneal.ts';
import { dissolveBlocks } from './dissolve.ts';
import { growBlocks, probeGrowth } from './grow.ts';
import { NO_SOURCE, type Hypergraph } from './hypergraph.ts';
import type { PartitionLimits } from './limits.ts';
import { measurePartition, type PartitionFigures } from './metrics.ts';
import { findMisfit, scarcestLimit, type Misfit } from './misfit.ts';
import { carryUp, climb, descend, type Ladder } from './multilevel.ts';
import { packingOrders, type NodeCoordinates, type NodeOrder } from './orders.ts';
import { packInOrder, type Packing } from './pack.ts';
import { RandomSource } from './random.ts';
import { sampleHyperedges } from './sample.ts';
import { refine, sweepOnce, type RefineOptions } from './refine.ts';
import { PartitionState } from './state.ts';

export interface PartitionOptions {
  readonly seed: number;
  /** Where nodes sit in their layers, if they do: opens the packing orders. */
  readonly coordinates?: NodeCoordinates;
  /** Multiplies the work spent on improvement; 1 is the default, 0 stops after the starts. */
  readonly effort?: number;
}

/** What one packing order alone would give. */
export interface PackingFigures {
  readonly name: string;
  readonly blocks: number;
  readonly km1: number;
}

export type PartitionResult =
  | {
      readonly ok: true;
      /** Block of each node, 0 .. blocks − 1, numbered in the order of their first nodes. */
      readonly blockOf: Uint32Array;
      readonly figures: PartitionFigures;
      readonly packings: readonly PackingFigures[];
    }
  | { readonly ok: false; readonly misfit: Misfit };

const PASSES: RefineOptions = { passes: 8, patience: 200, work: 8_000_000 };
/** Clusters of the first ladders hold at most this part of a block's neurons, so that blocks can be filled with them. */
const CLUSTER_PART = 0.26;
/** Greedy growths on the coarsest level of one ladder. */
const GROWTHS = 3;
/** Growths are not refined where they have this many times the traffic of the best partition so far. */
const FAR_WORSE = 4;
/** Work of annealing and cycles together, per node and at most (row entries; some 30 ns each). */
const WORK_PER_NODE = 20_000;
const WORK_AT_MOST = 120_000_000;
/** Part of it that goes to annealing on single nodes before the cycles. */
const ANNEAL_PART = 0.45;
const CYCLES = 6;
/** What coarsening and refinement of a cycle take for each target of a hyperedge, beside its annealing. */
const CYCLE_WORK = 4;
/** Highest temperature, in mean edge weights; cycles start at half of it. */
const TEMPERATURE = 2;
const COOLING = 64;
const STARTS = 4;
/** Half the starts must do beyond these targets of hyperedges in all; one start, without improvement, beyond the others. */
const MANY_TARGETS = 400_000;
const VERY_MANY_TARGETS = 4_000_000;

/** Beyond these, a sample of so many is searched. Its in-axons vary by some 4 %, so they are kept to a part of what there is. */
const MOST_TARGETS = 12_500_000;
const SAMPLE_PART = 0.85;
/** Sweeps over the nodes themselves, where there is one start only. */
const LAST_SWEEPS = 3;

/** Blocks grown for a first look, and how many times too many they may come to before the search is given up. */
const PROBES = 3;
const HOPELESS = 2;

export function partitionHypergraph(
  graph: Hypergraph,
  limits: PartitionLimits,
  options: PartitionOptions,
): PartitionResult {
  const misfit = findMisfit(graph, limits);
  if (misfit !== undefined) return { ok: false, misfit };
  if (graph.nodes === 0) {
    return {
      ok: true,
      blockOf: new Uint32Array(0),
      figures: measurePartition(graph, new Uint32Array(0), 0),
      packings: [],
    };
  }
  return graph.targets.length > MOST_TARGETS
    ? partitionSample(graph, limits, options)
    : new Partitioner(graph, limits, options).run();
}

/** Searches on a sample of the hyperedges, a little within the limits on in-axons, and looks whether these hold for all. */
function partitionSample(graph: Hypergraph, limits: PartitionLimits, options: PartitionOptions): PartitionResult {
  const every = Math.ceil(graph.targets.length / MOST_TARGETS);
  const sample = sampleHyperedges(graph, every, new RandomSource(options.seed));
  for (let inAxons = limits.inAxons * SAMPLE_PART; ; inAxons *= SAMPLE_PART) {
    const result = new Partitioner(sample, { ...limits, inAxons }, options).run();
    if (!result.ok) return result;
    const figures = measurePartition(graph, result.blockOf, result.figures.blocks);
    if (figures.inAxons.every((axons) => axons <= limits.inAxons)) return { ...result, figures };
  }
}

class Partitioner {
  readonly #graph: Hypergraph;
  readonly #limits: PartitionLimits;
  readonly #random: RandomSource;
  readonly #coordinates: NodeCoordinates | undefined;
  readonly #isLarge: boolean;
  readonly #work: number;
  readonly #temperature: number;
  /** Traffic of the host input alone, each hyperedge of it to one block: no partition has less. */
  readonly #leastKm1: number;
  readonly #packings: PackingFigures[] = [];
  /** The best partition within the limit on blocks, and, for the message, the one with the fewest blocks beyond it. */
  #best: PartitionState | undefined;
  #fewest: PartitionState | undefined;

  constructor(graph: Hypergraph, limits: PartitionLimits, options: PartitionOptions) {
    this.#graph = graph;
    this.#limits = limits;
    this.#random = new RandomSource(options.seed);
    this.#coordinates = options.coordinates;
    this.#isLarge = graph.targets.length > VERY_MANY_TARGETS;
    this.#work = Math.min(graph.nodes * WORK_PER_NODE, WORK_AT_MOST) * (options.effort ?? 1);
    let [weight, fromHost] = [0, 0];
    for (let e = 0; e < graph.edges; e++) {
      weight += graph.edgeWeight[e]!;
      const isHeard = graph.targetStart[e + 1]! > graph.targetStart[e]!;
      if (isHeard && graph.source[e] === NO_SOURCE) fromHost += graph.edgeWeight[e]!;
    }
    this.#leastKm1 = fromHost;
    this.#temperature = (TEMPERATURE * weight) / Math.max(1, graph.edges);
  }

  run(): PartitionResult {
    const hopeless = this.#startFromOrders();
    if (hopeless !== undefined) return { ok: false, misfit: hopeless };
    const size = this.#graph.targets.length;
    const starts = this.#isLarge ? 1 : size > MANY_TARGETS ? STARTS / 2 : STARTS;
    // The first start looks at common hyperedges, as suits layers; the second at neighbours, as suits irregular graphs.
    for (let k = 0; k < starts && !this.#cannotBeBetter(); k++) this.#startFromGrowth(k === 1);
    if (this.#best === undefined) return { ok: false, misfit: this.#tooManyBlocks() };
    if (!this.#isLarge && !this.#cannotBeBetter()) this.#improve();
    return { ok: true, ...this.#numbered(this.#best), packings: this.#packings };
  }

  /** Small networks fit one block, as packed. */
  #cannotBeBetter(): boolean {
    return this.#best !== undefined && this.#best.km1 <= this.#leastKm1;
  }

  /** Search takes long where thousands of blocks share little: not where grown and packed ones are far too many. */
  #hopeless({ blockOf, blocks }: Packing): Misfit | undefined {
    const graph = this.#graph;
    const limits = this.#limits;
    const held = probeGrowth(graph, limits, new RandomSource(PROBES), PROBES);
    let neurons = 0;
    for (let v = 0; v < graph.nodes; v++) neurons += graph.nodeLoad[v * graph.resources]!;
    const needed = Math.min(blocks, Math.ceil(neurons / held));
    if (needed <= HOPELESS * limits.blocks) return undefined;
    const { load, inAxons } = measurePartition(graph, blockOf, blocks);
    const limit = scarcestLimit(load, inAxons, blocks, limits);
    return { kind: 'blocks', needed, available: limits.blocks, certain: false, limit };
  }

  /** Packs every order; the one with the least traffic is refined. Returns why nothing more need be tried. */
  #startFromOrders(): Misfit | undefined {
    const orders: NodeOrder[] = [
      { name: 'sequential', nodes: Uint32Array.from({ length: this.#graph.nodes }, (_, v) => v) },
    ];
    if (this.#coordinates !== undefined) orders.push(...packingOrders(this.#coordinates));
    const packed = orders.map(({ name, nodes }) => {
      const { blockOf, blocks } = packInOrder(this.#graph, this.#limits, nodes);
      return { name, blockOf, blocks, km1: measurePartition(this.#graph, blockOf, blocks).km1 };
    });
    this.#packings.push(...packed.map(({ name, blocks, km1 }) => ({ name, blocks, km1 })));
    const fitting = packed.filter(({ blocks }) => blocks <= this.#limits.blocks);
    const fewest = packed.reduce((a, b) => (b.blocks < a.blocks ? b : a));
    const hopeless = fitting.length === 0 ? this.#hopeless(fewest) : undefined;
    if (hopeless !== undefined) return hopeless;
    const choice = (fitting.length > 0 ? fitting : packed).reduce((a, b) => (b.km1 < a.km1 ? b : a));
    // Thousands of blocks that share nothing would take longest to refine and gain least.
    if (this.#isLarge && choice.blocks > this.#limits.blocks) return undefined;
    const state = new PartitionState(this.#graph, this.#limits, choice.blocks, choice.blockOf);
    if (!this.#isLarge) {
      dissolveBlocks(state, this.#limits.blocks);
      refine(state, PASSES, this.#random);
    }
    this.#consider(state);
    return undefined;
  }

  #startFromGrowth(byNeighbours: boolean): void {
    const graph = this.#graph;
    const limits = this.#limits;
    const random = this.#random;
    const ladder = climb(graph, limits, { part: CLUSTER_PART, byNeighbours, byLabels: this.#isLarge }, random);
    const top = this.#growTop(ladder);
    if (top === undefined) return;
    const state = descend(ladder, limits, top.blockOf, top.slots, (level, height) => {
      this.#refined(level, height === 0 ? LAST_SWEEPS : 1);
    });
    if (state.used > limits.blocks) {
      dissolveBlocks(state, limits.blocks);
      this.#refined(state);
    }
    this.#consider(state);
  }

  /** @param sweeps where the graph is large */
  #refined(state: PartitionState, sweeps = 1): void {
    if (!this.#isLarge) refine(state, PASSES, this.#random);
    else for (let k = 0; k < sweeps; k++) sweepOnce(state, this.#random);
  }

  /** @returns undefined where every growth is far worse than what is known already */
  #growTop(ladder: Ladder): PartitionState | undefined {
    const top = ladder.graphs.at(-1)!;
    let best: PartitionState | undefined;
    for (let k = 0; k < (this.#isLarge ? 1 : GROWTHS); k++) {
      const { blockOf, blocks } = growBlocks(top, this.#limits, this.#random);
      const state = new PartitionState(top, this.#limits, blocks, blockOf);
      if (this.#best !== undefined && state.km1 > FAR_WORSE * this.#best.km1) continue;
      this.#refined(state);
      if (best === undefined || state.km1 < best.km1) best = state;
    }
    return best;
  }

  #consider(state: PartitionState): void {
    if (this.#fewest === undefined || state.used < this.#fewest.used) this.#fewest = state;
    if (state.used > this.#limits.blocks) return;
    if (this.#best === undefined || state.km1 < this.#best.km1) this.#best = state;
  }

  /** Anneals the best partition node by node, then in cycles on clusters within its blocks. */
  #improve(): void {
    const random = this.#random;
    const temperature = this.#temperature;
    const last = temperature / COOLING;
    anneal(this.#best!, { work: this.#work * ANNEAL_PART, first: temperature, last }, random);
    refine(this.#best!, PASSES, random);
    const cycles = Math.min(CYCLES, Math.floor(this.#work / (CYCLE_WORK * this.#graph.targets.length)));
    const perCycle = (this.#work * (1 - ANNEAL_PART)) / cycles;
    for (let k = 0; k < cycles; k++) this.#cycle(perCycle, temperature / 2, last, k % 2 === 0 ? 1 : CLUSTER_PART);
  }

  #cycle(work: number, first: number, last: number, part: number): void {
    const graph = this.#graph;
    const limits = this.#limits;
    const random = this.#random;
    const { blockOf, slots } = this.#best!;
    const ladder = climb(graph, limits, { part, within: blockOf }, random);
    const top = ladder.clusterOf.reduce(
      (labels, clusterOf, l) => carryUp(labels, clusterOf, ladder.graphs[l + 1]!.nodes),
      blockOf,
    );
    const perLevel = work / ladder.graphs.length;
    const state = descend(ladder, limits, top.slice(), slots, (level) => {
      anneal(level, { work: perLevel, first, last }, random);
      refine(level, PASSES, random);
    });
    this.#consider(state);
  }

  #tooManyBlocks(): Misfit {
    const { used, load, inAxons } = this.#fewest!;
    const limit = scarcestLimit(load, inAxons, used, this.#limits);
    return { kind: 'blocks', needed: used, available: this.#limits.blocks, certain: false, limit };
  }

  #numbered(state: PartitionState): { readonly blockOf: Uint32Array; readonly figures: PartitionFigures } {
    const numberOf = new Uint32Array(state.slots);
    let blocks = 0;
    const blockOf = state.blockOf.map((block) => {
      if (numberOf[block] === 0) numberOf[block] = ++blocks;
      return numberOf[block]! - 1;
    });
    return { blockOf, figures: measurePartition(this.#graph, blockOf, blocks) };
  }
}
