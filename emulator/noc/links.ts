/** The links between routers: where they lead, how long they take, and when they take the next flit. */
import { isEastWest, LINK_PORTS, oppositePort, PORT } from '../../isa/machine.ts';
import { LINKS, type RouterGraph } from './router-graph.ts';
import type { NetworkTarget, PhaseTiming } from './schedule.ts';

/**
 * All links of a network. Link = router * LINKS + port. A link within a chip takes a flit in every cycle; one over a chip
 * border takes one in `flitCycles` cycles, so it is remembered when it is free again.
 */
export class Links {
  /** Per link: the input ring of the neighbour; -1 at the edge. */
  readonly downstream: Int32Array;
  /** Per link: cycles from arbitration to arbitration in the neighbour. */
  readonly hopCycles: Float64Array;
  /** Per input ring: cycles from arbitration until the sender can use the freed slot. */
  readonly creditCycles: Float64Array;
  /** Per link: the cycle from which it takes a flit; undefined where the target is one chip, and all of them always do. */
  readonly free: Float64Array | undefined;
  /** Per link: cycles that a flit takes it for. */
  readonly flitCycles: Float64Array;
  /** Per link: its place among the counters of flits, by direction, and those over chip borders apart. */
  readonly counter: Uint8Array;
  readonly #hops = new Float64Array(2 * LINKS);

  constructor(target: NetworkTarget, { topology, routers, ports, neighbours }: RouterGraph) {
    const { timing, chips } = target;
    const count = routers * LINKS;
    this.downstream = new Int32Array(count).fill(-1);
    this.hopCycles = new Float64Array(count);
    this.flitCycles = new Float64Array(count).fill(1);
    this.counter = new Uint8Array(count);
    this.creditCycles = new Float64Array(routers * ports).fill(timing.creditCycles.value);
    if (chips !== undefined) this.free = new Float64Array(count);
    for (let router = 0; router < routers; router++)
      for (const port of LINK_PORTS) {
        const link = router * LINKS + port;
        const neighbour = neighbours[link]!;
        if (neighbour < 0) continue;
        this.downstream[link] = neighbour * ports + oppositePort(port);
        this.hopCycles[link] = (isEastWest(port) ? timing.hopEastWestCycles : timing.hopNorthSouthCycles).value;
        this.counter[link] = port;
        if (chips === undefined || !topology.crossesBorder(router, port)) continue;
        this.hopCycles[link] = chips.linkCycles.value;
        this.flitCycles[link] = chips.flitCycles.value;
        this.creditCycles[this.downstream[link]] = chips.creditCycles.value;
        this.counter[link] = LINKS + port;
      }
  }

  /** A new phase: nothing was sent, every link is free. */
  clear(): void {
    this.#hops.fill(0);
    this.free?.fill(0);
  }

  /** A flit wins the link in `cycle`. */
  send(link: number, cycle: number): void {
    this.#hops[this.counter[link]!]!++;
    if (this.free !== undefined) this.free[link] = cycle + this.flitCycles[link]!;
  }

  /** Flits over links in this phase. */
  traversals(): LinkTraversals {
    return linkTraversals(this.#hops);
  }
}

type LinkTraversals = Pick<PhaseTiming, 'linkHops' | 'betweenChips'>;

/** @param hops flits over links, a counter each for the four directions within chips, then over chip borders */
export function linkTraversals(hops: Float64Array): LinkTraversals {
  const between = (port: number): number => hops[LINKS + port]!;
  const all = (port: number): number => hops[port]! + between(port);
  const { NORTH, EAST, SOUTH, WEST } = PORT;
  return {
    linkHops: { east: all(EAST), west: all(WEST), north: all(NORTH), south: all(SOUTH) },
    betweenChips: { eastWest: between(EAST) + between(WEST), northSouth: between(NORTH) + between(SOUTH) },
  };
}
