/** The counters of a run. What each event is: isa/records/parts/counts.ts and spec/energy.md. */
import { type Chip, type Counts, isEventMode, type Target } from '../../isa/machine.ts';

/** {@link Counts} while they grow. Timing adds core-cycles; without timing they stay null in the result. */
export interface Counters {
  synops: number;
  macs: number;
  neuronUpdatesActive: number;
  neuronUpdatesIdle: number;
  stateBitsRead: number;
  stateBitsWritten: number;
  parameterBitsRead: number;
  vectorAdds: number;
  multiplierBits: number;
  /** Events that counters of cores in event mode could not hold. */
  lostEvents: number;
  spikes: number;
  spikePayload: number;
  packets: number;
  hostPackets: number;
  deliveries: number;
  east: number;
  west: number;
  north: number;
  south: number;
  /** How many of east + west and of north + south crossed a chip border. */
  betweenChipsEastWest: number;
  betweenChipsNorthSouth: number;
  withinTile: number;
  routerTraversals: number;
  synapseBitsRead: number;
  barriers: number;
  resets: number;
  activeCoreCycles: number;
  idleCoreCycles: number;
}

/** Counts of work on states beside neuron updates, each with the figure of a target that pays it. */
const FIGURE_OF = {
  stateBitsRead: 'stateBitRead',
  stateBitsWritten: 'stateBitWritten',
  parameterBitsRead: 'parameterBitRead',
  vectorAdds: 'vectorAdd',
  multiplierBits: 'multiplierBit',
} as const satisfies Partial<Record<keyof Counters, keyof Target['energy']>>;
export const STATE_COUNTS = Object.keys(FIGURE_OF) as (keyof typeof FIGURE_OF)[];
export type StateWork = Pick<Counters, keyof typeof FIGURE_OF>;

export const newStateWork = (): StateWork => ({
  stateBitsRead: 0,
  stateBitsWritten: 0,
  parameterBitsRead: 0,
  vectorAdds: 0,
  multiplierBits: 0,
});

/** What the network carries: the counts that the functional model and the network must agree in. */
export const NETWORK_COUNTS = [
  'deliveries',
  'east',
  'west',
  'north',
  'south',
  'betweenChipsEastWest',
  'betweenChipsNorthSouth',
  'routerTraversals',
] as const;
export type NetworkCounts = Pick<Counters, (typeof NETWORK_COUNTS)[number]>;

export const newNetworkCounts = (): NetworkCounts => ({
  deliveries: 0,
  east: 0,
  west: 0,
  north: 0,
  south: 0,
  betweenChipsEastWest: 0,
  betweenChipsNorthSouth: 0,
  routerTraversals: 0,
});

export const newCounters = (): Counters => ({
  synops: 0,
  macs: 0,
  neuronUpdatesActive: 0,
  neuronUpdatesIdle: 0,
  ...newStateWork(),
  lostEvents: 0,
  spikes: 0,
  spikePayload: 0,
  packets: 0,
  hostPackets: 0,
  ...newNetworkCounts(),
  withinTile: 0,
  synapseBitsRead: 0,
  barriers: 0,
  resets: 0,
  activeCoreCycles: 0,
  idleCoreCycles: 0,
});

/**
 * A snapshot in the form of the run record. Links between chips are there where the target is a grid of chips, work on states
 * where it has figures for it, and what counters lose where a core is in event mode.
 */
export function toCounts(
  counters: Counters,
  timed: boolean,
  { target, cores }: Pick<Chip, 'target' | 'cores'>,
): Counts {
  const { chips, energy } = target;
  const { east, west, north, south, betweenChipsEastWest, betweenChipsNorthSouth, ...others } = counters;
  const { activeCoreCycles, idleCoreCycles, ...functional } = others;
  const betweenChips = { eastWest: betweenChipsEastWest, northSouth: betweenChipsNorthSouth };
  const counts: Counts = {
    ...functional,
    linkHops: { east, west, north, south, ...(chips !== undefined && { betweenChips }) },
    activeCoreCycles: timed ? activeCoreCycles : null,
    idleCoreCycles: timed ? idleCoreCycles : null,
  };
  for (const name of STATE_COUNTS) if (energy[FIGURE_OF[name]] === undefined) delete counts[name];
  if (!cores.some(isEventMode)) delete counts.lostEvents;
  return counts;
}

type LinkHops = Counts['linkHops'];

/** Sum of traversals; those between chips are there where both runs have them. */
function addLinkHops(a: LinkHops, b: LinkHops): LinkHops {
  const { betweenChips: x } = a;
  const { betweenChips: y } = b;
  return {
    east: a.east + b.east,
    west: a.west + b.west,
    north: a.north + b.north,
    south: a.south + b.south,
    ...(x && y && { betweenChips: { eastWest: x.eastWest + y.eastWest, northSouth: x.northSouth + y.northSouth } }),
  };
}

/**
 * Sum of the counts of two runs over the same chip, in the order of the first: the record does not tell how many threads made
 * it. Core-cycles are known only where both know them, and what only one of the two counted is left out.
 */
export function addCounts(a: Counts, b: Counts): Counts {
  const { linkHops: hopsOfB, ...others } = b;
  const sum: Counts = { ...a, linkHops: addLinkHops(a.linkHops, hopsOfB) };
  for (const name of Object.keys(sum) as (keyof Counts)[]) {
    if (name === 'linkHops') continue;
    const [x, y] = [a[name], others[name]];
    if (y === undefined) delete sum[name as keyof StateWork | 'lostEvents' | 'spikePayload'];
    else Object.assign(sum, { [name]: x === null || x === undefined || y === null ? null : x + y });
  }
  return sum;
}
