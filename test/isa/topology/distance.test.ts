import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LINK_PORTS, PORT, type Target, tileDistance, topologyOf } from '../../../isa/index.ts';
import { tinyTarget } from '../chips.ts';
import { arbitraryGrid, asGrid } from '../grids.ts';

const targets: fc.Arbitrary<Target> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.option(arbitraryGrid), fc.nat(4), fc.nat(4))
  .map(([width, height, grid, eastWest, northSouth]) => {
    const base = tinyTarget({ mesh: { width, height } });
    const { hopEastWestCycles: hop } = base.timing;
    const timing = {
      ...base.timing,
      hopEastWestCycles: { ...hop, value: 1 + eastWest },
      hopNorthSouthCycles: { ...hop, value: 1 + northSouth },
    };
    const target = { ...base, timing };
    return grid === null ? target : asGrid(target, grid);
  });

/** Walks the XY path link by link. */
function walk(target: Target, from: number, to: number) {
  const { mesh, timing, energy, chips } = target;
  const topology = topologyOf(target);
  const sum = { hops: 0, borders: 0, cycles: 0, joule: energy.routerTraversal.value! };
  const step = (tile: number, port: (typeof LINK_PORTS)[number]): number => {
    const sideways = port === PORT.EAST || port === PORT.WEST;
    const border = topology.crossesBorder(tile, port);
    sum.hops++;
    if (border) sum.borders++;
    const onChip = sideways ? timing.hopEastWestCycles : timing.hopNorthSouthCycles;
    sum.cycles += border ? chips!.linkCycles.value : onChip.value;
    const joule = sideways ? energy.linkHopEastWest : energy.linkHopNorthSouth;
    sum.joule += (border ? energy.linkHopBetweenChips! : joule).value! + energy.routerTraversal.value!;
    return topology.neighbour(tile, port);
  };
  let at = from;
  while (at % mesh.width !== to % mesh.width) at = step(at, at % mesh.width < to % mesh.width ? PORT.EAST : PORT.WEST);
  while (at !== to) at = step(at, at < to ? PORT.SOUTH : PORT.NORTH);
  return sum;
}

describe('tileDistance', () => {
  it('is the sum over the links of the XY path, borders at their own price, and symmetric', () => {
    fc.assert(
      fc.property(targets, fc.nat(), fc.nat(), (target, a, b) => {
        const tiles = target.mesh.width * target.mesh.height;
        const [from, to] = [a % tiles, b % tiles];
        const distance = tileDistance(target);
        const expected = walk(target, from, to);
        for (const [p, q] of [
          [from, to],
          [to, from],
        ] as const) {
          expect(distance.hops(p, q)).toBe(expected.hops);
          expect(distance.borders(p, q)).toBe(expected.borders);
          expect(distance.cycles(p, q)).toBe(expected.cycles);
          expect(Math.abs(distance.energyJ(p, q) - expected.joule)).toBeLessThan(1e-20);
        }
      }),
    );
  });

  it('takes unknown energies for 0', () => {
    const base = tinyTarget({ mesh: { width: 3, height: 1 } });
    const unknown = { value: null, unit: 'J' as const, kind: 'unknown' as const, source: 'test' };
    const target = { ...base, energy: { ...base.energy, linkHopEastWest: unknown } };
    expect(tileDistance(target).energyJ(0, 2)).toBe(3 * base.energy.routerTraversal.value!);
  });
});

describe('the chips of a grid', () => {
  it('are rectangles of equal size that cover the mesh; borders are where neighbours differ', () => {
    fc.assert(
      fc.property(targets, (target) => {
        const { mesh, chips } = target;
        const topology = topologyOf(target);
        const tilesOf = new Map<number, number[]>();
        for (let tile = 0; tile < mesh.width * mesh.height; tile++)
          tilesOf.set(topology.chipOf(tile), [...(tilesOf.get(topology.chipOf(tile)) ?? []), tile]);
        const count = (chips?.width ?? 1) * (chips?.height ?? 1);
        expect([...tilesOf.keys()].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
        for (const tiles of tilesOf.values()) {
          expect(tiles.length).toBe((mesh.width * mesh.height) / count);
          const x = tiles.map((tile) => tile % mesh.width);
          const y = tiles.map((tile) => Math.floor(tile / mesh.width));
          expect(Math.max(...x) - Math.min(...x) + 1).toBe(mesh.width / (chips?.width ?? 1));
          expect(Math.max(...y) - Math.min(...y) + 1).toBe(mesh.height / (chips?.height ?? 1));
        }
        for (let tile = 0; tile < mesh.width * mesh.height; tile++)
          for (const port of LINK_PORTS) {
            const neighbour = topology.neighbour(tile, port);
            const differs = neighbour >= 0 && !tilesOf.get(topology.chipOf(tile))!.includes(neighbour);
            expect(topology.crossesBorder(tile, port)).toBe(differs);
          }
      }),
      { numRuns: 50 },
    );
  });
});
