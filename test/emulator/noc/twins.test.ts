/** The two networks against each other where the naive model is too slow: larger meshes, longer schedules, other sinks. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type InjectionSchedule, type NetworkModel, Network } from '../../../emulator/noc/index.ts';
import { KernelNetwork } from '../../../emulator/wasm/network.ts';
import { PORT } from '../../../isa/index.ts';
import { allPairRoutes, meshTarget, schedule, seededRandom } from './helpers.ts';

/** Everything that a phase tells, in the order in which it tells it. */
function everything(network: NetworkModel, schedules: readonly InjectionSchedule[]) {
  const deliveries: number[] = [];
  const hops: number[] = [];
  const timing = network.runPhase(
    schedules,
    (...delivery) => void deliveries.push(...delivery),
    (...hop) => void hops.push(...hop),
  );
  return { timing, deliveries, hops, idle: network.isIdle() };
}

interface Recipe {
  readonly width: number;
  readonly height: number;
  readonly bufferFlits: number;
  /** Mean cycles between two packets of a source; beyond 64 they leave the kernels' wheel of events. */
  readonly gap: number;
  readonly seed: number;
  readonly mode: 'queue' | 'stall';
}

/** Packets to any tile; sources that send them in bursts, with pauses. */
function schedulesOf({ width, height, gap, seed, mode }: Recipe): InjectionSchedule[] {
  const tiles = width * height;
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return Array.from({ length: tiles }, (_, from) => {
    const packets: [number, number][] = [];
    let cycle = below(gap);
    for (let left = below(Math.ceil(3000 / tiles)); left > 0; left--) {
      packets.push([cycle, from * tiles + below(tiles)]);
      cycle += 1 + below(8 * gap) * (below(4) === 0 ? 1 : 0);
    }
    return schedule(from, packets, { mode });
  });
}

const recipes = fc.record({
  width: fc.integer({ min: 1, max: 12 }),
  height: fc.integer({ min: 1, max: 12 }),
  bufferFlits: fc.integer({ min: 1, max: 9 }),
  gap: fc.constantFrom(1, 3, 20, 300),
  seed: fc.nat(),
  mode: fc.constantFrom('queue' as const, 'stall' as const),
});

const grids = fc.option(
  fc.record({
    link: fc.integer({ min: 3, max: 200 }),
    flit: fc.integer({ min: 1, max: 150 }),
    credit: fc.integer({ min: 2, max: 200 }),
  }),
  { nil: undefined },
);

describe('the WebAssembly network and its twin', () => {
  it('tell the same in the same order, with either kind of sinks, in every order of visits, phase after phase', () => {
    let packets = 0;
    fc.assert(
      fc.property(recipes, grids, fc.boolean(), fc.boolean(), (recipe, grid, creditedSinks, backwards) => {
        const { width, height, bufferFlits } = recipe;
        const chips = grid && { width, height, ...grid };
        const target = meshTarget(width, height, 1, { bufferFlits, chips });
        const routes = allPairRoutes(width, height);
        const routerOrder = Array.from({ length: width * height }, (_, r) => (backwards ? width * height - 1 - r : r));
        const options = { creditedSinks, routerOrder };
        const [plain, kernels] = [new Network(target, routes, options), new KernelNetwork(target, routes, options)];
        for (const seed of [recipe.seed, recipe.seed + 1]) {
          const schedules = schedulesOf({ ...recipe, seed });
          const expected = everything(plain, schedules);
          expect(everything(kernels, schedules)).toEqual(expected);
          expect(expected.idle).toBe(true);
          packets += expected.timing.packets;
        }
      }),
      { numRuns: 12 },
    );
    expect(packets).toBeGreaterThan(5000);
  });

  it('tell the same of a source with more packets than its window holds, and of several cores in a tile', () => {
    const target = meshTarget(2, 2, 3, { bufferFlits: 2 });
    const routes = allPairRoutes(2, 2);
    const packets = (count: number, tree: number) => Array.from({ length: count }, (_, k) => [2 * k, tree] as const);
    const schedules = [
      schedule(0, packets(5000, 3)),
      schedule(0, packets(3000, 1), { port: PORT.HOST, mode: 'queue' }),
      schedule(0, packets(40, 2), { port: PORT.LOCAL + 2 }),
      schedule(1, packets(2500, 1 * 4 + 3), { port: PORT.LOCAL + 1 }),
    ];
    const expected = everything(new Network(target, routes), schedules);
    expect(everything(new KernelNetwork(target, routes), schedules)).toEqual(expected);
    expect(expected.timing.packets).toBe(10_540);
  });

  it('are usable after a phase that its listener broke off', () => {
    const target = meshTarget(3, 3);
    const routes = allPairRoutes(3, 3);
    const schedules = schedulesOf({ width: 3, height: 3, bufferFlits: 8, gap: 3, seed: 5, mode: 'queue' });
    const expected = everything(new Network(target, routes), schedules);
    for (const network of [new Network(target, routes), new KernelNetwork(target, routes)]) {
      const stop = () => {
        throw new RangeError('enough');
      };
      expect(() => network.runPhase(schedules, stop)).toThrow('enough');
      expect(everything(network, schedules)).toEqual(expected);
    }
  });
});
