/** chip.bin: round trips, and the code and place of every kind of damage. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HEADER_BYTES, SECTION_ENTRY, SECTION_NAMES, SIGNATURE } from '../../isa/container/layout.ts';
import { canonicalJson, decodeChip, encodeChip, readChip, verifyChip, type Chip } from '../../isa/index.ts';
import { arbitraryChip } from './arbitraries.ts';
import { sampleChip } from './chips.ts';
import { faultsOf, repairChecksums, sectionEntries } from './damage.ts';
import { cases } from '../cases.ts';

/** A chip with every section, the same in every run. */
const chip: Chip = fc
  .sample(arbitraryChip, { seed: 1, numRuns: cases(100) })
  .find(
    (one) =>
      one.selfTest?.samples.length &&
      one.graph?.length &&
      one.routes.length > 0 &&
      one.cores.some((core) => core.sinks.length > 1) &&
      one.cores.some((core) => core.planes !== undefined),
  )!;
const file = encodeChip(chip);

/** In the first row, behind the number of the plane. */
const PLANE_POLICY_AT = 2;

const changed = (at: number, value: number, from: Uint8Array = file): Uint8Array => {
  const copy = from.slice();
  copy[at] = value;
  return copy;
};
const codes = (bytes: Uint8Array): string[] => faultsOf(() => decodeChip(bytes, 'x.bin')).map((fault) => fault.code);
const first = (bytes: Uint8Array) => faultsOf(() => decodeChip(bytes, 'x.bin'))[0];
const entryOf = (name: string) =>
  sectionEntries(file).find((entry) => SECTION_NAMES.get(entry.kind) === name && entry.length > 0)!;

/** The file with other bytes in a JSON section; they have the length of the old ones. */
function withText(name: string, edit: (text: string) => string): Uint8Array {
  const { offset, length } = entryOf(name);
  const old = new TextDecoder().decode(file.subarray(offset, offset + length));
  const bytes = new TextEncoder().encode(edit(old));
  expect(bytes.length).toBe(length);
  const copy = file.slice();
  copy.set(bytes, offset);
  return repairChecksums(copy);
}

/** The file with another content of a section; all later ones move. */
function withSection(name: string, content: Uint8Array): Uint8Array {
  const entries = sectionEntries(file);
  const contents = entries.map((entry) =>
    SECTION_NAMES.get(entry.kind) === name ? content : file.subarray(entry.offset, entry.offset + entry.length),
  );
  const copy = new Uint8Array(file.length + content.length + 8);
  copy.set(file.subarray(0, HEADER_BYTES));
  const view = new DataView(copy.buffer);
  let end = HEADER_BYTES + entries.length * SECTION_ENTRY.size;
  entries.forEach((entry, k) => {
    const offset = Math.ceil(end / 8) * 8;
    copy.set(contents[k]!, offset);
    end = offset + contents[k]!.length;
    const moved = { ...entry, offset, length: contents[k]!.length };
    SECTION_ENTRY.encode(view, HEADER_BYTES + k * SECTION_ENTRY.size, moved);
  });
  return repairChecksums(copy.subarray(0, end));
}

describe('round trip', () => {
  it('decode(encode(chip)) is the chip, and encoding it again gives the same bytes', () => {
    fc.assert(
      fc.property(arbitraryChip, (one) => {
        const bytes = encodeChip(one);
        const back = decodeChip(bytes);
        expect(back).toEqual(one);
        expect(Buffer.compare(encodeChip(back), bytes)).toBe(0);
      }),
      { numRuns: cases(50) },
    );
  });

  it('readChip gives back a chip that makes sense', () => {
    expect(readChip(encodeChip(sampleChip()))).toEqual(sampleChip());
  });

  it('is independent of how the bytes lie in memory, and the chip owns its memory', () => {
    const shifted = new Uint8Array(file.length + 3).subarray(3);
    shifted.set(file);
    const back = decodeChip(shifted);
    shifted.fill(0xaa);
    expect(back).toEqual(chip);
    expect(decodeChip(Buffer.from(file))).toEqual(chip);
  });

  it('is independent of the order of properties', () => {
    const provenance = Object.fromEntries(Object.entries(chip.provenance).reverse()) as unknown as Chip['provenance'];
    expect(encodeChip({ ...chip, provenance })).toEqual(file);
  });

  it('refuses to encode what does not fit the format', () => {
    expect(() => encodeChip({ ...chip, ticks: 2 ** 32 })).toThrow(RangeError);
    expect(() => encodeChip({ ...chip, window: 1.5 })).toThrow(RangeError);
    expect(() => encodeChip({ ...chip, routes: [{ tree: 0, router: 0, ports: -1 }] })).toThrow(/ports = -1/);
    expect(() => encodeChip({ ...chip, output: { ...chip.output, step: NaN } })).toThrow(/section output: step/);
    const sample = { ...chip.selfTest!.samples[0]!, spikeDigest: 'ABC' };
    expect(() => encodeChip({ ...chip, selfTest: { samples: [sample] } })).toThrow(/spikeDigest/);
  });
});

describe('damage is named', () => {
  it('E0401 where the signature is not that of a chip file', () => {
    expect(codes(new TextEncoder().encode('a text that is long enough to hold a header'))).toEqual(['E0401']);
    expect(codes(file.subarray(1))).toEqual(['E0401']);
    expect(first(changed(0, 0x09))?.message).toMatch(/transfer as text/);
    const withoutReturns = Uint8Array.from(
      [...file].filter((byte, k) => k !== SIGNATURE.indexOf(0x0d) || byte !== 0x0d),
    );
    expect(first(withoutReturns)?.message).toMatch(/transfer as text/);
  });

  it('E0402 where the version is another one, whether the checksum was adapted or not', () => {
    const newer = first(repairChecksums(changed(SIGNATURE.length, 2)));
    expect(newer).toMatchObject({ code: 'E0402', message: expect.stringContaining('2.2 is newer than 1.2') });
    expect(first(repairChecksums(changed(SIGNATURE.length + 2, 3)))?.message).toMatch(/1\.3 is newer/);
    expect(first(repairChecksums(changed(SIGNATURE.length, 0)))?.message).toMatch(/0\.2 is older/);
    expect(codes(changed(SIGNATURE.length, 2))).toEqual(['E0402', 'E0404']);
  });

  it('E0405 where rows of planes are none, or of a policy that nobody knows', () => {
    const { offset, length } = entryOf('planes');
    const rows = file.slice(offset, offset + length);
    expect(first(withSection('planes', rows))).toBeUndefined();
    expect(first(withSection('planes', rows.subarray(0, 0)))).toMatchObject({
      code: 'E0405',
      message: expect.stringContaining('planes without a row'),
    });
    expect(first(withSection('planes', changed(PLANE_POLICY_AT, 9, rows)))).toMatchObject({
      code: 'E0405',
      message: expect.stringContaining('policy 9 of a plane is not known'),
    });
    expect(codes(withSection('planes', rows.subarray(1)))).toEqual(['E0405']);
  });

  it('E0403 for every shorter file', () => {
    for (let length = 0; length < file.length; length++) expect(codes(file.subarray(0, length))).toEqual(['E0403']);
    const entry = entryOf('routes');
    expect(first(file.subarray(0, entry.offset + 1))?.place).toMatchObject({ file: 'x.bin', section: 'routes' });
  });

  it('E0404 names header, table, or section with core and offset', () => {
    expect(first(changed(SIGNATURE.length + 4, file[SIGNATURE.length + 4]! ^ 1))).toMatchObject({
      code: 'E0404',
      place: { section: 'header', offset: 0 },
    });
    expect(first(changed(HEADER_BYTES + 9, 0xff))).toMatchObject({
      code: 'E0404',
      place: { section: 'section table' },
    });
    for (const entry of sectionEntries(file).filter(({ length }) => length > 0)) {
      const fault = first(changed(entry.offset, file[entry.offset]! ^ 0x10));
      expect(fault?.code).toBe('E0404');
      expect(fault?.place).toEqual({
        file: 'x.bin',
        section: SECTION_NAMES.get(entry.kind),
        ...(entry.core !== 0xffff_ffff && { core: entry.core }),
        offset: entry.offset,
      });
    }
  });

  it('E0405 for padding that is not zero, bytes behind the end, gaps, and unknown kinds or flags', () => {
    const padded = sectionEntries(file).find(({ offset, length }) => (offset + length) % 8 !== 0)!;
    expect(first(changed(padded.offset + padded.length, 1))?.message).toMatch(/padding/);
    expect(first(Uint8Array.from([...file, 0]))?.message).toMatch(/1 bytes follow the end/);
    expect(first(repairChecksums(changed(HEADER_BYTES, 99)))?.message).toMatch(/unknown section kind 99/);
    expect(first(repairChecksums(changed(HEADER_BYTES + 2, 1)))?.message).toMatch(/flags/);
    const moved = changed(HEADER_BYTES + 8, file[HEADER_BYTES + 8]! + 8);
    expect(first(repairChecksums(moved))?.message).toMatch(/does not start at/);
  });

  it('E0405 for sections that are missing, double or out of order', () => {
    const renamed = (name: string, kind: number) => {
      const index = sectionEntries(file).findIndex((entry) => SECTION_NAMES.get(entry.kind) === name);
      return repairChecksums(changed(HEADER_BYTES + index * SECTION_ENTRY.size, kind));
    };
    expect(first(renamed('chip', 1))?.message).toMatch(/section chip is missing, double or out of order/);
    expect(first(renamed('layers', 38))?.message).toMatch(/section layers is missing/);
    expect(first(renamed('graph', 48))?.message).toMatch(/double or out of order/);
  });

  it('E0405 for JSON that is not canonical, not of the schema, or not UTF-8', () => {
    const swap = withText('output', (text) => text.replace('"labels":', '"Labels":'));
    expect(first(swap)).toMatchObject({ code: 'E0405', place: { section: 'output' } });
    const spaced = withText('target', (text) => text.replace(/"description":"./, '"description": "'));
    expect(first(spaced)?.message).toMatch(/canonical/);
    const { offset } = entryOf('provenance');
    expect(first(repairChecksums(changed(offset + 2, 0xff)))?.message).toMatch(/UTF-8/);
    expect(first(repairChecksums(changed(offset, 0x20)))?.message).toMatch(/not JSON/);
  });

  it('E0405 for a sink that names a group that does not exist, and for a wrong number of cores', () => {
    const { offset } = entryOf('sinks');
    expect(first(repairChecksums(changed(offset + 8, 200)))?.message).toMatch(/axon group/);
    expect(first(repairChecksums(changed(offset, 7)))?.message).toMatch(/unknown kind 7/);
    expect(first(repairChecksums(changed(entryOf('chip').offset + 8, 77)))?.message).toMatch(/announces 77 cores/);
  });

  it('E0405, in few words, for JSON with a fault in every element', () => {
    const layers = JSON.stringify(Array.from({ length: 500_000 }, () => 1));
    const nested = '['.repeat(500_000);
    for (const text of [layers, nested, `${' '.repeat(2 ** 20)}[]`]) {
      const hostile = withSection('layers', new TextEncoder().encode(text));
      const fault = first(hostile);
      expect(fault).toMatchObject({ code: 'E0405', place: { section: 'layers' } });
      expect(fault!.message.length).toBeLessThan(1000);
    }
  });

  it('readChip adds the verifier to the decoder', () => {
    const wrong = verifyChip(chip);
    expect(wrong.length).toBeGreaterThan(0);
    expect(faultsOf(() => readChip(file, 'x.bin'))).toEqual(
      wrong.map((fault) => ({ ...fault, place: { file: 'x.bin', ...fault.place } })),
    );
  });
});

describe('canonical JSON', () => {
  it('is JSON of the same value with sorted keys and no spaces', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const canonical = canonicalJson(value);
        expect(canonicalJson(JSON.parse(canonical))).toBe(canonical);
        expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(canonicalJson({ b: [1, null], a: { d: 'x y', c: 1e-12 } })).toBe('{"a":{"c":1e-12,"d":"x y"},"b":[1,null]}');
  });
});
