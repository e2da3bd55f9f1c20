import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Board } from '../../../../compiler/mapping/placement/board.ts';
import { placeBlocks, placeByForces, PLACEMENT_METHODS } from '../../../../compiler/mapping/placement/place-blocks.ts';
import {
  hopCosts,
  JIN_COSTS,
  livingCores,
  placementEnergy,
  type Flows,
  type PlacementProblem,
} from '../../../../compiler/mapping/placement/problem.ts';
import { shiftToPorts } from '../../../../compiler/mapping/placement/shift.ts';
import { SeededRandom } from '../../../../compiler/mapping/placement/random.ts';
import { tileDistance } from '../../../../isa/index.ts';
import { seededRandom } from '../../../arbitraries/random.ts';
import { arbitraryTarget } from '../../../arbitraries/targets.ts';

const cycles = { value: 1, unit: 'cycles', kind: 'assumed', source: 'test' } as const;
const LINK_FIGURES = { linkCycles: cycles, flitCycles: cycles, creditCycles: cycles };

const arbitraryProblem: fc.Arbitrary<PlacementProblem> = fc
  .record({
    width: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 5 }),
    coresPerTile: fc.integer({ min: 1, max: 2 }),
    dead: fc.double({ min: 0, max: 0.5, noNaN: true }),
    fill: fc.double({ min: 0.1, max: 1, noNaN: true }),
    ports: fc.integer({ min: 0, max: 1 }),
    degree: fc.integer({ min: 0, max: 5 }),
    costs: fc.constantFrom(
      JIN_COSTS,
      { router: 0, linkEastWest: 3, linkNorthSouth: 4 },
      { ...JIN_COSTS, linkBetweenChips: 7 },
    ),
    /** Chips of one tile or more: a whole number of them along each side. */
    chipSize: fc.constantFrom(0, 1, 2),
    seed: fc.nat(),
  })
  .map(({ width, height, coresPerTile, dead, fill, ports, degree, costs, chipSize, seed }) => {
    const random = seededRandom(seed);
    const tiles = Array.from({ length: width * height }, (_, tile) => tile);
    const deadTiles = tiles.slice(1).filter(() => random() < dead);
    const along = (size: number): number => (chipSize > 0 && size % chipSize === 0 ? size / chipSize : 1);
    const chips = { ...LINK_FIGURES, width: along(width), height: along(height) };
    const target = { mesh: { width, height }, coresPerTile, deadTiles, chips };
    const blocks = Math.max(1, Math.floor(fill * livingCores(target).length));
    const nodes = blocks + ports;
    const count = degree * nodes;
    const draw = (): number[] => Array.from({ length: count }, () => Math.floor(random() * nodes));
    const flows: Flows = { from: draw(), to: draw(), weight: draw().map((w) => w / 4) };
    return { blocks, ports: Array.from({ length: ports }, () => 0), flows, target, costs };
  });

describe('placementEnergy', () => {
  it('is what the target says that the way costs, chip borders included', () => {
    fc.assert(
      fc.property(arbitraryTarget, fc.nat(), fc.nat(), (target, a, b) => {
        const tiles = target.mesh.width * target.mesh.height;
        const [from, to] = [a % tiles, b % tiles];
        fc.pre(from !== to);
        const { routerTraversal, linkHopEastWest, linkHopNorthSouth } = target.energy;
        const hopJ = routerTraversal.value! + (linkHopEastWest.value! + linkHopNorthSouth.value!) / 2;
        const problem = {
          blocks: 1,
          ports: [to],
          flows: { from: [0], to: [1], weight: [1] },
          target: { ...target, deadTiles: [] },
          costs: hopCosts(target),
        };
        const energyJ = placementEnergy(problem, [from * target.coresPerTile]) * hopJ;
        expect(energyJ / tileDistance(target).energyJ(from, to)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('placeBlocks', () => {
  it.each(PLACEMENT_METHODS)('%s gives every block a living core of its own, the same for a seed', (method) => {
    fc.assert(
      fc.property(arbitraryProblem, fc.nat(), (problem, seed) => {
        const coreOf = placeBlocks(problem, method, seed);
        const living = new Set(livingCores(problem.target));
        expect(coreOf).toHaveLength(problem.blocks);
        expect(new Set(coreOf).size).toBe(problem.blocks);
        expect(coreOf.every((core) => living.has(core))).toBe(true);
        expect(placeBlocks(problem, method, seed)).toEqual(coreOf);
      }),
      { numRuns: method === 'anneal' ? 15 : 100 },
    );
  });

  it('annealing never ends above the curve, nor above its refinement by forces', () => {
    fc.assert(
      fc.property(arbitraryProblem, fc.nat(), (problem, seed) => {
        const energy = (coreOf: readonly number[]): number => placementEnergy(problem, coreOf);
        const byForces = energy(placeByForces(problem));
        expect(byForces).toBeLessThanOrEqual(energy(placeBlocks(problem, 'hilbert', seed)) + 1e-6);
        expect(energy(placeBlocks(problem, 'anneal', seed))).toBeLessThanOrEqual(byForces);
      }),
      { numRuns: 15 },
    );
  });

  it('finds the optimum of a ring, whatever the order of its blocks', () => {
    // A cycle of 16 blocks on 4 × 4 tiles: every flow over one link.
    const order = [3, 9, 14, 0, 7, 12, 1, 5, 10, 15, 2, 8, 13, 4, 11, 6];
    const flows = { from: order, to: order.map((_, k) => order[(k + 1) % 16]!), weight: order.map(() => 1) };
    const target = { mesh: { width: 4, height: 4 }, coresPerTile: 1 };
    const problem = { blocks: 16, ports: [], flows, target, costs: JIN_COSTS };
    for (const seed of [0, 1, 2]) {
      const energy = placementEnergy(problem, placeBlocks(problem, 'anneal', seed));
      expect(energy).toBeLessThanOrEqual(16 * 2.1 + 2 * 1.1 + 1e-9);
    }
  });
});

describe('the board', () => {
  it('predicts what a move changes', () => {
    fc.assert(
      fc.property(arbitraryProblem, fc.nat(), (problem, seed) => {
        const board = new Board(problem, placeBlocks(problem, 'random', seed));
        const random = seededRandom(seed);
        const cores = livingCores(problem.target);
        let energy = placementEnergy(problem, board.coreOf());
        for (let k = 0; k < 20; k++) {
          const block = Math.floor(random() * problem.blocks);
          const core = cores[Math.floor(random() * cores.length)]!;
          if (!board.canMove(block, core)) continue;
          const change = board.changeBy(block, core);
          board.move(block, core);
          const after = placementEnergy(problem, board.coreOf());
          expect(after).toBeCloseTo(energy + change, 6);
          energy = after;
        }
        expect(new Set(board.coreOf()).size).toBe(problem.blocks);
      }),
    );
  });
});

describe('SeededRandom', () => {
  it('spreads over its range and repeats for a seed', () => {
    const [random, again] = [new SeededRandom(7), new SeededRandom(7)];
    const seen = new Array<number>(10).fill(0);
    for (let k = 0; k < 10_000; k++) {
      const value = random.below(10);
      expect(again.below(10)).toBe(value);
      seen[value]!++;
    }
    for (const count of seen) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('shifting a placement never costs energy, keeps its shape, and brings a cluster to the port that it talks to', () => {
    fc.assert(
      fc.property(arbitraryProblem, fc.nat(), (problem, seed) => {
        const before = placeBlocks(problem, 'random', seed);
        const after = shiftToPorts(problem, before);
        expect(placementEnergy(problem, after)).toBeLessThanOrEqual(placementEnergy(problem, before) + 1e-9);
        const living = new Set(livingCores(problem.target));
        expect(after.every((core) => living.has(core))).toBe(true);
        const { coresPerTile } = problem.target;
        const offsets = after.map(
          (core, block) => Math.floor(core / coresPerTile) - Math.floor(before[block]! / coresPerTile),
        );
        expect(new Set(offsets).size).toBeLessThanOrEqual(1);
      }),
    );
    const target = { mesh: { width: 4, height: 4 }, coresPerTile: 1 };
    const flows = { from: [0, 1], to: [1, 2], weight: [8, 1] };
    expect(shiftToPorts({ blocks: 2, ports: [0], flows, target, costs: JIN_COSTS }, [10, 9])).toEqual([1, 0]);
  });
});
