/** Counts of runs. */
import fc from 'fast-check';
import type { Counts } from '../../isa/index.ts';

/** A timed run in which nothing happened. */
export const NO_COUNTS: Counts = {
  synops: 0,
  macs: 0,
  neuronUpdatesActive: 0,
  neuronUpdatesIdle: 0,
  stateBitsRead: 0,
  stateBitsWritten: 0,
  parameterBitsRead: 0,
  vectorAdds: 0,
  multiplierBits: 0,
  spikes: 0,
  spikePayload: 0,
  packets: 0,
  hostPackets: 0,
  deliveries: 0,
  linkHops: { east: 0, west: 0, north: 0, south: 0 },
  withinTile: 0,
  routerTraversals: 0,
  synapseBitsRead: 0,
  barriers: 0,
  resets: 0,
  activeCoreCycles: 0,
  idleCoreCycles: 0,
};

/** @param coreCycles null where a run is not timed */
export const arbitraryCounts = (
  natural: fc.Arbitrary<number>,
  linkHops: fc.Arbitrary<Counts['linkHops']>,
  coreCycles: fc.Arbitrary<number | null>,
): fc.Arbitrary<Counts> =>
  fc.record({
    synops: natural,
    macs: natural,
    neuronUpdatesActive: natural,
    neuronUpdatesIdle: natural,
    stateBitsRead: natural,
    stateBitsWritten: natural,
    parameterBitsRead: natural,
    vectorAdds: natural,
    multiplierBits: natural,
    spikes: natural,
    spikePayload: natural,
    packets: natural,
    hostPackets: natural,
    deliveries: natural,
    linkHops,
    withinTile: natural,
    routerTraversals: natural,
    synapseBitsRead: natural,
    barriers: natural,
    resets: natural,
    activeCoreCycles: coreCycles,
    idleCoreCycles: coreCycles,
  });
