import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDeadline } from '../../bin/ui/deadline.ts';
import { faultsOf } from '../isa/damage.ts';

const SECONDS_IN_UNIT = { s: 1, ms: 1000, us: 1_000_000, µs: 1_000_000, ns: 1_000_000_000 } as const;

describe('parseDeadline', () => {
  it('takes the decimal digits at their word: a time that ends with a cycle holds that cycle', () => {
    const unit = fc.constantFrom(...(Object.keys(SECONDS_IN_UNIT) as (keyof typeof SECONDS_IN_UNIT)[]));
    fc.assert(
      fc.property(
        unit,
        fc.integer({ min: 1, max: 999_999 }),
        fc.nat(3),
        fc.integer({ min: 1, max: 12 }),
        (u, n, d, mhz) => {
          // n / 10^d units, written with d decimals; exact whole cycles by integer arithmetic.
          const digits = String(n).padStart(d + 1, '0');
          const text = d === 0 ? digits : `${digits.slice(0, -d)}.${digits.slice(-d)}`;
          const cycles = (BigInt(n) * BigInt(mhz) * 1_000_000n) / (BigInt(SECONDS_IN_UNIT[u]) * 10n ** BigInt(d));
          const parsed = parseDeadline(text + u, mhz * 1e6);
          expect(BigInt(parsed.cycles)).toBe(cycles);
          expect(parsed.seconds).toBeCloseTo(n / 10 ** d / SECONDS_IN_UNIT[u], 12);
        },
      ),
    );
  });

  it('takes cycles as they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), (cycles) => {
        expect(parseDeadline(`${cycles}cycles`, 1e8)).toEqual({ cycles, seconds: cycles / 1e8 });
      }),
    );
    expect(parseDeadline('999999999999999s', 1e15).cycles).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseDeadline('1ns', 1e6).cycles).toBe(0);
  });

  it.each([
    '',
    '5',
    'ms',
    '0ms',
    '0cycles',
    '1.5cycles',
    '-5ms',
    '1e3ms',
    '5 ms',
    '5mss',
    '.5s',
    '5.s',
    '5ms\n',
    'Infinitys',
  ])('E0103 for %p', (text) => {
    expect(faultsOf(() => parseDeadline(text, 1e8)).map(({ code }) => code)).toEqual(['E0103']);
  });
});
