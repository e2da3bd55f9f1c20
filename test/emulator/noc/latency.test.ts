import { describe, expect, it } from '@jest/globals';
import { computeEnergy } from '../../../emulator/index.ts';
import { PORT, tileDistance } from '../../../isa/index.ts';
import { NO_COUNTS } from '../../arbitraries/counts.ts';
import { tinyTarget } from '../../isa/chips.ts';
import { asGrid } from '../../isa/grids.ts';
import { allPairRoutes, bordersBetween, meshTarget, NETWORKS, schedule, treeRoutes, xyTree } from './helpers.ts';

const hops = (width: number, from: number, to: number) =>
  Math.abs((from % width) - (to % width)) + Math.abs(Math.floor(from / width) - Math.floor(to / width));

describe.each(NETWORKS)('zero-load latency, $kind', ({ Network }) => {
  it('is 3(H+1)+2 for every pair of an 8x8 mesh', () => {
    const network = new Network(meshTarget(8, 8), allPairRoutes(8, 8));
    const seen: number[][] = [];
    const expected: number[][] = [];
    for (let from = 0; from < 64; from++)
      for (let to = 0; to < 64; to++) {
        const links = hops(8, from, to);
        const { lastDelivery, endCycles, routerTraversals, stallCycles } = network.runPhase([
          schedule(from, [[7, from * 64 + to]]),
        ]);
        seen.push([lastDelivery, endCycles, routerTraversals, stallCycles]);
        expected.push([7 + 3 * (links + 1) + 2, 7 + 3 * (links + 1) + 2, links + 1, 0]);
      }
    expect(seen).toEqual(expected);
  });

  it('is 3(H+1)+2 + k(linkCycles - hopCycles) where k of the links cross chip borders', () => {
    const chips = { width: 3, height: 2, link: 17, flit: 4, credit: 9 };
    const target = meshTarget(6, 4, 1, { chips });
    const network = new Network(target, allPairRoutes(6, 4));
    for (let from = 0; from < 24; from++)
      for (let to = 0; to < 24; to++) {
        const { columns, rows } = bordersBetween(target, from, to);
        const expected = 3 * (hops(6, from, to) + 1) + 2 + (columns + rows) * (17 - 3);
        const timing = network.runPhase([schedule(from, [[7, from * 24 + to]])]);
        expect(timing.lastDelivery).toBe(7 + expected);
        expect(timing.betweenChips).toEqual({ eastWest: columns, northSouth: rows });
      }
  });

  it('is what tileDistance foretells, and so is the energy of links and routers', () => {
    const grid = { width: 2, height: 2, slowerCycles: 5, flitCycles: 3, laterCreditCycles: 2, joule: 1e-10 };
    const target = asGrid(tinyTarget({ mesh: { width: 4, height: 4 } }), grid);
    const network = new Network(target, allPairRoutes(4, 4));
    const distance = tileDistance(target);
    const { injectionCycles, ejectionCycles } = target.timing;
    for (let from = 0; from < 16; from++)
      for (let to = 0; to < 16; to++) {
        const timing = network.runPhase([schedule(from, [[0, from * 16 + to]])]);
        const { linkHops, betweenChips, routerTraversals } = timing;
        const way = injectionCycles.value + distance.cycles(from, to) + ejectionCycles.value;
        expect(timing.lastDelivery).toBe(way);
        const counts = { ...NO_COUNTS, linkHops: { ...linkHops, betweenChips }, routerTraversals };
        expect(distance.energyJ(from, to)).toBeCloseTo(computeEnergy(counts, 1, target).jouleTotal, 18);
      }
  });

  it('follows the figures of the target, per direction', () => {
    const target = meshTarget(3, 3, 1, { eastWest: 5, northSouth: 7, ejection: 2, injection: 1 });
    const network = new Network(target, allPairRoutes(3, 3));
    expect(network.runPhase([schedule(0, [[0, 8]])]).lastDelivery).toBe(1 + 2 * 5 + 2 * 7 + 2);
    expect(network.runPhase([schedule(8, [[0, 8 * 9 + 6]])]).lastDelivery).toBe(1 + 2 * 5 + 2);
    expect(network.runPhase([schedule(8, [[0, 8 * 9 + 2]])]).lastDelivery).toBe(1 + 2 * 7 + 2);
  });

  it('counts link hops by direction: north is towards row 0, east towards higher columns', () => {
    const network = new Network(meshTarget(4, 4), allPairRoutes(4, 4));
    const { linkHops } = network.runPhase([
      schedule(5, [
        [0, 5 * 16 + 1],
        [1, 5 * 16 + 7],
      ]),
    ]);
    expect(linkHops).toEqual({ north: 1, east: 2, south: 0, west: 0 });
    const back = network.runPhase([schedule(15, [[0, 15 * 16 + 14]]), schedule(0, [[0, 12]])]).linkHops;
    expect(back).toEqual({ north: 0, east: 0, south: 3, west: 1 });
  });

  it('is the same at every leaf of a multicast as for a packet of its own', () => {
    const leaves = [0, 3, 5, 10, 15].map((router) => ({ router, port: PORT.LOCAL }));
    const network = new Network(meshTarget(4, 4), treeRoutes(9, xyTree(4, 5, leaves)));
    const seen = new Map<number, number>();
    network.runPhase([schedule(5, [[0, 9]])], (tree, _schedule, _item, router, port, cycle) => {
      expect([tree, port]).toEqual([9, PORT.LOCAL]);
      seen.set(router, cycle);
    });
    expect(seen).toEqual(new Map(leaves.map(({ router }) => [router, 3 * (hops(4, 5, router) + 1) + 2])));
  });

  it('the host port is an input and an output of tile 0', () => {
    const routes = [
      ...treeRoutes(1, xyTree(2, 0, [{ router: 3, port: PORT.LOCAL }])),
      ...treeRoutes(2, xyTree(2, 3, [{ router: 0, port: PORT.HOST }])),
    ];
    const network = new Network(meshTarget(2, 2), routes);
    const seen: number[][] = [];
    network.runPhase(
      [schedule(0, [[0, 1]], { port: PORT.HOST }), schedule(3, [[0, 2]])],
      (tree, _schedule, _item, router, port, cycle) => seen.push([tree, router, port, cycle]),
    );
    expect(seen).toEqual([
      [2, 0, PORT.HOST, 11],
      [1, 3, PORT.LOCAL, 11],
    ]);
  });
});

describe.each(NETWORKS)('the example of spec/network.md, $kind', ({ Network }) => {
  it('takes the cycles that it says', () => {
    const leaves = [1, 2].map((router) => ({ router, port: PORT.LOCAL }));
    const network = new Network(meshTarget(3, 1, 1, { bufferFlits: 1 }), treeRoutes(7, xyTree(3, 0, leaves)));
    const seen: number[][] = [];
    const timing = network.runPhase(
      [
        schedule(0, [
          [0, 7],
          [1, 7],
        ]),
      ],
      (_tree, _schedule, item, router, _port, cycle) => seen.push([item, router, cycle]),
    );
    expect(seen).toEqual([
      [0, 1, 8],
      [0, 2, 11],
      [1, 1, 13],
      [1, 2, 16],
    ]);
    expect(timing).toEqual({
      endCycles: 16,
      lastDelivery: 16,
      stallCycles: 3,
      sourceEnd: Float64Array.of(5),
      packets: 2,
      deliveries: 4,
      linkHops: { east: 4, west: 0, north: 0, south: 0 },
      betweenChips: { eastWest: 0, northSouth: 0 },
      routerTraversals: 6,
    });
  });
});

describe.each(NETWORKS)('throughput, $kind', ({ Network }) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of a link is min(1, B/5) with B = %i', (bufferFlits) => {
    const packets = 2000;
    const network = new Network(meshTarget(3, 1, 1, { bufferFlits }), allPairRoutes(3, 1));
    const source = schedule(
      0,
      Array.from({ length: packets }, (_, k) => [k, 2] as const),
    );
    const delivered: number[] = [];
    network.runPhase([source], (_tree, _schedule, _item, _router, _port, cycle) => delivered.push(cycle));
    const window = delivered.slice(packets / 2);
    const rate = (window.length - 1) / (window.at(-1)! - window[0]!);
    expect(rate).toBeCloseTo(Math.min(1, bufferFlits / 5), 2);
  });

  it.each([
    [1, 1],
    [4, 1],
    [4, 5],
    [8, 1],
    [8, 4],
    [8, 7],
  ])(
    'of a link over a border is min(1/flitCycles, B/(linkCycles + creditCycles)) with B = %i, flitCycles %i',
    (bufferFlits, flit) => {
      const packets = 2000;
      const chips = { width: 3, height: 1, link: 11, flit, credit: 10 };
      const network = new Network(meshTarget(3, 1, 1, { bufferFlits, chips }), allPairRoutes(3, 1));
      const source = schedule(
        0,
        Array.from({ length: packets }, (_, k) => [k, 2] as const),
      );
      const delivered: number[] = [];
      network.runPhase([source], (_tree, _schedule, _item, _router, _port, cycle) => delivered.push(cycle));
      const window = delivered.slice(packets / 2);
      const rate = (window.length - 1) / (window.at(-1)! - window[0]!);
      expect(rate).toBeCloseTo(Math.min(1 / flit, bufferFlits / 21), 2);
    },
  );

  it('of a sink is one flit per cycle, shared evenly by round robin', () => {
    const network = new Network(meshTarget(3, 1), allPairRoutes(3, 1));
    const packets = (tree: number) => Array.from({ length: 300 }, (_, k) => [k, tree] as const);
    const order: number[] = [];
    const cycles: number[] = [];
    network.runPhase(
      [schedule(0, packets(0 * 3 + 1)), schedule(2, packets(2 * 3 + 1))],
      (_tree, source, _item, _router, _port, cycle) => {
        order.push(source);
        cycles.push(cycle);
      },
    );
    expect(cycles).toEqual(Array.from({ length: 600 }, (_, k) => cycles[0]! + k));
    // The east input is asked before the west one, then they alternate.
    expect(order).toEqual(Array.from({ length: 600 }, (_, k) => 1 - (k % 2)));
  });
});

describe.each(NETWORKS)('a full injection buffer, $kind', ({ Network }) => {
  const routes = allPairRoutes(2, 1);
  const target = meshTarget(2, 1, 1, { bufferFlits: 1 });
  /** One flit per five cycles over the link; the local buffer frees in cycle 2 and can be used again in cycle 4. */
  const packets = [
    [0, 1],
    [1, 1],
    [10, 1],
  ] as const;

  it('shifts a stalling source as a whole', () => {
    const timing = new Network(target, routes).runPhase([schedule(0, packets, { endCycle: 20 })]);
    expect(timing.stallCycles).toBe(3);
    expect(timing.sourceEnd).toEqual(Float64Array.of(23));
    expect(timing.lastDelivery).toBe(13 + 8);
    expect(timing.endCycles).toBe(23);
  });

  it('delays only the waiting packets of a queue', () => {
    const timing = new Network(target, routes).runPhase([schedule(0, packets, { endCycle: 20, mode: 'queue' })]);
    expect(timing.stallCycles).toBe(0);
    expect(timing.sourceEnd).toEqual(Float64Array.of(20));
    expect(timing.lastDelivery).toBe(10 + 8);
  });

  it('a queue takes packets of one cycle one after the other', () => {
    const burst = schedule(
      0,
      Array.from({ length: 5 }, () => [3, 1] as const),
      { mode: 'queue' },
    );
    const timing = new Network(meshTarget(2, 1), routes).runPhase([burst]);
    expect(timing.lastDelivery).toBe(3 + 4 + 8);
    expect(timing.sourceEnd).toEqual(Float64Array.of(8));
    expect(timing.stallCycles).toBe(4);
  });
});
