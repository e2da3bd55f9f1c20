/** Data as people have them: tables, folders, JPEG, channels last, arrays of any type and order. */
import { mkdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { encode } from 'jpeg-js';
import { PNG } from 'pngjs';
import { type DatasetOptions, openDataset } from '../../../bin/data/index.ts';
import { DiagnosticError } from '../../../isa/index.ts';
import { collect, fault, idx, npy, ramp, temporaryFolder } from './files.ts';

const { file, missing } = temporaryFolder();

const all = async (path: string, options: DatasetOptions = {}) => collect(await openDataset(path, options));
const bytesOf = (values: { buffer: ArrayBufferLike }) => new Uint8Array(values.buffer);
const float32 = (...values: number[]) => bytesOf(Float32Array.from(values));
const pixels = (width: number, height: number, value: (k: number) => number) => {
  const data = Buffer.alloc(4 * width * height, 255);
  for (let k = 0; k < width * height; k++) data.fill(value(k), 4 * k, 4 * k + 3);
  return { width, height, data };
};
const jpeg = (value: number) =>
  encode(
    pixels(8, 8, () => value),
    95,
  ).data;
const png = (value: number): Buffer => {
  const image = new PNG({ width: 8, height: 8 });
  image.data = pixels(8, 8, () => value).data;
  return PNG.sync.write(image);
};

function folder(name: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(missing(`${name}/${path.split('/').slice(0, -1).join('/')}`), { recursive: true });
    file(`${name}/${path}`, content);
  }
  return missing(name);
}

describe('arrays', () => {
  it.each([
    ['<f2', bytesOf(Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x0001)), [1, -2, Math.fround(1365 / 4096), 2 ** -24]],
    ['|b1', Uint8Array.of(0, 1, 1, 0), [0, 1, 1, 0]],
    ['<i8', bytesOf(BigInt64Array.of(3n, -4n, 0n, 255n)), [3, -4, 0, 255]],
    ['>i2', Uint8Array.of(1, 0, 255, 255, 0, 0, 0, 7), [256, -1, 0, 7]],
  ])('of type %s are numbers', async (descr, bytes, values) => {
    const path = file('type.npy', npy(descr, [2, 2], bytes));
    expect((await all(path)).flatMap((sample) => [...sample.values])).toEqual(values);
    const { notes } = await openDataset(path);
    expect(notes.length).toBe(/i[248]/.test(descr) ? 1 : 0);
  });

  it('in the order of Fortran are the same samples', async () => {
    const shape = [3, 2, 4];
    const inC = Float32Array.from({ length: 24 }, (_, k) => k);
    const inFortran = new Float32Array(24);
    for (let a = 0, k = 0; a < 3; a++)
      for (let b = 0; b < 2; b++) for (let c = 0; c < 4; c++) inFortran[a + 3 * (b + 2 * c)] = inC[k++]!;
    const plain = await all(file('c.npy', npy('<f4', shape, bytesOf(inC))));
    const turned = await openDataset(file('f.npy', npy('<f4', shape, bytesOf(inFortran), { fortran: true })));
    expect(await collect(turned)).toEqual(plain);
    expect(await collect(turned, { start: 2 })).toEqual(plain.slice(2));
    expect(
      await fault(() =>
        openDataset(file('big.npy', npy('|u1', [2 ** 15, 2 ** 15], new Uint8Array(8), { fortran: true }))),
      ),
    ).toContain('E0602');
  });

  it('--layout turns what the shape does not tell, and refuses what is not so', async () => {
    const expectedShape = [2, 2, 2];
    const path = file('cube.npy', npy('|u1', [1, 2, 2, 2], ramp(8)));
    const values = async (layout?: 'nchw' | 'nhwc') => [...(await all(path, { expectedShape, layout }))[0]!.values];
    expect(await values()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await values('nchw')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await values('nhwc')).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
    const row = file('row.npy', npy('|u1', [1, 8], ramp(8)));
    expect([...(await all(row, { expectedShape, layout: 'nhwc' }))[0]!.values]).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
    const idxFile = file('cube.idx', idx([1, 2, 2, 2], ramp(8)));
    expect([...(await all(idxFile, { expectedShape, layout: 'nhwc' }))[0]!.values]).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
    const idxFirst = file('first.idx', idx([1, 2, 3, 3], ramp(18)));
    expect(await fault(() => all(idxFirst, { expectedShape: [2, 3, 3], layout: 'nhwc' }))).toContain('E0603');
    const grey = file('grey.npy', npy('|u1', [3, 2, 2], ramp(12)));
    expect(await all(grey, { expectedShape: [1, 2, 2], layout: 'nhwc' })).toEqual(
      await all(grey, { expectedShape: [1, 2, 2] }),
    );
    const first = file('first.npy', npy('|u1', [1, 2, 3, 3], ramp(18)));
    expect(await fault(() => all(first, { expectedShape: [2, 3, 3], layout: 'nhwc' }))).toContain('E0603');
    const last = file('last.npy', npy('|u1', [1, 3, 3, 2], ramp(18)));
    expect(await fault(() => all(last, { expectedShape: [2, 3, 3], layout: 'nchw' }))).toContain('E0603');
  });
});

describe('archives', () => {
  const archive = zipSync({
    'x_train.npy': npy('|u1', [2, 3], ramp(6)),
    'y_train.npy': npy('|u1', [2], Uint8Array.of(1, 0)),
    'x_test.npy': npy('|u1', [3, 3], ramp(9)),
    'y_test.npy': npy('<i8', [3], bytesOf(BigInt64Array.of(2n, 1n, 0n))),
    'test_images.npy': npy('|u1', [1, 3], ramp(3)),
    'test_labels.npy': npy('|u1', [2], ramp(2)),
  });

  it('bring the labels that go with an array, which is said', async () => {
    const path = file('both.npz', archive);
    const test = await openDataset(`${path}:x_test`);
    expect((await collect(test)).map(({ label }) => label)).toEqual([2, 1, 0]);
    expect(test.notes).toEqual(['the labels are y_test of the same archive, unless others are given']);
    expect((await all(`${path}:x_train.npy`)).map(({ label }) => label)).toEqual([1, 0]);
    const other = await openDataset(`${path}:x_test`, { labels: file('own.txt', '0\n0\n0\n') });
    expect((await collect(other)).map(({ label }) => label)).toEqual([0, 0, 0]);
    const images = await openDataset(`${path}:test_images`);
    expect([images.labelled, images.notes]).toEqual([
      false,
      ['test_labels of the archive is not taken as labels: it has 2 for 1 samples'],
    ]);
    expect((await openDataset(`${path}:y_test`)).labelled).toBe(false);
  });
});

describe('images', () => {
  it('JPEG is decoded, grey where the input is', async () => {
    const path = file('a.jpg', jpeg(200));
    const [grey] = await all(path, { expectedShape: [1, 8, 8] });
    expect(grey!.shape).toEqual([8, 8]);
    for (const value of grey!.values) expect(Math.abs(value - 200)).toBeLessThan(4);
    expect((await all(path, { expectedShape: [3, 8, 8] }))[0]!.values).toHaveLength(192);
    expect(await fault(() => openDataset(path, { expectedShape: [1, 9, 9] }))).toContain('E0603');
  });

  it('whatever the bytes of a JPEG are, there is an image or a diagnostic', async () => {
    const good = encode(
      pixels(16, 16, (k) => (k * 37) % 256),
      80,
    ).data;
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(good.length), async (changes, cut) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        // The signature stays, so that it is the decoder that is tried.
        bytes.set([0xff, 0xd8, 0xff]);
        const path = file('mutated.jpg', cut < 40 ? bytes : bytes.subarray(0, cut));
        const codes = await all(path).then(
          () => [],
          (error: unknown) => (error instanceof DiagnosticError ? error.diagnostics.map(({ code }) => code) : [error]),
        );
        for (const code of codes) expect(String(code)).toMatch(/^E060[236]$/);
      }),
      { numRuns: 150 },
    );
  });

  it('a folder with a sub-folder per class, a table of them, and a pattern are the same samples', async () => {
    const path = folder('zoo', { 'cat/1.png': png(10), 'cat/2.jpg': jpeg(20), 'dog/3.png': png(30), 'flat/x.txt': '' });
    const input = { expectedShape: [1, 8, 8] };
    const samples = await all(path, input);
    expect(samples.map(({ label }) => label)).toEqual([0, 0, 1]);
    expect(samples.map(({ values }) => values[0])).toEqual([10, 20, 30]);
    const table = file('zoo/list.csv', 'file,label\ncat/1.png,cat\ncat/2.jpg,cat\ndog/3.png,dog\n');
    expect((await all(table, input)).map(({ label, values }) => [label, values[0]])).toEqual([
      [0, 10],
      [0, 20],
      [1, 30],
    ]);
    expect((await all(missing('zoo/cat/*.*g'), input)).map(({ values }) => values[0])).toEqual([10, 20]);
    expect(await collect(await openDataset(path, input), { start: 2 })).toEqual(samples.slice(2));
    expect(await fault(() => openDataset(missing('zoo/cat/*.gif')))).toContain('E0605');
    expect(
      await fault(() => all(folder('mixed', { 'a/1.png': png(1), 'a/2.npy': npy('|u1', [2, 2, 2], ramp(8)) }))),
    ).toMatch(/E060[36]/);
  });
});

describe('tables', () => {
  const table = (text: string) => file('t.csv', text);

  it('have a sample per row, and labels in the column of that name', async () => {
    const plain = await openDataset(table('1,2\n3,-4.5e1\n'), { expectedShape: [2, 1, 1] });
    expect((await collect(plain)).map(({ values, label }) => [[...values], label])).toEqual([
      [[1, 2], undefined],
      [[3, -45], undefined],
    ]);
    const named = await openDataset(table('a;label;b\n1;ant;2\n3;bee;4\n1;ant;0\n'), { outputs: 2 });
    const samples = await collect(named);
    expect(samples.map(({ label }) => label)).toEqual([0, 1, 0]);
    expect(samples[1]!.values).toEqual(Float32Array.of(3, 4));
    expect(named.notes).toEqual([
      'column 2 of the table holds the labels',
      'classes in the order of their names: 0 ant, 1 bee',
    ]);
    expect(await collect(named, { start: 1, limit: 1 })).toEqual([samples[1]]);
    const known = await openDataset(table('a,class\n1,bee\n'), { classNames: ['bug', 'bee'] });
    expect((await collect(known))[0]!.label).toBe(1);
  });

  it('of pixels are bytes; a column of quantities is a target', async () => {
    const digits = await openDataset(table('label,pixel0,pixel1\n3,0,255\n'));
    expect((await collect(digits))[0]).toMatchObject({ label: 3, values: Uint8Array.of(0, 255) });
    expect(digits.notes[0]).toContain('bytes of images');
    const [sample] = await all(table('a,y\n1,0.5\n2,7\n'), { outputs: 1 });
    expect(sample!.target).toEqual(Float32Array.of(0.5));
    expect((await all(table('a,y\n1,0\n2,1\n'), { outputs: 1 })).map(({ label }) => label)).toEqual([0, 1]);
  });

  it('are refused with the line of what is wrong', async () => {
    expect(await fault(() => openDataset(table('1,2\n3,x\n')))).toMatch(/E0602.*"x" in column 2.*:2/);
    expect(await fault(() => openDataset(table('1,2\n3\n')))).toMatch(/E0602.*1 cells.*2.*:2/);
    expect(await fault(() => openDataset(table('1,2\n,4\n')))).toMatch(/E0602.*"" in column 1/);
    expect(await fault(() => openDataset(table('pixel0\n256\n')))).toMatch(/E0602.*not a byte/);
    expect(await fault(() => openDataset(table('a,b\n')))).toContain('E0605');
    expect(await fault(() => openDataset(table('')))).toContain('E0605');
    expect(await fault(() => openDataset(table('1,2,0\n'), { expectedShape: [2, 1, 1] }))).toMatch(
      /E0603.*3 columns.*2 elements[^]*calls it "label"/,
    );
    expect(await fault(() => openDataset(table('a,y\n1,0.5\n'), { outputs: 2 }))).toContain('E0604');
  });

  it('lack no label in silence: an empty one is no class, and none is forgotten', async () => {
    for (const text of ['a,y\n1,0\n2,\n', 'a,y\n1,ant\n2,""\n', 'a,y\n1,0.5\n2,\n'])
      expect(await fault(() => openDataset(table(text), { outputs: 1 }))).toMatch(/E0604.*without a label.*:3/);
    expect(await fault(() => all(table('a,y\n1,0.5\n2,1e39\n'), { outputs: 1 }))).toMatch(/E0604.*"1e39" is not/);
    const many = Array.from({ length: 2 ** 16 + 1 }, (_, k) => `1,k${k}`).join('\n');
    expect(await fault(() => all(table(`a,y\n${many}\n`), {}))).toMatch(/E0604.*65536 different labels/);
  });

  it('may name columns by counting them, which is said', async () => {
    const counted = await openDataset(table('0,1,2\n4,5,6\n'));
    expect((await collect(counted)).map(({ values }) => [...values])).toEqual([[4, 5, 6]]);
    expect(counted.notes[0]).toContain('taken as names of columns');
    for (const text of ['0,1\n4,5\n', '0,1,3\n4,5,6\n', '1,2,3\n4,5,6\n'])
      expect((await all(table(text))).length).toBe(2);
  });
});

describe('tables that are not read', () => {
  it('are those with rows of any length', async () => {
    const wide = file('wide.csv', `${'0,'.repeat(600_000)}0\n`);
    expect(await fault(() => all(wide, { expectedShape: [2, 1, 1] }))).toMatch(
      /E0602.*a row of more than 1048576 bytes/,
    );
  });

  it('are those of UTF-16, but where a mark tells it', async () => {
    const text = 'a,b\n1,2\n3,4\n';
    const wide = Buffer.from(`\ufeff${text}`, 'utf16le');
    expect(await all(file('marked.csv', wide))).toEqual(await all(file('plain.csv', text)));
    for (const bytes of [wide.subarray(2), Buffer.from(wide).swap16()])
      expect(await fault(() => all(file('unmarked.csv', bytes)))).toMatch(/E0602.*UTF-16/);
  });
});

describe('labels and targets', () => {
  const data = () => file('d.npy', npy('|u1', [2, 3], ramp(6)));

  it('whole floats are classes, rows with a single 1 too, others are quantities', async () => {
    const open = (labels: string, outputs: number) => all(data(), { labels, outputs });
    const float = (shape: number[], ...values: number[]) => file('l.npy', npy('<f4', shape, float32(...values)));
    expect((await open(float([2], 2, 0), 3)).map(({ label }) => label)).toEqual([2, 0]);
    expect((await open(float([2, 3], 0, 0, 1, 1, 0, 0), 3)).map(({ label }) => label)).toEqual([2, 0]);
    expect((await open(float([2, 1], 1, 0), 1)).map(({ label }) => label)).toEqual([1, 0]);
    expect((await open(float([2, 1], 1, 0.5), 1)).map(({ target }) => [...target!])).toEqual([[1], [0.5]]);
    expect((await open(float([2, 2], 1, 1, 0, 1), 2)).map(({ target }) => [...target!])).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect(await fault(() => open(float([2, 4], 0, 0, 0, 0, 0, 0, 0, 0), 3))).toContain('E0606');
    expect(await fault(() => all(data(), { targets: float([3, 1], 1, 2, 3), outputs: 1 }))).toMatch(/E0604.*3 targets/);
  });
});
