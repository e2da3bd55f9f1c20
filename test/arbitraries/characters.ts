/** Characters of which arbitrary strings are made. */
import fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };
const LARGEST = 0x10_ffff;

/**
 * fast-check's unit `binary`: any code point but half a pair. That one makes a table of all 1.1 million of them first, in
 * each test file anew, to find the number of a character.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat(LARGEST - SURROGATES.count).map(
  (k) => String.fromCodePoint(k < SURROGATES.first ? k : k + SURROGATES.count),
  (character) => {
    const codes = typeof character === 'string' ? Array.from(character, (one) => one.codePointAt(0)!) : [];
    const isHalf = codes[0]! >= SURROGATES.first && codes[0]! < SURROGATES.first + SURROGATES.count;
    if (codes.length !== 1 || isHalf) throw new Error('not one character');
    return codes[0]! < SURROGATES.first ? codes[0]! : codes[0]! - SURROGATES.count;
  },
);
