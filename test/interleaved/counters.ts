/** The countable events of spec/energy.md. */
export interface Counters {
  synops: number;
  macs: number;
  neuronUpdatesActive: number;
  neuronUpdatesIdle: number;
  /** Events that counters of cores in event mode could not hold. */
  lostEvents: number;
  spikes: number;
  /** Sum of the magnitudes of their payloads. */
  spikePayload: number;
  packets: number;
  hostPackets: number;
  deliveries: number;
  readonly linkHops: {
    east: number;
    west: number;
    north: number;
    south: number;
    readonly betweenChips: { eastWest: number; northSouth: number };
  };
  withinTile: number;
  routerTraversals: number;
  synapseBitsRead: number;
  barriers: number;
  resets: number;
  activeCoreCycles: number;
  idleCoreCycles: number;
}

export const newCounters = (): Counters => ({
  synops: 0,
  macs: 0,
  neuronUpdatesActive: 0,
  neuronUpdatesIdle: 0,
  lostEvents: 0,
  spikes: 0,
  spikePayload: 0,
  packets: 0,
  hostPackets: 0,
  deliveries: 0,
  linkHops: { east: 0, west: 0, north: 0, south: 0, betweenChips: { eastWest: 0, northSouth: 0 } },
  withinTile: 0,
  routerTraversals: 0,
  synapseBitsRead: 0,
  barriers: 0,
  resets: 0,
  activeCoreCycles: 0,
  idleCoreCycles: 0,
});
