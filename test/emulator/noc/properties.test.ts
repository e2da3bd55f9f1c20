import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InjectionSchedule, NetworkModel, NetworkTarget } from '../../../emulator/noc/index.ts';
import { DiagnosticError, PORT, type Route } from '../../../isa/index.ts';
import {
  allPairRoutes,
  bordersBetween,
  type Leaf,
  meshTarget,
  NETWORKS,
  schedule,
  treeRoutes,
  xyTree,
} from './helpers.ts';
import { type Delivery, runNaively } from './naive.ts';

interface Instance {
  readonly target: NetworkTarget;
  readonly routes: Route[];
  readonly schedules: InjectionSchedule[];
  readonly trees: ReadonlyMap<number, { readonly source: number; readonly leaves: Leaf[]; masks: Map<number, number> }>;
  readonly order: number[];
}

const figures = fc.record({
  bufferFlits: fc.integer({ min: 1, max: 4 }),
  eastWest: fc.integer({ min: 1, max: 4 }),
  northSouth: fc.integer({ min: 1, max: 4 }),
  ejection: fc.integer({ min: 1, max: 4 }),
  injection: fc.integer({ min: 0, max: 3 }),
  credit: fc.integer({ min: 1, max: 6 }),
});

/** A grid of chips, by how much slower it is. The chips are made to divide the mesh. */
const grids = fc.record({
  width: fc.integer({ min: 1, max: 4 }),
  height: fc.integer({ min: 1, max: 4 }),
  link: fc.nat(7),
  flit: fc.integer({ min: 1, max: 6 }),
  credit: fc.nat(5),
});
const divisor = (of: number, wanted: number): number => (of % wanted === 0 ? wanted : divisor(of, wanted - 1));

const instances: fc.Arbitrary<Instance> = fc
  .record({
    width: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 4 }),
    cores: fc.integer({ min: 1, max: 3 }),
    plain: figures,
    grid: fc.option(grids, { nil: undefined }),
  })
  .chain(({ width, height, cores, plain, grid }) => {
    const chips = grid && {
      width: divisor(width, grid.width),
      height: divisor(height, grid.height),
      link: Math.max(plain.eastWest, plain.northSouth) + grid.link,
      flit: grid.flit,
      credit: plain.credit + grid.credit,
    };
    const figures = { ...plain, chips };
    const tiles = width * height;
    const endpoints: Leaf[] = [{ router: 0, port: PORT.HOST }];
    for (let router = 0; router < tiles; router++)
      for (let core = 0; core < cores; core++) endpoints.push({ router, port: PORT.LOCAL + core });
    const source = fc.record({
      trees: fc.array(fc.subarray(endpoints, { minLength: 1, maxLength: Math.min(6, endpoints.length) }), {
        minLength: 1,
        maxLength: 2,
      }),
      packets: fc.array(
        fc.tuple(
          fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 2 }) }, fc.integer({ min: 3, max: 60 })),
          fc.nat(1),
        ),
        { maxLength: 12 },
      ),
      mode: fc.constantFrom('stall' as const, 'queue' as const),
      slack: fc.nat(5),
    });
    return fc
      .tuple(
        fc.subarray(endpoints, { minLength: 1 }),
        fc.array(source, { minLength: endpoints.length, maxLength: endpoints.length }),
        fc.shuffledSubarray([...Array(tiles).keys()], { minLength: tiles }),
      )
      .map(([senders, plans, order]) => {
        const routes: Route[] = [];
        const trees = new Map<number, { source: number; leaves: Leaf[]; masks: Map<number, number> }>();
        const schedules = senders.map(({ router, port }, k) => {
          const plan = plans[k]!;
          const ids = plan.trees.map((leaves) => {
            // Sparse and large ids: nothing may depend on their being small.
            const id = (trees.size * 97_003_957) % 2 ** 32;
            trees.set(id, { source: router, leaves, masks: xyTree(width, router, leaves) });
            routes.push(...treeRoutes(id, trees.get(id)!.masks));
            return id;
          });
          let cycle = 0;
          const packets = plan.packets.map(([gap, tree], n) => {
            cycle += n > 0 && plan.mode === 'stall' ? gap + 1 : gap;
            return [cycle, ids[tree % ids.length]!] as const;
          });
          const endCycle = cycle + 1 + plan.slack;
          return schedule(router, packets, { port, mode: plan.mode, endCycle });
        });
        return { target: meshTarget(width, height, cores, figures), routes, schedules, trees, order };
      });
  });

function run(network: NetworkModel, schedules: readonly InjectionSchedule[]) {
  const deliveries: Delivery[] = [];
  const timing = network.runPhase(schedules, (tree, source, item, router, port, cycle) =>
    deliveries.push({ tree, source, item, router, port, cycle }),
  );
  return { timing, deliveries };
}

/** Without the entries of routers that a tree only crosses straight on. */
function withoutDefaults(width: number, routes: readonly Route[]): Route[] {
  const masks = new Map(routes.map(({ tree, router, ports }) => [`${tree}/${router}`, ports]));
  const behind = new Map([
    [1 << PORT.NORTH, width],
    [1 << PORT.EAST, -1],
    [1 << PORT.SOUTH, -width],
    [1 << PORT.WEST, 1],
  ]);
  const comesFrom = ({ tree, router, ports }: Route): number =>
    masks.get(`${tree}/${router + behind.get(ports)!}`) ?? 0;
  return routes.filter((route) => !behind.has(route.ports) || (comesFrom(route) & route.ports) === 0);
}

const place = (d: Delivery) => `${d.source}/${d.item}/${d.router}/${d.port}`;
const sorted = (deliveries: readonly Delivery[]) =>
  [...deliveries].sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : a.cycle - b.cycle));

describe.each(NETWORKS)('the $kind network on random meshes, buffers, times, trees and schedules', ({ Network }) => {
  it('gives the cycles of an independent, naive model of it, which knows no default routes', () => {
    let dropped = 0;
    fc.assert(
      fc.property(instances, ({ target, routes, schedules }) => {
        const stored = withoutDefaults(target.mesh.width, routes);
        dropped += routes.length - stored.length;
        const { timing, deliveries } = run(new Network(target, stored), schedules);
        const naive = runNaively(target, routes, schedules);
        expect(sorted(deliveries)).toEqual(sorted(naive.deliveries));
        expect([...timing.sourceEnd]).toEqual(naive.sourceEnd);
        const last = Math.max(0, ...naive.deliveries.map((d) => d.cycle));
        expect(timing.lastDelivery).toBe(last);
        expect(timing.endCycles).toBe(Math.max(last, ...naive.sourceEnd));
      }),
      { numRuns: 50 },
    );
    expect(dropped).toBeGreaterThan(30);
  });

  it('delivers every packet once to each leaf, not early, in order per source and leaf, and ends empty', () => {
    fc.assert(
      fc.property(instances, ({ target, routes, schedules, trees }) => {
        const network = new Network(target, routes);
        const { timing, deliveries } = run(network, schedules);
        expect(network.isIdle()).toBe(true);
        const expected = schedules.flatMap((s, source) =>
          Array.from(s.trees.subarray(0, s.count), (tree, item) =>
            trees.get(tree)!.leaves.map((leaf) => `${source}/${item}/${leaf.router}/${leaf.port}`),
          ).flat(),
        );
        expect(deliveries.map(place).sort()).toEqual(expected.sort());

        const { width } = target.mesh;
        const t = target.timing;
        const lastItem = new Map<string, number>();
        for (const d of deliveries) {
          const from = trees.get(d.tree)!.source;
          const columns = Math.abs((from % width) - (d.router % width));
          const rows = Math.abs(Math.floor(from / width) - Math.floor(d.router / width));
          const borders = bordersBetween(target, from, d.router);
          const onChip =
            (columns - borders.columns) * t.hopEastWestCycles.value +
            (rows - borders.rows) * t.hopNorthSouthCycles.value;
          const way = onChip + (borders.columns + borders.rows) * (target.chips?.linkCycles.value ?? 0);
          const zeroLoad = t.injectionCycles.value + way + t.ejectionCycles.value;
          expect(zeroLoad).toBeLessThanOrEqual(d.cycle - schedules[d.source]!.cycles[d.item]!);
          // Deliveries are reported in order of cycles, so items of one source must rise at every leaf.
          const flow = `${d.source}/${d.router}/${d.port}`;
          expect((lastItem.get(flow) ?? -1) + 1).toBeLessThanOrEqual(d.item);
          lastItem.set(flow, d.item);
        }
        expect(deliveries.map((d) => d.cycle)).toEqual(deliveries.map((d) => d.cycle).sort((a, b) => a - b));
        const perSink = new Set(deliveries.map((d) => `${d.router}/${d.port}/${d.cycle}`));
        expect(perSink.size).toBe(deliveries.length);

        const hops = { north: 0, east: 0, south: 0, west: 0 };
        const between = { eastWest: 0, northSouth: 0 };
        let traversals = 0;
        for (const s of schedules)
          for (const tree of s.trees.subarray(0, s.count))
            for (const [router, mask] of trees.get(tree)!.masks) {
              traversals++;
              [-width, 1, width, -1].forEach((step, port) => {
                if (((mask >> port) & 1) === 0) return;
                const { columns, rows } = bordersBetween(target, router, router + step);
                between.eastWest += columns;
                between.northSouth += rows;
              });
              hops.north += mask & 1;
              hops.east += (mask >> 1) & 1;
              hops.south += (mask >> 2) & 1;
              hops.west += (mask >> 3) & 1;
            }
        expect(timing.linkHops).toEqual(hops);
        expect(timing.betweenChips).toEqual(between);
        expect(timing.routerTraversals).toBe(traversals);
        expect(timing.packets).toBe(schedules.reduce((sum, s) => sum + s.count, 0));
        expect(timing.deliveries).toBe(deliveries.length);
      }),
      { numRuns: 50 },
    );
  });

  it('sends flits over links when the naive model does, over a chip border no oftener than it takes them', () => {
    let crossings = 0;
    fc.assert(
      fc.property(instances, ({ target, routes, schedules }) => {
        const sent: string[] = [];
        const last = new Map<string, number>();
        new Network(target, routes).runPhase(schedules, undefined, (from, port, cycle) => {
          const to = from + [-target.mesh.width, 1, target.mesh.width, -1][port]!;
          const link = `${from}>${to}`;
          sent.push(`${link}@${cycle}`);
          const { columns, rows } = bordersBetween(target, from, to);
          const gap = cycle - (last.get(link) ?? -Infinity);
          expect(columns + rows > 0 ? target.chips!.flitCycles.value : 1).toBeLessThanOrEqual(gap);
          crossings += columns + rows;
          last.set(link, cycle);
        });
        const naive = runNaively(target, routes, schedules).sent;
        expect(sent.sort()).toEqual(naive.map(({ from, to, cycle }) => `${from}>${to}@${cycle}`).sort());
      }),
      { numRuns: 50 },
    );
    expect(crossings).toBeGreaterThan(100);
  });

  it('a grid of one chip, and borders that are as fast as other links, change nothing but the count of crossings', () => {
    fc.assert(
      fc.property(instances, fc.boolean(), ({ target, routes, schedules }, one) => {
        const { chips: _, ...single } = target;
        const timing = { ...target.timing, hopNorthSouthCycles: target.timing.hopEastWestCycles };
        const { hopEastWestCycles: hop, creditCycles } = timing;
        const size = one ? { width: 1, height: 1 } : target.mesh;
        const slow = { ...hop, value: 99 };
        const chips = {
          ...size,
          linkCycles: one ? slow : hop,
          flitCycles: one ? slow : { ...hop, value: 1 },
          creditCycles: one ? slow : creditCycles,
        };
        const plain = run(new Network({ ...single, timing }, routes), schedules);
        const grid = run(new Network({ ...single, timing, chips }, routes), schedules);
        expect(grid.deliveries).toEqual(plain.deliveries);
        const { east, west, north, south } = plain.timing.linkHops;
        const all = { eastWest: east + west, northSouth: north + south };
        expect(plain.timing.betweenChips).toEqual({ eastWest: 0, northSouth: 0 });
        expect(grid.timing).toEqual({ ...plain.timing, betweenChips: one ? plain.timing.betweenChips : all });
      }),
      { numRuns: 50 },
    );
  });

  it('gives the same whatever the order in which routers are visited, and again in a second phase', () => {
    fc.assert(
      fc.property(instances, ({ target, routes, schedules, order }) => {
        const network = new Network(target, routes);
        const first = run(network, schedules);
        const second = run(network, schedules);
        expect(second).toEqual(first);
        const other = run(new Network(target, routes.toReversed(), { routerOrder: order }), schedules);
        expect(other.timing).toEqual(first.timing);
        expect(sorted(other.deliveries)).toEqual(sorted(first.deliveries));
      }),
      { numRuns: 40 },
    );
  });

  it('takes no longer for time that passes while a border link is busy', () => {
    const chips = { width: 2, height: 1, link: 1_000_000, flit: 1_000_000, credit: 1_000_000 };
    const network = new Network(meshTarget(2, 1, 1, { chips }), allPairRoutes(2, 1));
    const packets = Array.from({ length: 6 }, (_, k) => [k, 1] as const);
    // Injection 2, then one flit in a million cycles; the last one is a million cycles on the link.
    expect(network.runPhase([schedule(0, packets)]).lastDelivery).toBe(2 + 5_000_000 + 1_000_000 + 3);
  });

  it('takes no longer for time that passes idle', () => {
    const network = new Network(meshTarget(2, 1), allPairRoutes(2, 1));
    const timing = network.runPhase([
      schedule(0, [
        [0, 1],
        [2_000_000_000, 1],
      ]),
    ]);
    expect(timing.lastDelivery).toBe(2_000_000_008);
    expect(new Network(meshTarget(1, 1), []).runPhase([]).endCycles).toBe(0);
    expect(network.runPhase([schedule(1, [], { endCycle: 5 })]).endCycles).toBe(5);
  });
});

describe.each(NETWORKS)('faults of the $kind network end with E0901 and never hang or drop', ({ Network }) => {
  const fault = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      expect(error).toBeInstanceOf(DiagnosticError);
      expect((error as DiagnosticError).diagnostics[0]!.code).toBe('E0901');
      return (error as DiagnosticError).message;
    }
    throw new Error('no fault');
  };
  const square = meshTarget(2, 2, 1, { bufferFlits: 1 });
  const { NORTH, EAST, SOUTH, WEST, LOCAL, HOST } = PORT;
  const bit = (...ports: number[]) => ports.reduce((mask, port) => mask | (1 << port), 0);

  it('routes that wait for each other in a circle', () => {
    const ring = [0, 1, 3, 2];
    const ways = [EAST, SOUTH, WEST, NORTH];
    const routes = ring.flatMap((start, k) => [
      { tree: start, router: start, ports: bit(ways[k]!) },
      { tree: start, router: ring[(k + 1) % 4]!, ports: bit(ways[(k + 1) % 4]!) },
      { tree: start, router: ring[(k + 2) % 4]!, ports: bit(LOCAL) },
    ]);
    const all = ring.map((start) =>
      schedule(
        start,
        Array.from({ length: 9 }, (_, k) => [k, start] as const),
      ),
    );
    expect(fault(() => new Network(square, routes).runPhase(all))).toMatch(/wait for each other/);
  });

  it('routes that are no tree', () => {
    const loop = [
      { tree: 0, router: 0, ports: bit(EAST, LOCAL) },
      { tree: 0, router: 1, ports: bit(WEST) },
    ];
    const joined = [
      { tree: 0, router: 0, ports: bit(EAST, SOUTH) },
      { tree: 0, router: 1, ports: bit(SOUTH) },
      { tree: 0, router: 2, ports: bit(EAST) },
      { tree: 0, router: 3, ports: bit(LOCAL) },
    ];
    for (const routes of [loop, joined])
      expect(fault(() => new Network(square, routes).runPhase([schedule(0, [[0, 0]])]))).toMatch(/twice/);
    const loose = [{ tree: 0, router: 0, ports: bit(EAST) }];
    expect(fault(() => new Network(square, loose).runPhase([schedule(0, [[0, 0]])]))).toMatch(/leaves the mesh/);
  });

  it.each([
    ['leaves the mesh', [{ tree: 0, router: 0, ports: bit(NORTH) }]],
    ['does not have', [{ tree: 0, router: 0, ports: bit(LOCAL + 1) }]],
    ['does not have', [{ tree: 0, router: 1, ports: bit(HOST) }]],
    ['no valid ports', [{ tree: 0, router: 0, ports: 0 }]],
    ['outside of the mesh', [{ tree: 0, router: 4, ports: bit(LOCAL) }]],
    ['two entries', [1, 1].map(() => ({ tree: 0, router: 0, ports: bit(LOCAL) }))],
  ])('a route that %s', (message, routes) => {
    expect(fault(() => new Network(square, routes))).toContain(message);
  });

  it('schedules that cannot be', () => {
    const network = new Network(square, [{ tree: 0, router: 0, ports: bit(LOCAL) }]);
    const bad = (s: InjectionSchedule) => fault(() => network.runPhase([s]));
    expect(bad(schedule(0, [[0, 7]]))).toMatch(/no entry in its router/);
    expect(bad(schedule(4, [[0, 0]]))).toMatch(/port that does not exist/);
    expect(bad(schedule(0, [[0, 0]], { port: NORTH }))).toMatch(/port that does not exist/);
    expect(bad(schedule(1, [[0, 0]], { port: HOST }))).toMatch(/port that does not exist/);
    expect(
      bad(
        schedule(0, [
          [0, 0],
          [0, 0],
        ]),
      ),
    ).toMatch(/falling cycles/);
    expect(
      bad(
        schedule(
          0,
          [
            [5, 0],
            [4, 0],
          ],
          { mode: 'queue' },
        ),
      ),
    ).toMatch(/falling cycles/);
    expect(bad(schedule(0, [[-1, 0]]))).toMatch(/too early/);
    expect(bad(schedule(0, [[3, 0]], { endCycle: 3 }))).toMatch(/too early/);
    expect(bad({ ...schedule(0, [[3, 0]]), count: 2 })).toMatch(/fewer entries/);
    expect(fault(() => network.runPhase([schedule(0, []), schedule(0, [])]))).toMatch(/second one/);
    // The network is usable after a fault.
    expect(network.runPhase([schedule(0, [[0, 0]])]).deliveries).toBe(1);
  });
});
