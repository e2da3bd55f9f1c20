/** What every topology promises, whatever is behind its links; a new one joins the list. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  axisDistance,
  distance,
  LINK_PORTS,
  type LinkPort,
  oppositePort,
  type Topology,
  topologyOf,
} from '../../../isa/index.ts';

const side = fc.integer({ min: 1, max: 9 });

/** A network of one chip or of a grid of chips that divides it. */
const mesh: fc.Arbitrary<Topology> = fc
  .record({ columns: side, rows: side, width: fc.integer({ min: 1, max: 3 }), height: fc.integer({ min: 1, max: 3 }) })
  .map(({ columns, rows, width, height }) =>
    topologyOf({ mesh: { width: columns * width, height: rows * height }, chips: { width, height } }),
  );

const costs = fc.record({
  eastWest: fc.nat(9),
  northSouth: fc.nat(9),
  betweenChips: fc.option(fc.nat(9), { nil: undefined }),
});

/** The ports of the way from a tile to another. */
function way(topology: Topology, from: number, to: number): { tile: number; port: LinkPort }[] {
  const steps: { tile: number; port: LinkPort }[] = [];
  for (let tile = from; ;) {
    const port = topology.nextPort(tile, to);
    if (port === undefined) {
      expect(tile).toBe(to);
      return steps;
    }
    steps.push({ tile, port });
    expect(steps.length).toBeLessThanOrEqual(topology.tiles - 1);
    tile = topology.neighbour(tile, port);
    expect(0).toBeLessThanOrEqual(tile);
  }
}

describe.each([['mesh', mesh]] as const)('%s', (_, topologies) => {
  const pairs = fc
    .tuple(topologies, fc.nat(), fc.nat())
    .map(([topology, a, b]) => ({ topology, from: a % topology.tiles, to: b % topology.tiles }));

  it('numbers its tiles by column and row', () => {
    fc.assert(
      fc.property(topologies, (topology) => {
        for (let tile = 0; tile < topology.tiles; tile++) {
          const [column, row] = [topology.column(tile), topology.row(tile)];
          expect(topology.tileAt(column, row)).toBe(tile);
          expect([column < topology.columns, row < topology.rows]).toEqual([true, true]);
        }
        expect(topology.tiles).toBe(topology.columns * topology.rows);
      }),
    );
  });

  it('has links that lead back', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(...LINK_PORTS), ({ topology, from }, port) => {
        const neighbour = topology.neighbour(from, port);
        if (neighbour >= 0) expect(topology.neighbour(neighbour, oppositePort(port))).toBe(from);
        const crosses = neighbour >= 0 && topology.chipOf(neighbour) !== topology.chipOf(from);
        expect(topology.crossesBorder(from, port)).toBe(crosses);
      }),
    );
  });

  it('has a way between any two tiles that costs what its links do, and turns only where trees may', () => {
    fc.assert(
      fc.property(pairs, costs, fc.nat(9), ({ topology, from, to }, links, hop) => {
        const steps = way(topology, from, to);
        let sum = 0;
        steps.forEach(({ tile, port }, k) => {
          const within = port % 2 === 1 ? links.eastWest : links.northSouth;
          sum += topology.crossesBorder(tile, port) ? (links.betweenChips ?? within) : within;
          if (k > 0) expect(topology.mayTurn(steps[k - 1]!.port, port)).toBe(true);
        });
        expect(distance(topology, topology.axes(links, 0), from, to)).toBe(sum);
        expect(distance(topology, topology.axes(links, 0), to, from)).toBe(sum);
        const { columns, rows } = topology.axes(links, hop);
        const across = axisDistance(columns, topology.column(from), topology.column(to));
        const down = axisDistance(rows, topology.row(from), topology.row(to));
        expect(across + down).toBe(sum + hop * steps.length);
      }),
    );
  });

  it('cannot turn in circles: no link waits for itself', () => {
    fc.assert(
      fc.property(topologies, (topology) => {
        const done = new Set<string>();
        const open = new Set<string>();
        const visit = (tile: number, port: LinkPort): void => {
          const link = `${tile} ${port}`;
          if (done.has(link)) return;
          expect(open.has(link)).toBe(false);
          open.add(link);
          const next = topology.neighbour(tile, port);
          if (next >= 0)
            for (const turn of LINK_PORTS)
              if (turn !== oppositePort(port) && topology.mayTurn(port, turn)) visit(next, turn);
          open.delete(link);
          done.add(link);
        };
        for (let tile = 0; tile < topology.tiles; tile++) for (const port of LINK_PORTS) visit(tile, port);
      }),
      { numRuns: 20 },
    );
  });

  it('knows how far the wave of the barrier goes: no tile is farther from the first', () => {
    fc.assert(
      fc.property(topologies, (topology) => {
        const each = topology.axes({ eastWest: 1, northSouth: 1, betweenChips: 1 }, 0);
        const hops = Array.from({ length: topology.tiles }, (_, tile) => distance(topology, each, 0, tile));
        expect(topology.barrierWay.hops).toBe(Math.max(...hops));
      }),
    );
  });
});
