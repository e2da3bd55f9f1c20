import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Hearing, MEMORIES, type Piece } from '../../../../compiler/mapping/balance/piece.ts';
import { Seats } from '../../../../compiler/mapping/balance/seats.ts';
import { SEED } from '../../../seed.ts';

/** Layers of one phase each, and pieces of them with what they need; few enough for every memory to be full now and then. */
const world = fc.record({
  cores: fc.integer({ min: 2, max: 9 }),
  ticks: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 }),
  pieces: fc.array(
    fc.record({
      layer: fc.nat(7),
      cycles: fc.integer({ min: 1, max: 1000 }),
      packets: fc.nat(500),
      need: fc.integer({ min: 1, max: 40 }),
      kernel: fc.nat(2),
      y: fc.double({ min: 0, max: 1, noNaN: true }),
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      heard: fc.option(fc.record({ first: fc.nat(3), count: fc.integer({ min: 1, max: 3 }) })),
    }),
    { minLength: 1, maxLength: 24 },
  ),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

const KERNEL_BITS = 30;
const LIMITS = Float64Array.from(MEMORIES, () => 150);

/** Some of five places of the one source of a phase; each has events that take as many cycles as its number. */
const hearing = (phase: number, { first, count }: { readonly first: number; readonly count: number }): Hearing => ({
  key: String(phase),
  region: { c0: 0, y0: 0, x0: first, channels: 1, height: 1, width: count },
  phases: Uint32Array.of(phase),
  fetchCycles: ({ x0, width }) => Array.from({ length: width }, (_, k) => x0 + k).reduce((a, b) => a + b),
});

/** Cycles of the pieces of a core, less what each has in common with one before it. */
const cyclesOf = (own: readonly Piece[]): number =>
  own.reduce((sum, { cycles, hears }, k) => {
    const common = own.slice(0, k).map((before) => inCommon(hears[0], before.hears[0]));
    return sum + cycles[0]! - Math.max(0, ...common);
  }, 0);

function inCommon(one: Hearing | undefined, other: Hearing | undefined): number {
  if (one?.key !== other?.key || one === undefined || other === undefined) return 0;
  const first = Math.max(one.region.x0, other.region.x0);
  const end = Math.min(one.region.x0 + one.region.width, other.region.x0 + other.region.width);
  return end <= first ? 0 : one.fetchCycles({ ...one.region, x0: first, width: end - first });
}

function piecesOf({ ticks, pieces }: World): Piece[] {
  return pieces.map(({ layer, cycles, packets, need, kernel, y, x, heard }) => {
    const phase = layer % ticks.length;
    return {
      ...{ layer: phase, box: { c0: 0, y0: 0, x0: 0, channels: 1, height: 1, width: 1 } },
      ...{ phases: Uint32Array.of(phase), cycles: Float64Array.of(cycles), total: cycles * ticks[phase]!, packets },
      ...{ needs: Float64Array.from(MEMORIES, () => need), kernelBits: KERNEL_BITS, kernel: `${phase} ${kernel}` },
      centre: [y, x],
      hears: heard === null ? [] : [hearing(phase, heard)],
    };
  });
}

function seated({ cores, ticks }: World, pieces: readonly Piece[]): Seats | undefined {
  const phases = {
    ...{ count: ticks.length, ticks: Float64Array.from(ticks), ofTick: new Uint32Array() },
    ...{ heard: [], executed: [] },
  };
  const seats = new Seats(pieces, cores, phases, LIMITS, 0.5);
  return seats.seatAll() ? seats : undefined;
}

/** What the pieces of a core take of its second memory, in which kernels are; pieces with one kernel share it. */
const heldOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { needs }) => sum + needs[1]!, 0) +
  KERNEL_BITS * new Set(pieces.map(({ kernel }) => kernel)).size;

describe('settling the seats of pieces', () => {
  it('never makes an inference longer, never fills a core beyond its memories, and does the same every time', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const pieces = piecesOf(drawn);
        const [seats, again] = [seated(drawn, pieces), seated(drawn, pieces)];
        if (seats === undefined || again === undefined) return;
        const { price } = seats;
        seats.settle();
        again.settle();
        expect(seats.price).toBeLessThanOrEqual(price);
        expect(pieces.map((piece) => again.coreOf(piece))).toEqual(pieces.map((piece) => seats.coreOf(piece)));
        const onCore = new Map<number, Piece[]>();
        for (const piece of pieces) {
          const core = seats.coreOf(piece);
          onCore.set(core, [...(onCore.get(core) ?? []), piece]);
        }
        for (const [core, own] of onCore) {
          expect(core).toBeLessThan(drawn.cores);
          expect(heldOf(own)).toBeLessThanOrEqual(LIMITS[1]!);
        }
        const most = drawn.ticks.map((_, phase) =>
          Math.max(0, ...[...onCore.values()].map((own) => cyclesOf(own.filter(({ layer }) => layer === phase)))),
        );
        expect(seats.cycles).toBeCloseTo(
          most.reduce((sum, cycles, phase) => sum + cycles * drawn.ticks[phase]!, 0),
          6,
        );
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('brings pieces that hear the same to one core, where their events cost once', () => {
    const heard = { first: 2, count: 3 };
    const alike = { layer: 0, cycles: 20, packets: 0, need: 10, kernel: 0, y: 0.5, x: 0.5, heard };
    const pieces = piecesOf({ cores: 2, ticks: [4], pieces: [alike, alike, { ...alike, heard: null, cycles: 31 }] });
    const seats = seated({ cores: 2, ticks: [4], pieces: [] }, pieces)!;
    seats.settle();
    expect(seats.coreOf(pieces[0]!)).toBe(seats.coreOf(pieces[1]!));
    expect(seats.cycles).toBe(4 * 31);
  });

  it('brings pieces to their places and takes them off a core that all wait for', () => {
    // As many pieces of a layer as cores, each with a place of its own: seats in the order of their work are far from it.
    const pieces = piecesOf({
      cores: 4,
      ticks: [4],
      pieces: [0.75, 0.25].flatMap((y) =>
        [0.75, 0.25].map((x) => ({ layer: 0, cycles: 100, packets: 100, need: 10, kernel: 0, y, x, heard: null })),
      ),
    });
    const seats = seated({ cores: 4, ticks: [4], pieces: [] }, pieces)!;
    seats.settle();
    expect(seats.cycles).toBe(400);
    expect(seats.price).toBe(400);
  });
});
