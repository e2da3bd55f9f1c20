/** What the network will carry: exact, for given packets of each tree, from the very tables that the routers use. */
import { completeRoutes, isEastWest, LINK_PORTS, PORT, topologyOf, type Route, type Target } from '../../isa/index.ts';

/** In the same unit as the packets. What each event is: isa/records/parts/counts.ts. */
export interface Traffic {
  readonly linkHops: {
    readonly east: number;
    readonly west: number;
    readonly north: number;
    readonly south: number;
    /** How many of them cross a chip border; absent where there is one chip. */
    readonly betweenChips?: { readonly eastWest: number; readonly northSouth: number };
  };
  readonly routerTraversals: number;
  /** At cores and at the host port. */
  readonly deliveries: number;
  /** Of the router, or of the directed link, with the most. */
  readonly largestRouterLoad: number;
  readonly largestLinkLoad: number;
}

/**
 * @param routes routing entries, each router of a tree once
 * @param packets per tree: whole numbers give exact counts, means give means
 */
export function predictedTraffic(routes: readonly Route[], packets: ArrayLike<number>, target: Target): Traffic {
  const topology = topologyOf(target);
  const routerLoad = new Float64Array(topology.tiles);
  const linkLoad = new Float64Array(LINK_PORTS.length * topology.tiles);
  const perPort = new Float64Array(LINK_PORTS.length);
  const crossings = { eastWest: 0, northSouth: 0 };
  let routerTraversals = 0;
  let deliveries = 0;
  for (const { tree, router, ports } of completeRoutes(topology, routes)) {
    const count = packets[tree]!;
    routerTraversals += count;
    routerLoad[router]! += count;
    for (const port of LINK_PORTS) {
      if (((ports >>> port) & 1) === 0) continue;
      perPort[port]! += count;
      linkLoad[LINK_PORTS.length * router + port]! += count;
      if (topology.crossesBorder(router, port)) crossings[isEastWest(port) ? 'eastWest' : 'northSouth'] += count;
    }
    for (let rest = ports >>> PORT.LOCAL; rest !== 0; rest >>>= 1) deliveries += (rest & 1) * count;
  }
  const largest = (loads: Float64Array): number => loads.reduce((most, load) => Math.max(most, load), 0);
  return {
    linkHops: {
      east: perPort[PORT.EAST]!,
      west: perPort[PORT.WEST]!,
      north: perPort[PORT.NORTH]!,
      south: perPort[PORT.SOUTH]!,
      ...(target.chips !== undefined && { betweenChips: crossings }),
    },
    routerTraversals,
    deliveries,
    largestRouterLoad: largest(routerLoad),
    largestLinkLoad: largest(linkLoad),
  };
}
