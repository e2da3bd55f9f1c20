/** The part of a mesh that the maps of a report show. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FloorplanRecord } from '../../isa/index.ts';
import { MOST_SQUARES, regionOf, squareOf, tilesOfSquare } from '../../report/html/floorplan-region.ts';

/** Of a plan only mesh, cores and links are read. */
const plans = fc
  .record({ width: fc.integer({ min: 1, max: 70 }), height: fc.integer({ min: 1, max: 70 }) })
  .chain((mesh) => {
    const tile = fc.integer({ min: 0, max: mesh.width * mesh.height - 1 });
    return fc.record({
      mesh: fc.constant(mesh),
      cores: fc.array(fc.record({ tile }), { maxLength: 6 }),
      links: fc.array(fc.record({ from: tile, to: tile }), { maxLength: 4 }),
    });
  })
  .map((plan) => plan as unknown as FloorplanRecord);

describe('regionOf', () => {
  it('has all cores and links, lies in the mesh, and goes one square further where the mesh does', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { x, y, isPart } = regionOf(plan);
        const block = tilesOfSquare(plan);
        const at = squareOf(plan, block);
        const [right, below] = [plan.mesh.width, plan.mesh.height].map((tiles) => Math.ceil(tiles / block) - 1);
        expect(Math.max(right!, below!)).toBeLessThan(MOST_SQUARES);
        const places = [
          ...plan.cores.map(({ tile }) => at(tile)),
          ...plan.links.flatMap((one) => [at(one.from), at(one.to)]),
        ];
        for (const [column, row] of places) {
          expect(x.first).toBeLessThanOrEqual(Math.max(0, column - 1));
          expect(x.last).toBeGreaterThanOrEqual(Math.min(right!, column + 1));
          expect(y.first).toBeLessThanOrEqual(Math.max(0, row - 1));
          expect(y.last).toBeGreaterThanOrEqual(Math.min(below!, row + 1));
        }
        for (const [{ first, last }, end] of [
          [x, right!],
          [y, below!],
        ] as const) {
          expect(first).toBeGreaterThanOrEqual(0);
          expect(last).toBeLessThanOrEqual(end);
          expect(first).toBeLessThanOrEqual(last);
        }
        const isWhole = x.first === 0 && y.first === 0 && x.last === right && y.last === below;
        expect(isPart).toBe(!isWhole);
      }),
    );
  });
});
