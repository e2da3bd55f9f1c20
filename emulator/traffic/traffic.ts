/**
 * Synthetic traffic: who sends to whom, and when. Every source has a seeded stream of its own, from which its packets are
 * drawn when the network asks for them; so a queue of any length takes no memory, and what a source sends does not depend on
 * the network.
 */
import { fail, tileCount, topologyOf } from '../../isa/machine.ts';

export const TRAFFIC_PATTERNS = ['uniform', 'transpose', 'neighbor', 'hotspot'] as const;
export type TrafficPattern = (typeof TRAFFIC_PATTERNS)[number];

export interface Traffic {
  /** Node = tile = y * width + x. */
  readonly mesh: { readonly width: number; readonly height: number };
  /**
   * `uniform`: any node, itself included. `transpose`: (x, y) to (y, x), on square meshes. `neighbor`: (x, y) to
   * (x + 1 mod width, y + 1 mod height). `hotspot`: any of the named nodes.
   */
  readonly pattern: TrafficPattern;
  /** Nodes of `hotspot`; each as likely as it is named often. */
  readonly hotspots?: readonly number[];
  /** Probability with which a node creates a packet in a cycle, 0..1. */
  readonly rate: number;
  /** Whole number; the same seed gives the same packets on every machine. */
  readonly seed: number;
}

/** Cycles up to which packets are created; a gap between two packets is drawn as this many digits of this base. */
const BASE = 1024;
const DIGITS = 3;
export const LARGEST_CYCLE = BASE ** DIGITS;

/** @throws E0103 where a pattern cannot be on the mesh, or a figure lies outside of its range */
export function checkTraffic({ mesh, pattern, hotspots = [], rate }: Traffic): void {
  const nodes = tileCount({ mesh });
  if (!(rate >= 0 && rate <= 1)) fail('E0103', `the rate ${rate} is not a number from 0 to 1`);
  if (pattern === 'transpose' && mesh.width !== mesh.height)
    fail(
      'E0103',
      `transpose needs a square mesh; this one has ${mesh.width} x ${mesh.height} tiles`,
      undefined,
      'choose a square mesh or another pattern',
    );
  if (pattern === 'hotspot' && hotspots.length === 0) fail('E0103', 'hotspot names no node');
  const outside = hotspots.find((node) => !(Number.isInteger(node) && node >= 0 && node < nodes));
  if (outside !== undefined)
    fail('E0103', `hotspot node ${outside} is outside of the mesh`, undefined, `its nodes are 0 to ${nodes - 1}`);
}

/**
 * Cycles without a packet between two packets of a Bernoulli process: a geometric distribution, whose digits in any base
 * are independent of each other. Only sums and products, so that every machine draws the same.
 */
export class Gaps {
  /** Probability that no packet comes in LARGEST_CYCLE cycles. */
  readonly #never: number;
  /** Per digit, the lowest one first: probability that it is at most k. Digits that are always 0 are left out. */
  readonly #atMost: readonly Float64Array[];

  /** @param rate probability of a packet in a cycle, 0..1 */
  constructor(rate: number) {
    const atMost: Float64Array[] = [];
    let silent = 1 - rate;
    for (let digit = 0; digit < DIGITS; digit++) {
      if (silent > 2 ** -40) atMost.push(cumulated(silent));
      for (let factor = 1; factor < BASE; factor *= 2) silent *= silent;
    }
    this.#never = silent;
    this.#atMost = atMost;
  }

  /** @returns cycles between two packets; Infinity: no other one comes within LARGEST_CYCLE cycles */
  draw(random: () => number): number {
    if (this.#never > 0 && random() < this.#never) return Infinity;
    let gap = 0;
    let weight = 1;
    for (const table of this.#atMost) {
      gap += weight * firstAbove(table, random());
      weight *= BASE;
    }
    return gap;
  }
}

/** Of the weights ratio^0, ratio^1, … ratio^(BASE - 1): the sum up to each, as a part of the whole. */
function cumulated(ratio: number): Float64Array {
  const sums = new Float64Array(BASE);
  let weight = 1;
  let sum = 0;
  for (let k = 0; k < BASE; k++) {
    sum += weight;
    sums[k] = sum;
    weight *= ratio;
  }
  return sums.map((part) => part / sum);
}

/** Index of the first entry above a value that is below 1 = the last entry. */
function firstAbove(table: Float64Array, value: number): number {
  let low = 0;
  let high = table.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The packets of one node, one after the other. */
export class TrafficStream {
  /** Cycle in which the packet at hand is created; Infinity: there are no more. */
  created: number;
  /** Node that it goes to. */
  destination: number;
  readonly #gaps: Gaps;
  readonly #random: () => number;
  readonly #choose: (random: () => number) => number;

  /** @param traffic that has been checked */
  constructor(traffic: Traffic, node: number, gaps: Gaps) {
    this.#gaps = gaps;
    this.#random = nodeRandom(traffic.seed, node);
    this.#choose = chooser(traffic, node);
    this.created = this.#gaps.draw(this.#random);
    this.destination = this.#choose(this.#random);
  }

  /** The next packet. */
  advance(): void {
    this.created += 1 + this.#gaps.draw(this.#random);
    this.destination = this.#choose(this.#random);
  }
}

function chooser({ mesh, pattern, hotspots = [] }: Traffic, node: number): (random: () => number) => number {
  const topology = topologyOf({ mesh });
  const { columns, rows, tiles } = topology;
  const [x, y] = [topology.column(node), topology.row(node)];
  switch (pattern) {
    case 'uniform':
      return (random) => Math.floor(random() * tiles);
    case 'hotspot':
      return (random) => hotspots[Math.floor(random() * hotspots.length)]!;
    case 'transpose': {
      const transposed = topology.tileAt(y, x);
      return () => transposed;
    }
    case 'neighbor': {
      const neighbour = topology.tileAt((x + 1) % columns, (y + 1) % rows);
      return () => neighbour;
    }
  }
}

/** Numbers in [0, 1) in steps of 2^-32: sfc32 (Doty-Humphrey's small fast counting generator) from seed and node. */
function nodeRandom(seed: number, node: number): () => number {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = node | 0;
  let counter = 1;
  const next = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  // The author's advice, so that near seeds have nothing in common.
  for (let round = 0; round < 15; round++) next();
  return next;
}
