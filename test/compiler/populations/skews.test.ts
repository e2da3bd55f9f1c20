import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Delayed, solveSkews } from '../../../compiler/populations/skews.ts';

const INPUT = -1;

interface Graph {
  readonly populations: number;
  readonly connections: readonly Delayed[];
  readonly slots: number;
}

/** Small enough that all skews can be tried. */
const arbitraryGraph: fc.Arbitrary<Graph> = fc.integer({ min: 1, max: 4 }).chain((populations) =>
  fc.record({
    populations: fc.constant(populations),
    connections: fc.array(
      fc.record({
        // Nobody hears the last one: it is read out.
        from: fc.integer({ min: INPUT, max: populations - 2 }),
        to: fc.nat(populations - 1),
        delay: fc.oneof(fc.constant(0), fc.nat(3)),
      }),
      { maxLength: 6 },
    ),
    slots: fc.integer({ min: 1, max: 8 }),
  }),
);

/** Longest chain of skews that these graphs can ask for: each connection asks for one tick, or for its delay turned round. */
const MOST_SKEW = 8;

function isSolution({ populations, connections }: Graph, slots: number, skews: readonly number[]): boolean {
  const skewOf = (p: number): number => (p === INPUT ? 0 : skews[p]!);
  const last = skews[populations - 1]!;
  return (
    skews.every((skew) => skew >= 0 && skew <= last) &&
    connections.every(({ from, to, delay }) => {
      const ticks = delay + skewOf(to) - skewOf(from);
      return ticks >= (from === INPUT ? 0 : 1) && ticks < slots;
    })
  );
}

/** All skews that fit so many slots, each up to the most. */
function* solutions(graph: Graph, slots: number): Generator<number[]> {
  const total = (MOST_SKEW + 1) ** graph.populations;
  for (let code = 0; code < total; code++) {
    const skews = Array.from(
      { length: graph.populations },
      (_, p) => Math.floor(code / (MOST_SKEW + 1) ** p) % (MOST_SKEW + 1),
    );
    if (isSolution(graph, slots, skews)) yield skews;
  }
}

const isSolvable = (graph: Graph, slots: number): boolean => solutions(graph, slots).next().done !== true;

const seen = { solved: 0, cycle: 0, slots: 0 };

describe('skews', () => {
  it('are the least that there are; else a cycle, or the slots that are needed, is named rightly', () => {
    fc.assert(
      fc.property(arbitraryGraph, (graph) => {
        const { populations, connections, slots } = graph;
        const found = solveSkews(populations, connections, slots);
        seen[found.kind]++;
        switch (found.kind) {
          case 'solved': {
            expect(isSolution(graph, slots, found.skews)).toBe(true);
            const isLeast = [...solutions(graph, slots)].every((other) =>
              found.skews.every((skew, p) => skew <= other[p]!),
            );
            expect(isLeast).toBe(true);
            return;
          }
          case 'cycle': {
            expect(isSolvable(graph, 100)).toBe(false);
            expectShortCycle(graph, found.cycle);
            return;
          }
          case 'slots':
            expect(found.needed).toBeGreaterThan(slots);
            expect(isSolvable(graph, found.needed)).toBe(true);
            expect(isSolvable(graph, found.needed - 1)).toBe(false);
        }
      }),
      { numRuns: 400 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50);
  });

  it('of long chains and rings are found at once', () => {
    const length = 2000;
    const chain = Array.from({ length: length - 1 }, (_, from) => ({ from, to: from + 1, delay: 0 }));
    expect(solveSkews(length, chain, 2)).toEqual({ kind: 'solved', skews: [...new Array(length).keys()] });
    const ring = (delay: number) => [...chain, { from: length - 1, to: 0, delay }];
    expect(solveSkews(length, ring(length), length + 1).kind).toBe('solved');
    const short = solveSkews(length, ring(length - 1), length + 1);
    expect(short.kind === 'cycle' && new Set(short.cycle).size).toBe(length);
  });

  it('of a skip over several populations need as many slots as it skips', () => {
    const skip = [0, 1, 2].map((from) => ({ from, to: from + 1, delay: 0 }));
    expect(solveSkews(4, [...skip, { from: 0, to: 3, delay: 0 }], 4)).toEqual({ kind: 'solved', skews: [0, 1, 2, 3] });
    expect(solveSkews(4, [...skip, { from: 0, to: 3, delay: 0 }], 3)).toEqual({ kind: 'slots', needed: 4 });
    // The input can be heard later than it comes.
    expect(solveSkews(1, [{ from: INPUT, to: 0, delay: 3 }], 4)).toEqual({ kind: 'solved', skews: [0] });
    expect(solveSkews(1, [{ from: INPUT, to: 0, delay: 3 }], 3)).toEqual({ kind: 'slots', needed: 4 });
  });
});

/** Connections lead from each to the next and back to the first, and have less delay together than they are many. */
function expectShortCycle({ connections }: Graph, cycle: readonly number[]): void {
  expect(cycle.length).toBeGreaterThanOrEqual(2);
  expect(cycle.at(-1)).toBe(cycle[0]);
  const hops = cycle.slice(1).map((to, k) => {
    const delays = connections.filter((each) => each.from === cycle[k] && each.to === to).map(({ delay }) => delay);
    expect(delays.length).toBeGreaterThan(0);
    return Math.min(...delays);
  });
  expect(hops.reduce((sum, delay) => sum + delay, 0)).toBeLessThan(hops.length);
}
