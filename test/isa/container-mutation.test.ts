/** Any bytes: a chip file is refused with a numbered diagnostic, or it is the canonical file of the chip that comes out. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HEADER_BYTES, SECTION_ENTRY, SIGNATURE } from '../../isa/container/layout.ts';
import { decodeChip, encodeChip, type Chip } from '../../isa/index.ts';
import { arbitraryChip } from './arbitraries.ts';
import { faultsOf, repairChecksums, sectionEntries } from './damage.ts';
import { cases } from '../cases.ts';

type Mutation = (file: Uint8Array) => Uint8Array;

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const at = (file: Uint8Array, where: number): number => Math.floor(where * file.length);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(position, fc.nat(7)).map(([where, bit]): Mutation => (file) => {
    const copy = file.slice();
    if (copy.length > 0) copy[at(file, where)]! ^= 1 << bit;
    return copy;
  }),
  position.map(
    (where): Mutation =>
      (file) =>
        file.slice(0, at(file, where)),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map(
    (extra): Mutation =>
      (file) =>
        Uint8Array.from([...file, ...extra]),
  ),
  fc.tuple(position, position, fc.nat(40)).map(([a, b, length]): Mutation => (file) => {
    const copy = file.slice();
    copy.set(
      file.subarray(at(file, a), Math.min(at(file, a) + length, file.length)).subarray(0, file.length - at(file, b)),
      at(file, b),
    );
    return copy;
  }),
  fc
    .tuple(position, fc.oneof(fc.constantFrom(0, 1, 2, 4, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff), fc.nat()))
    .map(([where, value]): Mutation => (file) => {
      const copy = file.slice();
      const start = at(file, where) & ~3;
      if (start + 4 <= copy.length) new DataView(copy.buffer).setUint32(start, value, true);
      return copy;
    }),
  // Table and header entries, which are a small part of the file.
  fc
    .tuple(fc.nat(400), fc.oneof(fc.nat(60), fc.constantFrom(0xffff, 0xffff_ffff)))
    .map(([word, value]): Mutation => (file) => {
      const copy = file.slice();
      const start = SIGNATURE.length + 4 * (word % (5 + 5 * sectionEntries(file).length));
      if (start + 4 <= copy.length) new DataView(copy.buffer).setUint32(start, value, true);
      return copy;
    }),
  fc.tuple(fc.nat(), fc.nat()).map(([a, b]): Mutation => (file) => {
    const count = sectionEntries(file).length;
    if (count === 0) return file;
    const copy = file.slice();
    const place = (k: number): number => HEADER_BYTES + (k % count) * SECTION_ENTRY.size;
    copy.set(file.subarray(place(a), place(a) + SECTION_ENTRY.size), place(b));
    copy.set(file.subarray(place(b), place(b) + SECTION_ENTRY.size), place(a));
    return copy;
  }),
);

/** Returns the code of the refusal, or 'valid' where the file is the canonical file of the decoded chip. */
function outcome(file: Uint8Array): string {
  let chip: Chip | undefined;
  const faults = faultsOf(() => (chip = decodeChip(file)));
  if (chip === undefined) {
    for (const { code } of faults) expect(code).toMatch(/^E040[1-5]$/);
    return faults[0]!.code;
  }
  expect(Buffer.compare(encodeChip(chip), file)).toBe(0);
  return 'valid';
}

describe('mutated chip files', () => {
  it('are refused or canonical', () => {
    fc.assert(
      fc.property(arbitraryChip, fc.array(mutation, { minLength: 1, maxLength: 3 }), (chip, mutations) => {
        const file = encodeChip(chip);
        const damaged = mutations.reduce((bytes, mutate) => mutate(bytes), file);
        const result = outcome(damaged);
        if (Buffer.compare(damaged, file) !== 0) expect(result).not.toBe('valid');
      }),
      { numRuns: cases(300) },
    );
  });

  it('are refused or canonical where all checksums were adapted, and the checks behind them are reached', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(arbitraryChip, fc.array(mutation, { minLength: 1, maxLength: 2 }), (chip, mutations) => {
        const damaged = repairChecksums(mutations.reduce((bytes, mutate) => mutate(bytes), encodeChip(chip)));
        const result = outcome(damaged);
        seen.set(result, (seen.get(result) ?? 0) + 1);
      }),
      { numRuns: cases(400), seed: 7 },
    );
    expect(seen.get('E0405')).toBeGreaterThan(cases(80));
    expect(seen.get('valid')).toBeGreaterThan(cases(26));
  });

  it('any bytes are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(SIGNATURE.length), (bytes, known) => {
        const file = bytes.slice();
        file.set(SIGNATURE.subarray(0, Math.min(known, file.length)));
        expect(outcome(file)).not.toBe('valid');
        expect(outcome(repairChecksums(file))).not.toBe('valid');
      }),
      { numRuns: cases(150) },
    );
  });

  it('lengths and counts beyond the file allocate nothing', () => {
    const file = encodeChip(fc.sample(arbitraryChip, { seed: 3, numRuns: 1 })[0]!);
    const before = process.memoryUsage().arrayBuffers;
    for (let word = 0; word < 5 + 5 * sectionEntries(file).length; word++) {
      for (const value of [0x7fff_ffff, 0xffff_ffff]) {
        const copy = file.slice();
        new DataView(copy.buffer).setUint32(SIGNATURE.length + 4 * word, value, true);
        expect(outcome(repairChecksums(copy))).toMatch(/E040|valid/);
      }
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
  });
});
