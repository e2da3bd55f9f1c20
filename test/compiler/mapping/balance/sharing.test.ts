import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MEMORIES, type Piece } from '../../../../compiler/mapping/balance/piece.ts';
import { Sharing } from '../../../../compiler/mapping/balance/sharing.ts';
import { SEED } from '../../../seed.ts';

/** Pieces that hear runs of places of two sources, on few cores. */
const pieces = fc.array(
  fc.record({
    core: fc.nat(1),
    heard: fc.array(fc.record({ key: fc.nat(1), first: fc.nat(4), count: fc.integer({ min: 1, max: 4 }) }), {
      maxLength: 2,
    }),
  }),
  { minLength: 2, maxLength: 8 },
);
type Drawn = typeof pieces extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

const pieceOf = ({ heard }: Drawn): Piece => ({
  ...{ layer: 0, box: { c0: 0, y0: 0, x0: 0, channels: 1, height: 1, width: 1 } },
  ...{ phases: Uint32Array.of(7), cycles: Float64Array.of(100), total: 100, packets: 0 },
  ...{ needs: new Float64Array(MEMORIES.length), kernelBits: 0, kernel: '', centre: [0, 0] },
  hears: heard.map(({ key, first, count }) => ({
    key: String(key),
    region: { c0: 0, y0: 0, x0: first, channels: 1, height: 1, width: count },
    phases: Uint32Array.of(7),
    fetchCycles: ({ width }) => width,
  })),
});

/** By definition: each region of each piece of a core saves what it has in common with that before it with which it has most. */
function savedOn(core: number, drawn: readonly Drawn[], coreOf: Int32Array): number {
  let saved = 0;
  const before: { piece: number; key: number; first: number; end: number }[] = [];
  drawn.forEach(({ heard }, piece) => {
    if (coreOf[piece] !== core) return;
    for (const one of heard) {
      const { key, first, count } = one;
      // Of several regions of one source the largest counts, the first of equals.
      const same = heard.filter((other) => other.key === key);
      if (one !== same.find((other) => other.count === Math.max(...same.map((each) => each.count)))) continue;
      const end = first + count;
      const common = before
        .filter((other) => other.key === key && other.piece !== piece)
        .map((other) => Math.min(end, other.end) - Math.max(first, other.first));
      saved += Math.max(0, ...common);
      before.push({ piece, key, first, end });
    }
  });
  return saved;
}

describe('what pieces on one core save each other', () => {
  it('is by how much all save more with a piece than without it', () => {
    fc.assert(
      fc.property(pieces, fc.nat(), fc.nat(), (drawn, one, two) => {
        const [piece, without] = [one % drawn.length, two % drawn.length];
        if (piece === without) return;
        const coreOf = Int32Array.from(drawn, ({ core }) => core);
        const sums = new Float64Array(1);
        new Sharing(drawn.map(pieceOf)).addTo(sums, piece, 0, coreOf, without, 1);
        const left = coreOf.with(without, -1);
        const saved = savedOn(0, drawn, left.with(piece, 0)) - savedOn(0, drawn, left.with(piece, -1));
        expect(sums[0]).toBe(saved);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('is nothing where a box around both would hold more than both', () => {
    const at = (y0: number, x0: number): Piece => {
      const piece = pieceOf({ core: 0, heard: [{ key: 0, first: 0, count: 1 }] });
      const region = { c0: 0, y0, x0, channels: 1, height: 3, width: 3 };
      return { ...piece, hears: [{ ...piece.hears[0]!, region }] };
    };
    const saved = (other: Piece): number => {
      const sums = new Float64Array(1);
      new Sharing([at(0, 0), other]).addTo(sums, 1, 0, new Int32Array(2), -1, 1);
      return sums[0]!;
    };
    expect(saved(at(0, 2))).toBe(1);
    expect(saved(at(2, 2))).toBe(0);
  });
});
