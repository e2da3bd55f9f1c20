/** What a placement costs, in the figures that mappers are compared by. */
import { tileDistance, tileOfCore, type Route, type Target, type TileDistance } from '../../isa/index.ts';
import { predictedTraffic, type Traffic } from './traffic.ts';

/** A tree as the placement sees it, in packets per inference. */
export interface TreeEnds {
  readonly tree: number;
  /** Block that sends; undefined: the host. */
  readonly from: number | undefined;
  /** Blocks that listen; undefined: the host alone does. */
  readonly to: readonly number[] | undefined;
  readonly packets: number;
}

export interface PlacementMetrics extends Traffic {
  /** Σ packets · (hops + 1 + hops / 10) over all pairs of sender and listener (Jin et al., ASPLOS 2023). */
  readonly jinEnergy: number;
  /** Links from sender to listener: mean over the deliveries, and the longest way of all. */
  readonly hops: { readonly mean: number; readonly max: number };
  /** The same in cycles where no packet waits for another: injection, hops, ejection. */
  readonly latencyCycles: { readonly mean: number; readonly max: number };
  /** Links that packets traverse, each once per packet. */
  readonly multicastHops: number;
  /** What no tree can do without: a link for every tile that listens, the sender's own apart. */
  readonly leastMulticastHops: number;
  readonly routeEntries: { readonly total: number; readonly largest: number };
}

/** @param routes of these trees under this placement */
export function measurePlacement(
  trees: readonly TreeEnds[],
  coreOf: readonly number[],
  routes: readonly Route[],
  target: Target,
): PlacementMetrics {
  const tileOf = (block: number | undefined): number => (block === undefined ? 0 : tileOfCore(target, coreOf[block]!));
  const packets = new Float64Array(trees.reduce((most, { tree }) => Math.max(most, tree + 1), 0));
  const ways = new Ways(target);
  let least = 0;
  for (const { tree, from, to, packets: count } of trees) {
    packets[tree] = count;
    const start = tileOf(from);
    const tiles = to === undefined ? [0] : to.map(tileOf);
    for (const tile of tiles) ways.add(start, tile, count);
    const others = new Set(tiles);
    others.delete(start);
    least += count * others.size;
  }
  const traffic = predictedTraffic(routes, packets, target);
  const { east, west, north, south } = traffic.linkHops;
  const perRouter = entriesPerRouter(routes);
  return {
    jinEnergy: ways.jinEnergy,
    hops: { mean: ways.mean(ways.hops), max: ways.mostHops },
    latencyCycles: { mean: ways.mean(ways.cycles), max: ways.mostCycles },
    multicastHops: east + west + north + south,
    leastMulticastHops: least,
    routeEntries: { total: routes.length, largest: Math.max(0, ...perRouter.values()) },
    ...traffic,
  };
}

/** How many entries each router has. */
export function entriesPerRouter(routes: readonly Route[]): Map<number, number> {
  const perRouter = new Map<number, number>();
  for (const { router } of routes) perRouter.set(router, (perRouter.get(router) ?? 0) + 1);
  return perRouter;
}

/** Sums over the ways from senders to listeners. */
class Ways {
  jinEnergy = 0;
  hops = 0;
  cycles = 0;
  mostHops = 0;
  mostCycles = 0;
  #packets = 0;
  readonly #timing: Target['timing'];
  readonly #distance: TileDistance;

  constructor(target: Target) {
    this.#timing = target.timing;
    this.#distance = tileDistance(target);
  }

  add(from: number, to: number, packets: number): void {
    const { injectionCycles, ejectionCycles } = this.#timing;
    const hops = this.#distance.hops(from, to);
    const cycles = injectionCycles.value + this.#distance.cycles(from, to) + ejectionCycles.value;
    this.#packets += packets;
    this.hops += packets * hops;
    this.cycles += packets * cycles;
    this.jinEnergy += packets * (hops + 1 + hops / 10);
    this.mostHops = Math.max(this.mostHops, hops);
    this.mostCycles = Math.max(this.mostCycles, cycles);
  }

  mean(sum: number): number {
    return this.#packets === 0 ? 0 : sum / this.#packets;
  }
}
