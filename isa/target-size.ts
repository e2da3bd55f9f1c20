/** What follows from the figures of a target. No schema is imported here: threads that only run a chip need none. */
import { topologyOf } from './topology/of-target.ts';
import type { TopologyTarget } from './topology/topology.ts';

interface Cores extends TopologyTarget {
  readonly coresPerTile: number;
  readonly deadTiles?: readonly number[] | undefined;
}

interface PacketWidths {
  readonly widths: { readonly payloadBits: number; readonly packetBits?: number | undefined };
}

interface Figure {
  readonly value: number;
}

interface Barrier extends TopologyTarget {
  readonly timing: Readonly<
    Record<'barrierCycles' | 'barrierHopCycles' | 'hopEastWestCycles' | 'hopNorthSouthCycles', Figure>
  >;
  readonly chips?: (NonNullable<TopologyTarget['chips']> & { readonly linkCycles: Figure }) | undefined;
}

/** Tiles of the chip, or of all chips of a grid. */
export const tileCount = (target: TopologyTarget): number => topologyOf(target).tiles;
/** Cores of the chip, those of dead tiles included. */
export const coreCount = (target: Cores): number => tileCount(target) * target.coresPerTile;
/** Cores that can be used. Dead tiles beyond the mesh take none away. */
export function livingCoreCount(target: Cores): number {
  const tiles = tileCount(target);
  const dead = (target.deadTiles ?? []).filter((tile) => tile < tiles).length;
  return (tiles - dead) * target.coresPerTile;
}
/** Bits of the payload that a packet between cores carries, beside its sign; 0: it is a spike of payload 1 and nothing else. */
export const packetBitsOf = ({ widths }: PacketWidths): number => widths.packetBits ?? widths.payloadBits - 1;
/** Lowest and highest value of a signed field of `bits` bits. */
export const signedRange = (bits: number): readonly [min: number, max: number] => [
  -(2 ** (bits - 1)),
  2 ** (bits - 1) - 1,
];
/**
 * Cycles of one barrier: a fixed part, and a wavefront over the chip and back (reference: Loihi, 113..465 ns for 1..32
 * tiles). Over a chip border the wave is late by what a flit is late there: linkCycles instead of the hop cycles.
 */
export function barrierCycles(target: Barrier): number {
  const { timing, chips } = target;
  const { hops, eastWestBorders, northSouthBorders } = topologyOf(target).barrierWay;
  let way = timing.barrierHopCycles.value * hops;
  if (chips !== undefined) {
    way += eastWestBorders * (chips.linkCycles.value - timing.hopEastWestCycles.value);
    way += northSouthBorders * (chips.linkCycles.value - timing.hopNorthSouthCycles.value);
  }
  return timing.barrierCycles.value + 2 * way;
}
