/** What the network is given, and what it answers. */
import type { Target } from '../../isa/machine.ts';

/** The part of a target that the network depends on. */
export type NetworkTarget = Pick<Target, 'mesh' | 'chips' | 'coresPerTile'> & {
  readonly timing: Pick<
    Target['timing'],
    'hopEastWestCycles' | 'hopNorthSouthCycles' | 'ejectionCycles' | 'injectionCycles' | 'creditCycles' | 'bufferFlits'
  >;
};

/** What one source (a core, or the host port) injects during a phase. Cycles count from the start of the phase. */
export interface InjectionSchedule {
  readonly router: number;
  /** PORT.LOCAL + k for local core k; PORT.HOST for the host port of tile 0. */
  readonly port: number;
  readonly count: number;
  /**
   * Nominal injection cycles; the first `count` entries are valid. Strictly increasing; in mode `queue` equal ones are
   * allowed.
   */
  readonly cycles: Int32Array;
  /** Tree of each packet. */
  readonly trees: Uint32Array;
  /** Nominal end of the work of this source; at least the last cycle + 1 where count > 0. */
  readonly endCycle: number;
  /**
   * What happens while the injection buffer is full. `stall` (the default): the source stands still, so every later
   * injection and its end shift by the same cycles, as in a core during its update. `queue`: packets wait in an
   * unbounded queue before the port, one enters per cycle and none before its nominal cycle, as at the host port.
   */
  readonly mode?: 'stall' | 'queue';
}

/** Cycles and counts of one phase. */
export interface PhaseTiming {
  /** The phase ends here: all sources are done (their stalls included) and everything is delivered. */
  readonly endCycles: number;
  /** Cycle of the last delivery; 0 where there was none. */
  readonly lastDelivery: number;
  /** Sum over the sources of actual end - nominal end. */
  readonly stallCycles: number;
  /** Actual end of each source. */
  readonly sourceEnd: Float64Array;
  readonly packets: number;
  /** One per packet and leaf. */
  readonly deliveries: number;
  /** Flits over links by direction: north is towards y - 1, east towards x + 1. */
  readonly linkHops: { readonly east: number; readonly west: number; readonly north: number; readonly south: number };
  /** How many of east + west and of north + south crossed a chip border. */
  readonly betweenChips: { readonly eastWest: number; readonly northSouth: number };
  /** One per packet and router that it passes, the first and the last included. */
  readonly routerTraversals: number;
}

/**
 * Called once per packet and leaf, in order of cycles; within a cycle in order of routers.
 *
 * @param tree of the packet
 * @param schedule index of its source in the list of schedules
 * @param item index of the packet in its schedule
 * @param router tile of the leaf
 * @param port PORT.LOCAL + k or PORT.HOST
 * @param cycle in which the sink has it
 */
export type DeliveryListener = (
  tree: number,
  schedule: number,
  item: number,
  router: number,
  port: number,
  cycle: number,
) => void;

/**
 * Called once per flit and link, when it wins the link; in order of cycles, within a cycle in order of routers.
 *
 * @param router that it leaves
 * @param port PORT.NORTH, PORT.EAST, PORT.SOUTH or PORT.WEST
 * @param cycle of arbitration
 * @param schedule index of its source in the list of schedules
 * @param item index of the packet in its schedule
 */
export type HopListener = (router: number, port: number, cycle: number, schedule: number, item: number) => void;

/** A network that runs phases; spec/network.md says what happens in them. */
export interface NetworkModel {
  /**
   * Runs one phase from an empty network to an empty network: injects all schedules and delivers everything. Arbiters
   * start afresh.
   *
   * @param schedules at most one per source; cycles count from the start of the phase
   * @throws E0901 where a packet cannot be delivered: a schedule or route is impossible, routes depend on each other in
   *   a circle so that nothing can ever move, or packets are missing at the end
   */
  runPhase(schedules: readonly InjectionSchedule[], onDelivery?: DeliveryListener, onHop?: HopListener): PhaseTiming;
  /** Whether no flit is in the network and all credits are back once their way has passed. */
  isIdle(): boolean;
}

export interface NetworkOptions {
  /** A permutation of all routers: the order in which they are visited. Only tests need it, to show that it is free. */
  readonly routerOrder?: readonly number[];
  /**
   * Sinks return credits for B slots as routers do, so that a sink takes min(1, B / (ejection + credit cycles)) flits per
   * cycle. The sinks of the chip always accept; this is for comparison with simulators whose terminals do not.
   */
  readonly creditedSinks?: boolean;
}
