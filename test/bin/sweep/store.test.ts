import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { POINTS, Store } from '../../../bin/sweep/store.ts';
import type { Io } from '../../../bin/ui/io.ts';
import type { SweepRecord } from '../../../isa/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'snnc-store-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const silent = { write: () => undefined, isTTY: false, columns: undefined };
const io: Io = {
  version: '0.0.0',
  cwd: folder,
  env: {},
  stdout: silent,
  stderr: silent,
  now: () => 0,
  peakRssBytes: () => 1,
  processors: 1,
  signal: new AbortController().signal,
  holdSignals: () => () => undefined,
};

const record = (k: number): SweepRecord => ({
  format: 'snn-sweep/1',
  tool: 'snnemu 0.0.0',
  point: k,
  key: String(k).padStart(64, '0'),
  varied: { name: 'ü' },
  options: {},
  inputs: [],
  outcome: { status: 'failed', stage: 'build', diagnostics: [{ code: 'E0305', message: `point ${k}` }], notes: [] },
});

const COUNT = 4;
const file = join(folder, 's', 'points.ndjson');

async function whole(): Promise<Buffer> {
  rmSync(join(folder, 's'), { recursive: true, force: true });
  const store = await Store.open(io, 's', POINTS);
  for (let k = 1; k <= COUNT; k++) await store.add(record(k));
  await store.close();
  return readFileSync(file);
}

describe('the store of a sweep', () => {
  it('after being cut anywhere: what is whole is there, and what is added then too', async () => {
    const bytes = await whole();
    const ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at] : []));
    const run = fc.asyncProperty(fc.nat(bytes.length), async (length) => {
      writeFileSync(file, bytes.subarray(0, length));
      const store = await Store.open(io, 's', POINTS);
      const kept = ends.filter((end) => end <= length).length;
      for (let k = 1; k <= COUNT; k++) expect(store.outcome(record(k).key) !== undefined).toBe(k <= kept);
      const isCut = length > (ends[kept - 1] ?? -1) + 1;
      expect(store.warnings.map(({ code }) => code)).toEqual(isCut ? ['W0706'] : []);
      for (let k = kept + 1; k <= COUNT; k++) await store.add(record(k));
      await store.close();
      // Nothing of what was there has changed.
      expect(readFileSync(file).subarray(0, length)).toEqual(bytes.subarray(0, length));
      const again = await Store.open(io, 's', POINTS);
      for (let k = 1; k <= COUNT; k++) expect(again.outcome(record(k).key)).toEqual(record(k).outcome);
      await again.close();
      const lines = readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      expect(lines).toHaveLength(COUNT + (isCut ? 1 : 0));
    });
    await fc.assert(run, { numRuns: 60 });
  });

  it('takes any bytes for what they are: no record', async () => {
    await whole();
    const run = fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      writeFileSync(file, bytes);
      const store = await Store.open(io, 's', POINTS);
      expect(store.outcome(record(1).key)).toBeUndefined();
      await store.close();
    });
    await fc.assert(run, { numRuns: 60 });
  });

  it('two at once do not destroy what the other one writes', async () => {
    await whole();
    const [a, b] = [await Store.open(io, 's', POINTS), await Store.open(io, 's', POINTS)];
    for (let k = 5; k < 25; k++) await (k % 2 === 0 ? a : b).add(record(k));
    await a.close();
    await b.close();
    const both = await Store.open(io, 's', POINTS);
    expect(both.warnings).toEqual([]);
    for (let k = 1; k < 25; k++) expect(both.outcome(record(k).key)).toBeDefined();
    await both.close();
  });

  it('is not a file, and not in a folder that is not there', async () => {
    writeFileSync(join(folder, 'taken'), '');
    await expect(Store.open(io, 'taken', POINTS)).rejects.toThrow('E0102');
    await expect(Store.open(io, 'no/such', POINTS)).rejects.toThrow('E0102');
    await expect(Store.open(io, '', POINTS)).rejects.toThrow('E0102');
  });
});
