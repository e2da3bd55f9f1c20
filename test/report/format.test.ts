import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatCount, formatPercent, formatSi, plural, printable, shorten } from '../../report/index.ts';
import { anyCharacter } from '../arbitraries/characters.ts';

const FACTORS: Readonly<Record<string, number>> = {
  a: 1e-18,
  f: 1e-15,
  p: 1e-12,
  n: 1e-9,
  µ: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};

/** Value of a text such as `12.35 nJ`. */
export function parseSi(text: string, unit: string): number {
  const [number = '', prefixed = ''] = text.split(' ');
  const prefix = prefixed.slice(0, prefixed.length - unit.length);
  return Number(number) * (prefix === '' ? 1 : FACTORS[prefix]!);
}

describe('formatSi', () => {
  it('keeps four significant digits, with 1 to 3 of them before the point', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 9.999, noNaN: true }),
        fc.integer({ min: -18, max: 13 }),
        (mantissa, exponent) => {
          const value = mantissa * 10 ** exponent;
          const text = formatSi(value, 'J');
          expect(Math.abs(parseSi(text, 'J') / value - 1)).toBeLessThan(0.000_51);
          expect(text).toMatch(/^\d{1,3}(\.\d+)? [afpnµmkMGT]?J$/);
          expect(text.replace(/[^\d]/g, '')).toHaveLength(4);
        },
      ),
    );
  });

  it('carries into the next prefix, and writes 0 and what lies beyond the prefixes', () => {
    expect(formatSi(999.96, 'J')).toBe('1.000 kJ');
    expect(formatSi(1e-9, 's')).toBe('1.000 ns');
    expect(formatSi(0, 'J')).toBe('0 J');
    expect(formatSi(1.5e-30, 'J')).toBe('1.500e-30 J');
  });
});

describe('counts, names', () => {
  it('separates thousands', () => {
    fc.assert(
      fc.property(fc.nat(), (value) => {
        const text = formatCount(value);
        expect(text).toMatch(/^\d{1,3}(,\d{3})*$/);
        expect(Number(text.replaceAll(',', ''))).toBe(value);
      }),
    );
    expect([plural(1, 'core'), plural(2000, 'core')]).toEqual(['1 core', '2,000 cores']);
    expect(formatPercent(0.98765)).toBe('98.77 %');
  });

  it('text from a file cannot steer a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
    expect(printable('a\u001b[31mb')).toBe('a\uFFFD[31mb');
    expect(printable('a\u2028b\u2029\u202e')).toBe('a\uFFFDb\uFFFD\uFFFD');
  });

  it('shortens to the width', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (text, width) => {
        const short = shorten(text, width);
        expect([...short].length).toBeLessThanOrEqual(width);
        if ([...text].length <= width) expect(short).toBe(text);
      }),
    );
  });
});
