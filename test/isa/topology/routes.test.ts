import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { completeRoutes, PORT, topologyOf, type Route } from '../../../isa/index.ts';
import { treeRoutes, xyTree } from '../../emulator/noc/helpers.ts';

const trees = fc
  .record({ width: fc.integer({ min: 1, max: 8 }), height: fc.integer({ min: 1, max: 8 }) })
  .chain(({ width, height }) => {
    const router = fc.nat(width * height - 1);
    return fc.record({
      mesh: fc.constant({ width, height }),
      source: router,
      leaves: fc.array(router, { minLength: 1, maxLength: 6 }),
    });
  });

const sorted = (routes: readonly Route[]): string[] =>
  routes.map(({ tree, router, ports }) => `${tree} ${router} ${ports}`).sort();

describe('completeRoutes', () => {
  it('gives back every entry that only passes packets straight on', () => {
    let left = 0;
    fc.assert(
      fc.property(trees, fc.nat(), ({ mesh, source, leaves }, drops) => {
        const masks = xyTree(
          mesh.width,
          source,
          leaves.map((router) => ({ router, port: PORT.LOCAL })),
        );
        const full = treeRoutes(7, masks);
        const lone = [1 << PORT.NORTH, 1 << PORT.EAST, 1 << PORT.SOUTH, 1 << PORT.WEST];
        const [north, east, south, west] = lone;
        const step = new Map([
          [north, -mesh.width],
          [east, 1],
          [south, mesh.width],
          [west, -1],
        ]);
        const isDefault = ({ router, ports }: Route): boolean =>
          step.has(ports) && ((masks.get(router - step.get(ports)!) ?? 0) & ports) !== 0 && router !== source;
        // Any of them may be left out, not only all.
        const stored = full.filter((route, k) => !isDefault(route) || ((drops >>> (k % 31)) & 1) === 1);
        left += full.length - stored.length;
        expect(sorted(completeRoutes(topologyOf({ mesh }), stored))).toEqual(sorted(full));
      }),
      { numRuns: 300 },
    );
    expect(left).toBeGreaterThan(200);
  });

  it('ends at the edge of the mesh', () => {
    const stored = [{ tree: 0, router: 1, ports: 1 << PORT.EAST }];
    expect(completeRoutes(topologyOf({ mesh: { width: 4, height: 1 } }), stored).map(({ router }) => router)).toEqual([
      1, 2, 3,
    ]);
  });
});
