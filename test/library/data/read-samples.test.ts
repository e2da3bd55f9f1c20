/** Samples from bytes in memory: the same as from a file of these bytes, and never anything but a diagnostic where there are none. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { encode } from 'jpeg-js';
import { PNG } from 'pngjs';
import { openDataset } from '../../../bin/data/index.ts';
import { DiagnosticError, type Sample } from '../../../isa/index.ts';
import { memorySource } from '../../../library/data/memory.ts';
import { readSamples, type ReadSettings } from '../../../library/index.ts';
import { cifar, collect, fault, idx, npy, ramp, temporaryFolder } from '../../bin/data/files.ts';

const { file } = temporaryFolder();

/** Everything that is said of data, or the diagnostic. */
interface Outcome {
  readonly data?: { count: number; shape: readonly number[]; isLabelled: boolean; notes: readonly string[] };
  readonly samples?: readonly Sample[];
  readonly fault?: string;
}

async function outcomeOf(read: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DiagnosticError) return { fault: error.message };
    throw error;
  }
}

async function all(samples: AsyncIterable<Sample>): Promise<Sample[]> {
  const list: Sample[] = [];
  for await (const sample of samples) list.push(sample);
  return list;
}

const fromMemory = (bytes: Uint8Array, settings: ReadSettings): Promise<Outcome> =>
  outcomeOf(async () => {
    const { samples, ...data } = await readSamples(bytes, settings);
    return { data, samples: await all(samples) };
  });

/** Files are called as memory is, so that their diagnostics have to be the same, too. */
const fromFile = (path: string, labels: string | undefined, settings: ReadSettings): Promise<Outcome> =>
  outcomeOf(async () => {
    const { shape, layout, member } = settings;
    const dataset = await openDataset(member === undefined ? path : `${path}:${member}`, {
      ...(labels !== undefined && { labels }),
      ...(shape !== undefined && { expectedShape: shape }),
      layout,
    });
    const { count, labelled, notes } = dataset;
    return { data: { count, shape: dataset.shape, isLabelled: labelled, notes }, samples: await collect(dataset) };
  });

const IDX_TYPES = { u1: 0x08, i1: 0x09, i2: 0x0b, i4: 0x0c, f4: 0x0d, f8: 0x0e } as const;
const product = (shape: readonly number[]): number => shape.reduce((total, size) => total * size, 1);
/** No exponent has all its bits set, so that floats are finite. */
const SAFE_BYTE = { max: 0x3f };

interface Stored {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly settings: ReadSettings;
}

const stored: fc.Arbitrary<Stored> = fc
  .record({
    format: fc.constantFrom('idx', 'npy', 'npz'),
    type: fc.constantFrom('u1', 'i1', 'i2', 'i4', 'f4', 'f8', 'u2', 'i8', 'f2', 'b1'),
    bigEndian: fc.boolean(),
    fortran: fc.boolean(),
    isGzip: fc.boolean(),
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    network: fc.constantFrom('none', 'same', 'channels last', 'flat', 'other'),
    layout: fc.constantFrom(undefined, 'nchw' as const, 'nhwc' as const),
    isNamed: fc.boolean(),
  })
  .chain((kind) => {
    const type = kind.format === 'idx' && !(kind.type in IDX_TYPES) ? 'u1' : kind.type;
    const length = product(kind.shape) * Number(type[1]);
    return fc.uint8Array({ minLength: length, maxLength: length, ...SAFE_BYTE }).map((data): Stored => {
      const { shape, network, layout, format } = kind;
      const one = shape.slice(1);
      const inputs = { none: undefined, same: one, flat: [product(one), 1, 1], other: [7, 1, 1] };
      const input = network === 'channels last' ? [one.at(-1) ?? 1, ...one.slice(0, -1)] : inputs[network];
      const array = npy(`${kind.bigEndian ? '>' : '<'}${type}`, shape, data, { fortran: kind.fortran });
      const plain =
        format === 'idx'
          ? idx(shape, data, IDX_TYPES[type as keyof typeof IDX_TYPES])
          : format === 'npy'
            ? array
            : zipSync({ 'x.npy': array, ...(kind.isNamed && { 'y.npy': npy('|u1', [shape[0]!], ramp(shape[0]!)) }) });
      return {
        name: `data.${format}`,
        bytes: kind.isGzip && format !== 'npz' ? gzipSync(plain) : plain,
        settings: {
          ...(input !== undefined && { shape: input }),
          ...(layout !== undefined && { layout }),
          ...(format === 'npz' && kind.isNamed && { member: 'x' }),
        },
      };
    });
  });

const labelFile = fc
  .record({
    format: fc.constantFrom('idx', 'npy', 'text'),
    values: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
    isGzip: fc.boolean(),
  })
  .map(({ format, values, isGzip }) => {
    const data = Uint8Array.from(values);
    const [idxFile, npyFile] = [idx([values.length], data), npy('|u1', [values.length], data)];
    const plain = format === 'idx' ? idxFile : format === 'npy' ? npyFile : Buffer.from(`${values.join('\n')}\n`);
    return isGzip ? gzipSync(plain) : plain;
  });

describe('samples from memory', () => {
  it('are those of a file with these bytes, whatever array it holds, and so are its diagnostics', async () => {
    const seen = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(stored, fc.option(labelFile, { nil: undefined }), async ({ name, bytes, settings }, labels) => {
        const path = file(name, bytes);
        const labelsName = labels && file('labels', labels);
        const there = await fromFile(path, labelsName, settings);
        const named = { ...settings, name: path, ...(labels && { labels, labelsName: labelsName! }) };
        expect(await fromMemory(bytes, named)).toEqual(there);
        seen[there.fault === undefined ? 'read' : 'refused']++;
      }),
      { numRuns: 100 },
    );
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(10);
  });

  it('of tables, CIFAR-10, PNG and JPEG are those of files, too', async () => {
    const grey = new PNG({ width: 5, height: 4, colorType: 0 });
    grey.data.fill(255);
    const jpeg = encode({ width: 8, height: 8, data: Buffer.alloc(256, 200) }, 95).data;
    const files: readonly (readonly [string, Uint8Array | string, ReadSettings])[] = [
      ['a.csv', 'a;label;b\n1;ant;2\n3;"be\ne";4\n', {}],
      ['b.CSV', '1,2,3,4\n5,6,7,8\n', { shape: [1, 2, 2] }],
      ['c.csv', '1,2,3,4,5,6,7,8\n', { shape: [2, 2, 2], layout: 'nhwc' }],
      ['d.csv', 'a,y\n1,0.5\n', {}],
      ['e.csv', '1,2\n3,x\n', {}],
      ['f.csv', '1,"2\n', {}],
      ['g.csv', Buffer.from('\uFEFF1,2\n', 'utf16le'), {}],
      ['h.csv', '', {}],
      ['cifar.bin', cifar([3, 1, 9]), { shape: [3, 32, 32] }],
      ['damaged.bin', Buffer.concat([cifar(Array.from({ length: 16 }, () => 1)), Buffer.alloc(3073, 77)]), {}],
      ['a.png', PNG.sync.write(grey), { shape: [1, 4, 5] }],
      ['b.png', PNG.sync.write(grey), { shape: [3, 4, 5] }],
      ['half.png', PNG.sync.write(grey).subarray(0, 60), {}],
      ['clear.png', PNG.sync.write(new PNG({ width: 2, height: 2 })), {}],
      ['a.jpg', jpeg, { shape: [1, 8, 8] }],
      ['b.jpg', jpeg, { shape: [3, 8, 8] }],
      ['half.jpg', jpeg.subarray(0, 300), {}],
      ['unknown', 'what is this', {}],
      ['nothing', '', {}],
      ['vector.idx', idx([3], ramp(3)), {}],
      ['several.npz', zipSync({ 'a.npy': npy('|u1', [1], ramp(1)) }), { member: 'b' }],
    ];
    for (const [name, content, settings] of files) {
      const path = file(name, content);
      const there = await fromFile(path, undefined, settings);
      const text = (outcome: Outcome) =>
        JSON.stringify(outcome).replace(', or a folder with a sub-folder per class', '');
      expect(text(await fromMemory(Buffer.from(content), { ...settings, name: path }))).toBe(
        text(there).replace('PNG, JPEG, a .csv', 'PNG, JPEG or a .csv'),
      );
    }
  });

  it('can be gone through several times, also at once', async () => {
    const { count, isLabelled, samples } = await readSamples(gzipSync(idx([500, 4], ramp(2000))));
    const [first, second] = await Promise.all([all(samples), all(samples)]);
    expect([count, isLabelled, first.length]).toEqual([500, false, 500]);
    expect(second).toEqual(first);
    for await (const { index } of samples) if (index === 1) break;
    expect(await all(samples)).toEqual(first);
  });

  it('name the arrays of an archive as a setting does', async () => {
    const archive = zipSync({ 'a.npy': npy('|u1', [1], ramp(1)), 'b.npy': npy('|u1', [1], ramp(1)) });
    expect(await fault(() => readSamples(archive))).toMatch(/E0606.*a, b[^]*member: "a"/);
  });
});

describe('compressed bytes', () => {
  it('are inflated no further than they are read', async () => {
    const bomb = gzipSync(Buffer.concat([idx([2, 3], ramp(6)), Buffer.alloc(2 ** 22)]));
    expect(await all((await readSamples(bomb)).samples)).toHaveLength(2);
    for await (const chunk of memorySource(bomb, 'bomb').inflated()) {
      expect(chunk.length).toBeLessThan(2 ** 21);
      break;
    }
    const endless = gzipSync(Buffer.alloc(2 ** 22));
    expect(await fault(() => readSamples(endless))).toContain('E0601');
    expect(await fault(() => readSamples(idx([1, 1], ramp(1)), { labels: endless }))).toMatch(/E0604.*not a class/);
  });

  it('of several members are one file', async () => {
    const whole = idx([5, 3], ramp(15));
    const members = Buffer.concat([whole.subarray(0, 9), whole.subarray(9)].map((part) => gzipSync(part)));
    const { samples } = await readSamples(members);
    expect((await all(samples)).flatMap(({ values }) => [...values])).toEqual([...ramp(15)]);
  });

  it('that end early or are damaged are a diagnostic', async () => {
    const whole = gzipSync(
      idx(
        [4, 500],
        Uint8Array.from({ length: 2000 }, (_, k) => (k * k * 7) % 251),
      ),
    );
    for (const cut of [3, 12, 60, whole.length >> 1])
      expect(await fault(async () => all((await readSamples(whole.subarray(0, cut))).samples))).toMatch(/E060[12]/);
    const damaged = Buffer.from(whole).fill(0xff, 40, 60);
    expect(await fault(async () => all((await readSamples(damaged)).samples))).toContain('E0602');
  });
});

describe('hostile bytes', () => {
  it('are samples or diagnostics, never anything else', async () => {
    const noise = Uint8Array.from({ length: 60 }, (_, k) => (k * k * 7) % 251);
    const array = npy('|u1', [4, 3, 5], noise);
    const good: readonly (readonly [string, Uint8Array])[] = [
      ['a', idx([4, 3, 5], noise)],
      ['a', gzipSync(idx([4, 3, 5], noise))],
      ['a', array],
      ['a', gzipSync(array)],
      ['a', npy('<f4', [5, 3], noise, { fortran: true })],
      ['a', zipSync({ 'a.npy': array })],
      ['a', zipSync({ 'a.npy': array }, { level: 0 })],
      ['a', cifar([1])],
      ['a.csv', Buffer.from('a,label,"b"\n1,x,2\n3,y,4e-1\n')],
    ];
    const change = fc.tuple(fc.nat(), fc.nat(255));
    const changes = fc.array(change, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...good),
        changes,
        fc.nat(),
        fc.boolean(),
        async ([name, bytes], at, cut, isLabels) => {
          const bad = Buffer.from(bytes);
          for (const [place, value] of at) bad[place % Math.min(bad.length, 300)] = value;
          const end = cut % 3 === 0 ? cut % bad.length : bad.length;
          const hostile = bad.subarray(0, end);
          const { fault: told = 'E06' } = isLabels
            ? await fromMemory(idx([4, 1], ramp(4)), { labels: hostile })
            : await fromMemory(hostile, { name });
          expect(told).toMatch(/E06/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
