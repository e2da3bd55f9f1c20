/** PNG files of every kind that is read, against an independent decoder, and files that are none. */
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import crc from 'crc-32';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { DiagnosticError } from '../../../isa/index.ts';
import { readPng } from '../../../library/data/png.ts';
import { cases } from '../../cases.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const GREY = 0;
const PALETTE = 3;
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Colour type and bits of a sample, as the format allows them; without 16 bits. */
const KINDS = [
  ...[1, 2, 4, 8].map((depth) => [GREY, depth] as const),
  ...[1, 2, 4, 8].map((depth) => [PALETTE, depth] as const),
  ...([2, 4, 6] as const).map((colourType) => [colourType, 8] as const),
];

function chunk(kind: string, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length);
  bytes.write(kind, 4, 'latin1');
  bytes.set(content, 8);
  bytes.writeInt32BE(crc.buf(bytes.subarray(4, 8 + content.length)), 8 + content.length);
  return bytes;
}

interface Drawn {
  readonly kind: (typeof KINDS)[number];
  readonly width: number;
  readonly height: number;
  readonly isInterlaced: boolean;
  readonly seed: number;
  readonly isOpaque: boolean;
  /** Chunks that have nothing to do with pixels. */
  readonly others: readonly Uint8Array[];
}

/** Columns and rows of the images that a file is made of. */
function passesOf({ width, height, isInterlaced }: Drawn): (readonly [columns: number, rows: number])[] {
  if (!isInterlaced) return [[width, height]];
  const starts = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]]; // prettier-ignore
  return starts
    .map(([x, y, across, down]) => [Math.ceil((width - x!) / across!), Math.ceil((height - y!) / down!)] as const)
    .filter(([columns, rows]) => columns > 0 && rows > 0);
}

/** Rows of random bytes behind random filters; alpha is 255 where it is to be opaque, which takes rows without a filter. */
function pixelsOf(drawn: Drawn): Buffer {
  const [colourType, depth] = drawn.kind;
  const samples = SAMPLES[colourType]!;
  const hasAlpha = colourType >= 4;
  let state = drawn.seed;
  const next = (most: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % most;
  };
  const rows = passesOf(drawn).flatMap(([columns, count]) =>
    Array.from({ length: count }, () => {
      const row = Buffer.from(Array.from({ length: Math.ceil((columns * samples * depth) / 8) }, () => next(256)));
      if (hasAlpha && drawn.isOpaque) for (let k = samples - 1; k < row.length; k += samples) row[k] = 255;
      return Buffer.concat([Buffer.from([hasAlpha && drawn.isOpaque ? 0 : next(5)]), row]);
    }),
  );
  return Buffer.concat(rows);
}

function fileOf(drawn: Drawn): Buffer {
  const { kind, width, height, isInterlaced, seed, isOpaque, others } = drawn;
  const [colourType, depth] = kind;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, Number(isInterlaced)], 8);
  const colours = Buffer.from(Array.from({ length: 3 * 2 ** depth }, (_, k) => (k * 37 + seed) & 255));
  const key = colourType === PALETTE ? Buffer.from([seed & 255]) : Buffer.alloc(colourType === GREY ? 2 : 6, 0);
  const data = deflateSync(pixelsOf(drawn));
  const half = data.length >> 1;
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...others.map((content) => chunk('zTXt', content)),
    ...(colourType === PALETTE ? [chunk('PLTE', colours)] : []),
    ...(isOpaque || colourType >= 4 ? [] : [chunk('tRNS', key)]),
    chunk('IDAT', data.subarray(0, half)),
    chunk('IDAT', data.subarray(half)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    width: fc.integer({ min: 1, max: 19 }),
    height: fc.integer({ min: 1, max: 12 }),
    isInterlaced: fc.boolean(),
    seed: fc.nat(),
    isOpaque: fc.boolean(),
    others: fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 2 }),
  })
  .map((one) => ({ ...one, isInterlaced: one.isInterlaced && one.kind[1] === 8 }));

const outcomeOf = async (bytes: Uint8Array): Promise<Uint8Array | string> => {
  try {
    return (await readPng(bytes, 'a.png')).rgba;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics.map(({ code, message }) => `${code} ${message}`).join();
  }
};

describe('PNG of every colour type, depth, filter and of both orders', () => {
  it('has the pixels that another decoder finds, or is refused since some are transparent', async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(drawn, async (one) => {
        const file = fileOf(one);
        const expected = PNG.sync.read(file).data;
        const isOpaque = expected.every((value, k) => k % 4 !== 3 || value === 255);
        const found = await outcomeOf(file);
        if (!isOpaque) expect(found).toMatch(/^E0606 .*transparent/);
        else expect(Buffer.from(found as Uint8Array).equals(expected)).toBe(true);
        read += Number(isOpaque);
      }),
      { numRuns: cases(150) },
    );
    expect(read).toBeGreaterThan(cases(150) / 4);
  });

  it('is read or refused with a numbered message where bytes differ', async () => {
    const change = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(drawn, fc.array(change, { minLength: 1, maxLength: 4 }), async (one, changes) => {
        const file = fileOf(one);
        for (const { at, value } of changes) file[SIGNATURE.length + (at % (file.length - SIGNATURE.length))] = value;
        const found = await outcomeOf(file);
        if (typeof found === 'string') expect(found).toMatch(/^E060[26] /);
      }),
      { numRuns: cases(150) },
    );
  });

  it('is not read with 16 bits, nor interlaced with fewer than 8', async () => {
    const base = { width: 3, height: 2, seed: 1, isOpaque: true, others: [], isInterlaced: false };
    const file = fileOf({ ...base, kind: [GREY, 8] });
    file[24] = 16;
    expect(await outcomeOf(file)).toMatch(/^E0606 .*16 bits/);
    expect(await outcomeOf(fileOf({ ...base, kind: [GREY, 4], isInterlaced: true }))).toMatch(/^E0606 interlaced/);
  });

  it('does not inflate texts and profiles, nor more pixels than there are to be', async () => {
    const bomb = deflateSync(Buffer.alloc(2 ** 26));
    const base = { width: 3, height: 2, seed: 1, isOpaque: true, isInterlaced: false, kind: [GREY, 8] as const };
    const profile = Buffer.concat([Buffer.from('name\0\0', 'latin1'), bomb]);
    const file = fileOf({ ...base, others: [] });
    const withProfile = Buffer.concat([file.subarray(0, 33), chunk('iCCP', profile), file.subarray(33)]);
    expect(await outcomeOf(withProfile)).toEqual(await outcomeOf(file));
    const end = file.indexOf('IDAT') - 4;
    const tooMany = Buffer.concat([file.subarray(0, end), chunk('IDAT', bomb), chunk('IEND', new Uint8Array(0))]);
    expect(await outcomeOf(tooMany)).toMatch(/^E0602 .*more pixels/);
  });
});
