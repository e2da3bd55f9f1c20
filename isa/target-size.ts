/** What follows from the figures of a target. Nothing is imported here: threads that only run a chip need no schemas. */

interface Mesh {
  readonly width: number;
  readonly height: number;
}

interface Cores {
  readonly mesh: Mesh;
  readonly coresPerTile: number;
  readonly deadTiles?: readonly number[] | undefined;
}

interface Figure {
  readonly value: number;
}

interface Barrier {
  readonly mesh: Mesh;
  readonly timing: Readonly<
    Record<'barrierCycles' | 'barrierHopCycles' | 'hopEastWestCycles' | 'hopNorthSouthCycles', Figure>
  >;
  readonly chips?: (Mesh & { readonly linkCycles: Figure }) | undefined;
}

/** Tiles of the mesh. */
export const tileCount = ({ mesh }: Pick<Cores, 'mesh'>): number => mesh.width * mesh.height;
/** Cores of the chip, those of dead tiles included. */
export const coreCount = (target: Cores): number => tileCount(target) * target.coresPerTile;
/** Cores that can be used. Dead tiles beyond the mesh take none away. */
export const livingCoreCount = (target: Cores): number =>
  coreCount(target) - target.coresPerTile * (target.deadTiles ?? []).filter((tile) => tile < tileCount(target)).length;
/** Lowest and highest value of a signed field of `bits` bits. */
export const signedRange = (bits: number): readonly [min: number, max: number] => [
  -(2 ** (bits - 1)),
  2 ** (bits - 1) - 1,
];
/**
 * Cycles of one barrier: a fixed part, and a wavefront over the mesh and back (reference: Loihi, 113..465 ns for 1..32
 * tiles). Over a chip border the wave is late by what a flit is late there: linkCycles instead of the hop cycles.
 */
export function barrierCycles({ timing, mesh, chips }: Barrier): number {
  let way = timing.barrierHopCycles.value * (mesh.width + mesh.height - 2);
  if (chips !== undefined) {
    way += (chips.width - 1) * (chips.linkCycles.value - timing.hopEastWestCycles.value);
    way += (chips.height - 1) * (chips.linkCycles.value - timing.hopNorthSouthCycles.value);
  }
  return timing.barrierCycles.value + 2 * way;
}
