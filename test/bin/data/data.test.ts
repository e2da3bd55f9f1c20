import { crc32, deflateSync, gzipSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { PNG } from 'pngjs';
import { matchesInput, openDataset, splitSampleSpec } from '../../../bin/data/index.ts';
import { DiagnosticError } from '../../../isa/index.ts';
import { itShared, sharedPath } from '../../shared.ts';
import { cifar, collect, fault, idx, npy, ramp, temporaryFolder } from './files.ts';

const { file, missing } = temporaryFolder();

const float32 = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const float64 = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);

function png(width: number, height: number, pixel: (k: number) => number[], options = {}): Buffer {
  const image = new PNG({ width, height });
  for (let k = 0; k < width * height; k++) image.data.set(pixel(k), 4 * k);
  return PNG.sync.write(image, options);
}

describe('IDX', () => {
  it.each(['plain', 'gzip'])('is read, %s, with the labels beside it, from any start', async (kind) => {
    const pack = (bytes: Buffer) => (kind === 'gzip' ? gzipSync(bytes) : bytes);
    const end = kind === 'gzip' ? '.gz' : '';
    const data = ramp(7 * 6);
    const path = file(`${kind}-images-idx3-ubyte${end}`, pack(idx([7, 2, 3], data)));
    file(`${kind}-labels-idx1-ubyte${end}`, pack(idx([7], Uint8Array.of(6, 5, 4, 3, 2, 1, 0))));
    const dataset = await openDataset(path, { expectedShape: [1, 2, 3] });
    expect([dataset.count, dataset.shape, dataset.labelled]).toEqual([7, [2, 3], true]);
    const all = await collect(dataset);
    expect(all).toEqual(
      Array.from({ length: 7 }, (_, k) => ({
        index: k,
        shape: [2, 3],
        values: data.slice(6 * k, 6 * k + 6),
        label: 6 - k,
      })),
    );
    for (let start = 0; start < 7; start++)
      expect(await collect(dataset, { start, limit: 2 })).toEqual(all.slice(start, start + 2));
  });

  it('finds labels that are compressed otherwise, and goes without where there are none', async () => {
    const path = file('mixed-images-idx3-ubyte', idx([2, 1, 1], ramp(2)));
    file('mixed-labels-idx1-ubyte.gz', gzipSync(idx([2], Uint8Array.of(8, 9))));
    expect((await collect(await openDataset(path))).map((s) => s.label)).toEqual([8, 9]);
    const alone = await openDataset(file('alone-images-idx3-ubyte', idx([2, 1, 1], ramp(2))));
    expect(alone.labelled).toBe(false);
    expect((await collect(alone))[0]).toEqual({ index: 0, shape: [1, 1], values: ramp(1) });
  });

  it('reads floats big-endian', async () => {
    const data = Buffer.alloc(8);
    data.writeFloatBE(1.5, 0);
    data.writeFloatBE(-2, 4);
    const [sample] = await collect(await openDataset(file('float-idx', idx([1, 2], data, 0x0d))));
    expect(sample!.values).toEqual(Float32Array.of(1.5, -2));
  });

  it('two iterations at once do not disturb each other', async () => {
    const dataset = await openDataset(file('twice.gz', gzipSync(idx([500, 4], ramp(2000)))));
    const expected = await collect(dataset);
    const [first, second] = await Promise.all([collect(dataset), collect(dataset, { start: 100 })]);
    expect(first).toEqual(expected);
    expect(second).toEqual(expected.slice(100));
  });

  it('reads no more of a gzip file than the header declares', async () => {
    const path = file('bomb.gz', gzipSync(Buffer.concat([idx([2, 3], ramp(6)), Buffer.alloc(2 ** 26)])));
    expect(await collect(await openDataset(path))).toHaveLength(2);
  });
});

describe('.npy and .npz', () => {
  it.each([
    ['|u1', Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(1, 2, 3, 4, 5, 6)],
    ['<f4', float32(0, -1.5, 2, 3, 4, 0.1), Float32Array.of(0, -1.5, 2, 3, 4, 0.1)],
    ['<f8', float64(0, -1.5, 2, 3, 4, 0.1), Float32Array.of(0, -1.5, 2, 3, 4, 0.1)],
    ['>f4', float32(0, -1.5, 2, 3, 4, 0.1).reverse(), Float32Array.of(0.1, 4, 3, 2, -1.5, 0)],
  ])('of type %s', async (descr, bytes, values) => {
    for (const version of [1, 2, 3]) {
      const bare = npy(descr, [1, 2, 3], bytes, { version });
      const one = await openDataset(file('one.npy', bare), { expectedShape: [1, 2, 3] });
      expect(await collect(one)).toEqual([{ index: 0, shape: [1, 2, 3], values }]);
      const archives = [zipSync({ 'a.npy': bare }, { level: 0 }), zipSync({ 'a.npy': bare }, { level: 9 })];
      for (const archive of archives)
        expect(await collect(await openDataset(file('a.npz', archive), { expectedShape: [1, 2, 3] }))).toEqual(
          await collect(one),
        );
    }
  });

  it('an array with one axis more than the input is a batch', async () => {
    const path = (shape: number[]) => file('shape.npy', npy('|u1', shape, ramp(shape.reduce((a, b) => a * b, 1))));
    const open = async (shape: number[], input: readonly [number, number, number]) => {
      const dataset = await openDataset(path(shape), { expectedShape: input });
      return [dataset.count, dataset.shape];
    };
    expect(await open([28, 28], [1, 28, 28])).toEqual([1, [28, 28]]);
    expect(await open([784], [1, 28, 28])).toEqual([1, [784]]);
    expect(await open([5, 784], [1, 28, 28])).toEqual([5, [784]]);
    expect(await open([5, 28, 28], [1, 28, 28])).toEqual([5, [28, 28]]);
    expect(await open([5, 1, 28, 28], [784, 1, 1])).toEqual([5, [1, 28, 28]]);
    expect(await open([3, 4, 4], [3, 4, 4])).toEqual([1, [3, 4, 4]]);
    expect(await open([3, 3, 4, 4], [3, 4, 4])).toEqual([3, [3, 4, 4]]);
    expect(await fault(() => open([2, 4, 3, 4], [3, 4, 4]))).toMatch(/E0603.*\[2, 4, 3, 4\]/);
    expect(await fault(() => open([5, 27, 28], [1, 28, 28]))).toContain('E0603');
    expect((await openDataset(path([6, 2]))).count).toBe(6);
    expect((await openDataset(path([6]))).count).toBe(1);
  });

  it('samples with their channels last are turned, where their shape tells', async () => {
    const samples = async (shape: number[], input: readonly [number, number, number]) => {
      const path = file('last.npy', npy('|u1', shape, ramp(shape.reduce((a, b) => a * b, 1))));
      return collect(await openDataset(path, { expectedShape: input }));
    };
    const [first, second] = await samples([2, 1, 3, 2], [2, 1, 3]);
    expect(first).toMatchObject({ shape: [2, 1, 3], values: Uint8Array.of(0, 2, 4, 1, 3, 5) });
    expect(second!.values).toEqual(Uint8Array.of(6, 8, 10, 7, 9, 11));
    expect((await samples([3, 2], [2, 1, 3]))[0]!.values).toEqual(Uint8Array.of(0, 2, 4, 1, 3, 5));
    // What fits as it is, is taken so.
    expect((await samples([2, 2, 2], [2, 2, 2]))[0]!.values).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7));
  });

  it('takes a named array of an archive, or its only one', async () => {
    const member = (value: number) => npy('|u1', [1], Uint8Array.of(value));
    const archive = zipSync({ 'readme.txt': ramp(70_000), 'x.npy': member(1), 'y.npy': member(2) });
    const path = file('named.npz', archive);
    const value = async (spec: string) => (await collect(await openDataset(spec)))[0]!.values[0];
    expect(await fault(() => value(path))).toMatch(/E0606.*2 arrays: x, y[^]*name one of them: named\.npz:x/);
    expect(await value(`${path}:x`)).toBe(1);
    expect(await value(file('single.npz', zipSync({ 'readme.txt': ramp(70_000), 'x.npy': member(1) })))).toBe(1);
    expect(await value(`${path}:y`)).toBe(2);
    expect(await value(`${path}:x.npy`)).toBe(1);
    expect(await fault(() => openDataset(`${path}:z`))).toMatch(/E0606.*no array z[^]*x\.npy, y\.npy/);
    expect(await fault(() => openDataset(`${file('b.npy', member(3))}:x`))).toContain('E0606');
    expect(await fault(() => openDataset(file('none.npz', zipSync({ 'a.txt': ramp(9) }))))).toContain('E0606');
  });

  it('refuses what it would have to guess about', async () => {
    const open = (bytes: Uint8Array) => fault(async () => collect(await openDataset(file('odd.npy', bytes))));
    expect(await open(npy('<c8', [1], ramp(8)))).toMatch(/E0606.*c8/);
    expect(await open(npy('|u1', [], ramp(1)))).toContain('E0606');
    expect(await open(npy('|u1', [2, 0], ramp(0)))).toContain('E0606');
    expect(await open(npy('|u1', [1], ramp(1), { version: 4 }))).toContain('E0606');
    expect(await open(npy('<f4', [2], float32(1, NaN)))).toMatch(/E0602.*element 1/);
    expect(await open(npy('<f8', [1], float64(1e300)))).toContain('E0602');
    expect(await open(npy('|u1', [1e20], ramp(1)))).toContain('E0602');
    expect(await open(npy('|u1', [2 ** 40, 2 ** 40], ramp(1)))).toContain('E0602');
  });
});

describe('CIFAR-10 binary', () => {
  it('is recognised by its size and labels', async () => {
    const path = file('batch.bin', cifar([3, 9, 0]));
    const dataset = await openDataset(path, { expectedShape: [3, 32, 32] });
    expect([dataset.count, dataset.shape, dataset.labelled]).toEqual([3, [3, 32, 32], true]);
    const samples = await collect(dataset, { start: 1 });
    expect(samples.map((s) => [s.index, s.label])).toEqual([
      [1, 9],
      [2, 0],
    ]);
    expect(samples[0]!.values).toEqual(ramp(3072).map((b) => b + 1));
  });

  it('also where the first pixels look like an IDX signature', async () => {
    const bytes = cifar([0, 1]);
    bytes.set([0, 0, 8, 3]);
    expect((await openDataset(file('black.bin', bytes))).shape).toEqual([3, 32, 32]);
  });

  it('names the record whose label is no class', async () => {
    const labels = Array.from({ length: 30 }, (_, k) => (k === 25 ? 77 : 1));
    const dataset = await openDataset(file('label.bin', cifar(labels)));
    expect(await fault(() => collect(dataset))).toMatch(/E0602.*record 25 has the label 77/);
    expect(await fault(() => openDataset(file('other.bin', cifar([10]))))).toContain('E0601');
  });
});

/** The PNG with other bytes in its IDAT chunk; the checksum is right. */
function withPixels(image: Buffer, change: (compressed: Buffer) => Uint8Array): Buffer {
  const at = image.indexOf('IDAT') - 4;
  const length = image.readUInt32BE(at);
  const data = change(image.subarray(at + 8, at + 8 + length));
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length);
  chunk.write('IDAT', 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return Buffer.concat([image.subarray(0, at), chunk, image.subarray(at + 12 + length)]);
}

describe('PNG', () => {
  const colour = (k: number) => [k, 2 * k, 255 - k, 255];

  it.each<[string, (compressed: Buffer) => Uint8Array]>([
    ['are missing', () => new Uint8Array(0)],
    ['are not compressed data', () => Buffer.from('12345678')],
    ['end early', (compressed) => compressed.subarray(0, compressed.length - 6)],
    ['are too few', (compressed) => deflateSync(inflateSync(compressed).subarray(0, 20))],
    ['are too many', (compressed) => deflateSync(Buffer.concat([inflateSync(compressed), Buffer.alloc(1000)]))],
  ])('is refused where pixels %s', async (what, change) => {
    const image = png(8, 8, colour, { colorType: 2 });
    expect(
      (
        await openDataset(
          file(
            'whole.png',
            withPixels(image, (compressed) => compressed),
          ),
        )
      ).count,
    ).toBe(1);
    const path = file(`pixels ${what}.png`, withPixels(image, change));
    expect(await fault(() => openDataset(path))).toContain('error[E0602]: the PNG ');
  });

  it('becomes grey or RGB as the input wants', async () => {
    const path = file('colour.png', png(3, 2, colour, { colorType: 2 }));
    const rgb = await collect(await openDataset(path));
    expect(rgb).toEqual([
      {
        index: 0,
        shape: [3, 2, 3],
        values: Uint8Array.of(0, 1, 2, 3, 4, 5, 0, 2, 4, 6, 8, 10, 255, 254, 253, 252, 251, 250),
      },
    ]);
    const luma = Uint8Array.from({ length: 6 }, (_, k) =>
      Math.floor(0.299 * k + 0.587 * 2 * k + 0.114 * (255 - k) + 0.5),
    );
    for (const options of [
      { channelsWanted: 1 },
      { expectedShape: [1, 2, 3] as const },
      { expectedShape: [6, 1, 1] as const },
    ])
      expect((await collect(await openDataset(path, options)))[0]).toEqual({ index: 0, shape: [2, 3], values: luma });
    const grey = file(
      'grey.png',
      png(2, 2, (k) => [k, k, k, 255], { colorType: 0 }),
    );
    expect((await openDataset(grey)).shape).toEqual([2, 2]);
    const repeated = await collect(await openDataset(grey, { expectedShape: [3, 2, 2] }));
    expect(repeated[0]!.values).toEqual(Uint8Array.of(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3));
  });

  it('refuses transparency, wrong sizes and hostile headers', async () => {
    expect(
      await fault(() =>
        openDataset(
          file(
            't.png',
            png(1, 1, () => [0, 0, 0, 7]),
          ),
        ),
      ),
    ).toMatch(/E0606.*transparent/);
    const good = png(2, 2, colour);
    expect(await fault(() => openDataset(file('s.png', good), { expectedShape: [1, 3, 3] }))).toContain('E0603');
    expect(await fault(() => openDataset(file('c.png', good), { expectedShape: [2, 2, 2] }))).toContain('E0603');
    const patched = (at: number, value: number) => {
      const bytes = Buffer.from(good);
      bytes[at] = value;
      return fault(() => openDataset(file('p.png', bytes)));
    };
    expect(await patched(16, 0x7f)).toMatch(/E0606.*pixels/);
    expect(await patched(24, 16)).toMatch(/E0606.*16 bits/);
    expect(await patched(28, 1)).toMatch(/E0602.*needs/);
    expect(
      await fault(() => openDataset(file('h.png', Buffer.concat([good.subarray(0, 33), good.subarray(8)])))),
    ).toMatch(/E0602.*one header/);
    expect(await fault(() => openDataset(file('cut.png', good.subarray(0, 50))))).toMatch(/E0602.*offset 0x/);
  });
});

describe('labels', () => {
  const images = () => file('labelled.npy', npy('|u1', [3, 2], ramp(6)));
  const labelsOf = async (labels: string) =>
    (await collect(await openDataset(images(), { labels }), { start: 1 })).map((s) => s.label);

  it('come from IDX, .npy or text', async () => {
    expect(await labelsOf(file('l.idx', idx([3], Uint8Array.of(7, 8, 9))))).toEqual([8, 9]);
    expect(await labelsOf(file('l.npy', npy('<i8', [3], new Uint8Array(BigInt64Array.of(7n, 8n, 9n).buffer))))).toEqual(
      [8, 9],
    );
    expect(await labelsOf(file('l2.npy', npy('>i2', [3, 1], Uint8Array.of(0, 7, 0, 8, 1, 0))))).toEqual([8, 256]);
    for (const text of ['7\n8\n9', '7\r\n8\r\n9\r\n', ' 7\n8 \n9\n\n'])
      expect(await labelsOf(file('l.txt', text))).toEqual([8, 9]);
  });

  it('that do not fit are E0604 or E0606 with the place', async () => {
    expect(await fault(() => labelsOf(file('few.idx', idx([2], Uint8Array.of(7, 8)))))).toMatch(
      /E0604.*2 labels for 3/,
    );
    expect(await fault(() => labelsOf(file('few.txt', '1\n2\n')))).toMatch(/E0604.*2 labels for 3/);
    expect(await fault(() => labelsOf(file('many.txt', '1\n2\n3\n4\n')))).toMatch(/E0604.*4 labels for 3/);
    expect(await fault(() => labelsOf(file('word.txt', '1\ncat\n3\n')))).toMatch(/E0604.*"cat".*:2/);
    expect(await fault(() => labelsOf(file('gap.txt', '1\n\n3\n')))).toMatch(/E0604.*:2/);
    expect(await fault(() => labelsOf(file('minus.npy', npy('|i1', [3], Uint8Array.of(1, 255, 1)))))).toMatch(
      /E0604.*-1/,
    );
    expect(await fault(() => labelsOf(file('f.npy', npy('<f4', [3], float32(1, 2.5, 3)))))).toMatch(
      /E0604.*2\.5 is not/,
    );
    expect(await fault(() => labelsOf(file('matrix.npy', npy('|u1', [3, 2], ramp(6)))))).toContain('E0606');
    expect(await fault(() => labelsOf(missing('no-labels')))).toContain('E0101');
  });
});

describe('faults', () => {
  it('of files and ranges have their codes', async () => {
    expect(await fault(() => openDataset(missing('nothing.npy')))).toContain('E0101');
    expect(await fault(() => openDataset('/dev/null'))).toMatch(/E0101.*not a regular file/);
    expect(await fault(() => openDataset(file('text', 'hello world, this is no data')))).toContain('E0601');
    expect(await fault(() => openDataset(file('empty', '')))).toContain('E0601');
    expect(await fault(() => openDataset(file('text.gz', gzipSync('hello world'))))).toContain('E0601');
    expect(
      await fault(() => openDataset(file('graph.nir', Buffer.from('\x89HDF\r\n\x1a\n........', 'latin1')))),
    ).toMatch(/E0606.*HDF5/);
    expect(await fault(() => openDataset(file('labels', idx([5], ramp(5)))))).toMatch(/E0606.*labels/);
    const dataset = await openDataset(file('three', idx([3, 2], ramp(6))));
    expect(await fault(() => collect(dataset, { start: 3 }))).toMatch(/E0605.*no sample 3/);
    expect(await collect(dataset, { start: 2, limit: 9 })).toHaveLength(1);
    expect(await collect(dataset, { limit: 0 })).toHaveLength(0);
  });

  it('a truncated file is E0602, never fewer samples', async () => {
    const whole = { a: idx([4, 3], ramp(12)), b: npy('<f4', [4, 2], float32(1, 2, 3, 4, 5, 6, 7, 8)) };
    const packed = [
      whole.a,
      whole.b,
      gzipSync(whole.a),
      gzipSync(whole.b),
      zipSync({ 'a.npy': whole.b }),
      zipSync({ 'a.npy': whole.b }, { level: 0 }),
    ];
    for (const [k, bytes] of packed.entries())
      for (let length = 20; length < bytes.length; length += 3) {
        const outcome = await collect(await openDataset(file(`cut${k}`, bytes))).then((s) => s.length);
        expect(outcome).toBe(4);
        let samples: number | string;
        try {
          samples = (await collect(await openDataset(file(`cut${k}`, bytes.subarray(0, length))))).length;
        } catch (error) {
          expect(error).toBeInstanceOf(DiagnosticError);
          samples = (error as DiagnosticError).diagnostics[0]!.code;
        }
        // The directory at the end of an archive and the checksum of gzip may be missing; the samples may not.
        expect([4, 'E0602', 'E0606']).toContain(samples);
        if (k < 2) expect(samples).toBe('E0602');
      }
  });

  it('mutated bytes of every format are read or refused, never a crash', async () => {
    const seeds = [
      idx([4, 3, 2], ramp(24)),
      gzipSync(idx([4, 3, 2], ramp(24))),
      npy('<f4', [2, 3], float32(1, 2, 3, 4, 5, 6)),
      zipSync({ 'a.npy': npy('|u1', [4, 3], ramp(12)), 'b.npy': npy('<f8', [2], float64(1, 2)) }),
      cifar([1, 2]),
      png(4, 3, (k) => [k, k, 0, 255]),
    ];
    const mutation = fc.record({
      seed: fc.nat(seeds.length - 1),
      changes: fc.array(fc.record({ at: fc.nat(400), value: fc.nat(255) }), { minLength: 1, maxLength: 4 }),
      length: fc.option(fc.nat(400)),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ seed, changes, length }) => {
        let bytes = Buffer.from(seeds[seed]!);
        for (const { at, value } of changes) bytes[at % bytes.length] = value;
        if (length !== null) bytes = bytes.subarray(0, length);
        const path = file('mutated', bytes);
        try {
          const dataset = await openDataset(path, { labels: path });
          let count = 0;
          for await (const sample of dataset.samples({ limit: 5 })) {
            count++;
            expect(sample.values).toHaveLength(dataset.shape.reduce((a, b) => a * b, 1));
          }
          expect(count).toBe(Math.min(5, dataset.count));
        } catch (error) {
          if (!(error instanceof DiagnosticError)) throw error;
          expect(error.diagnostics[0]!.code).toMatch(/^E060[1-6]$/);
        }
        try {
          await collect(await openDataset(path), { limit: 5 });
        } catch (error) {
          if (!(error instanceof DiagnosticError)) throw error;
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('helpers', () => {
  it('splitSampleSpec takes the index off', async () => {
    expect(splitSampleSpec('a.npy#12')).toEqual({ data: 'a.npy', index: 12 });
    expect(splitSampleSpec('a.npz:x#0')).toEqual({ data: 'a.npz:x', index: 0 });
    for (const spec of ['a.npy', 'a#b', 'a#', '#3', 'a#-1']) expect(splitSampleSpec(spec)).toEqual({ data: spec });
    expect(await fault(() => Promise.resolve().then(() => splitSampleSpec('a#99999999999999999999')))).toContain(
      'E0605',
    );
  });

  it('matchesInput ignores dimensions of 1 and flat vectors, nothing else', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
        (input) => {
          const squeezed = input.filter((n) => n > 1);
          const size = input[0] * input[1] * input[2];
          for (const shape of [input, squeezed, [size], [1, ...input], [1, size]])
            expect(matchesInput(shape, input)).toBe(true);
          expect(matchesInput([...squeezed, 2], input)).toBe(false);
          const turned = squeezed.toReversed();
          if (squeezed.length > 1 && turned.some((n, k) => n !== squeezed[k]))
            expect(matchesInput(turned, input)).toBe(false);
        },
      ),
    );
  });
});

describe('the data beside the project', () => {
  itShared('MNIST: 2,000 labelled samples, the same from any start', async () => {
    const dataset = await openDataset(sharedPath('data', 'mnist', 'test-2k-images-idx3-ubyte.gz')!, {
      expectedShape: [1, 28, 28],
    });
    expect([dataset.count, dataset.shape, dataset.labelled]).toEqual([2000, [28, 28], true]);
    const all = await collect(dataset);
    expect(all.slice(0, 5).map((s) => s.label)).toEqual([7, 2, 1, 0, 4]);
    expect(await collect(dataset, { start: 1990 })).toEqual(all.slice(1990));
  });

  itShared('CIFAR-10: 2,000 labelled samples', async () => {
    const dataset = await openDataset(sharedPath('data', 'cifar10', 'test-2k.bin')!, { expectedShape: [3, 32, 32] });
    const samples = await collect(dataset);
    expect(samples).toHaveLength(2000);
    expect(new Set(samples.map((s) => s.label)).size).toBe(10);
  });
});
