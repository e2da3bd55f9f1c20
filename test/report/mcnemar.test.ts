import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mcnemarExact } from '../../report/mcnemar.ts';

/** The same sum in whole numbers. */
function exact(b: number, c: number): number {
  const n = BigInt(b + c);
  let choose = 1n;
  let tail = 0n;
  for (let k = 0n; k <= BigInt(Math.min(b, c)); k++) {
    tail += choose;
    choose = (choose * (n - k)) / (k + 1n);
  }
  const scale = 10n ** 20n;
  return Math.min(1, Number((2n * tail * scale) / 2n ** n) / 1e20);
}

describe('the exact McNemar test', () => {
  it.each([
    [0, 0, 1],
    [1, 0, 1],
    [2, 0, 0.5],
    [5, 0, 0.0625],
    [6, 0, 0.03125],
    [0, 10, 2 / 1024],
    [1, 9, (2 * (1 + 10)) / 1024],
    [2, 8, (2 * (1 + 10 + 45)) / 1024],
    [7, 7, 1],
  ])('of %i and %i samples: p = %f', (b, c, p) => {
    expect(mcnemarExact(b, c)).toBeCloseTo(p, 12);
  });

  it('is the binomial sum in whole numbers, the same whichever run is first', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (b, c) => {
        expect(mcnemarExact(b, c)).toBeCloseTo(exact(b, c), 11);
        expect(mcnemarExact(b, c)).toBe(mcnemarExact(c, b));
      }),
    );
  });

  it('stays a probability for large counts', () => {
    expect(mcnemarExact(500_000, 500_000)).toBe(1);
    expect(mcnemarExact(500_000, 502_000)).toBeCloseTo(0.0457, 3);
    expect(mcnemarExact(0, 1_000_000)).toBe(0);
  });
});
