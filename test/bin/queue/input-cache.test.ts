import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LARGEST_BLOB_BYTES } from '../../../bin/queue/blobs.ts';
import { FilesMissing, InputCache } from '../../../bin/queue/input-cache.ts';
import type { RedisClient } from '../../../bin/queue/link.ts';
import { blobKey } from '../../../bin/queue/names.ts';
import { sha256Of } from '../../../isa/index.ts';

let folder: string;
let blobs: Map<string, Uint8Array>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snnc-cache-'));
  blobs = new Map();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const redis = {
  strlen: (key: string) => Promise.resolve(blobs.get(key)?.length ?? 0),
  getBuffer: (key: string) => Promise.resolve(blobs.has(key) ? Buffer.from(blobs.get(key)!) : null),
} as unknown as RedisClient;

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const open = (more: { shared?: string; limitBytes?: number; now?: number } = {}): Promise<InputCache> =>
  InputCache.open(join(folder, 'store'), { redis, shared: undefined, ...more, now: () => more.now ?? NOW });

const put = (content: Uint8Array | string): string => {
  const bytes = Buffer.from(content);
  blobs.set(blobKey(sha256Of(bytes)), bytes);
  return sha256Of(bytes);
};
const fileOf = (path: string, content: string) => ({ path, sha256: put(content), bytes: content.length });
const listOf = (...files: readonly object[]): string =>
  put(JSON.stringify({ format: 'snn-queue-files/1', folder: '/plans', files, folders: ['/data/empty'] }));

describe('the inputs of a worker', () => {
  it('lie as on the machine of the sweep, and are fetched once', async () => {
    const sum = listOf(fileOf('/plans/net.json', 'network'), fileOf('/data/images.npy', 'images'));
    const cache = await open();
    const { root } = await cache.laid(sum);
    expect(readFileSync(`${root}/plans/net.json`, 'utf8')).toBe('network');
    expect(readFileSync(`${root}/data/images.npy`, 'utf8')).toBe('images');
    expect(readdirSync(`${root}/data/empty`)).toEqual([]);
    blobs.clear();
    expect((await cache.laid(sum)).root).toBe(root);
    // Another worker with the same store, and one that begins anew.
    expect((await (await open()).laid(sum)).root).toBe(root);
    expect(readdirSync(cache.folder).sort()).toEqual([sum, `${sum}.json`]);
  });

  it('are fetched again where they are not what they were', async () => {
    const sum = listOf(fileOf('/plans/net.json', 'network'));
    const { root } = await (await open()).laid(sum);
    writeFileSync(`${root}/plans/net.json`, 'netwark');
    await (await open()).laid(sum);
    expect(readFileSync(`${root}/plans/net.json`, 'utf8')).toBe('network');
  });

  it.each<[string, () => string]>([
    ['is not there', () => 'f'.repeat(64)],
    ['is no list', () => put('{"format":"snn-queue-files/1"}')],
    ['is not JSON', () => put('\0')],
    ['has a file that is not there', () => listOf({ path: '/a', sha256: 'e'.repeat(64), bytes: 1 })],
    ['has a file of another length', () => listOf({ ...fileOf('/a', 'four'), bytes: 3 })],
    ['names a file twice', () => listOf(fileOf('/a', 'one'), fileOf('/a', 'two'))],
    ['has a file in a file', () => listOf(fileOf('/a', 'one'), fileOf('/a/b', 'two'))],
    ['leads out of its folder', () => listOf(fileOf('/../../../escaped', 'x'))],
    [
      'has something else under the sum of a file',
      () => {
        const file = fileOf('/a', 'true');
        blobs.set(blobKey(file.sha256), Buffer.from('fals'));
        return listOf(file);
      },
    ],
    ['has a file that Redis does not take', () => listOf({ ...fileOf('/a', 'x'), bytes: LARGEST_BLOB_BYTES + 1 })],
    ['is larger than all that is kept', () => listOf({ ...fileOf('/a', 'x'), bytes: 2 ** 35 })],
  ])('are none where the list %s, and nothing stays', async (_, make) => {
    const cache = await open({ shared: join(folder, 'shared') });
    await expect(cache.laid(make())).rejects.toThrow(FilesMissing);
    expect(readdirSync(cache.folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual(['store']);
  });

  it('make room for others when nobody has used them for an hour', async () => {
    const [old, fresh, last] = ['old', 'fresh', 'last'].map((name) => listOf(fileOf(`/${name}`, name)));
    const limitBytes = 20_000;
    const first = await open({ limitBytes, now: NOW - 2 * HOUR });
    await first.laid(old!);
    const cache = await open({ limitBytes });
    await cache.laid(fresh!);
    await cache.laid(last!);
    expect(
      readdirSync(cache.folder)
        .filter((name) => !name.endsWith('.json'))
        .sort(),
    ).toEqual([fresh!, last!].sort());
    const more = listOf(fileOf('/more', 'more'));
    await expect(cache.laid(more)).rejects.toThrow('taken by sweeps of the last hour');
  });

  it('are rid of what a worker left that was killed', async () => {
    const { folder: inputs } = await open();
    for (const [name, age] of [
      ['.dead', 2 * HOUR],
      ['.busy', 0],
    ] as const) {
      mkdirSync(join(inputs, name));
      utimesSync(join(inputs, name), (NOW - age) / 1000, (NOW - age) / 1000);
    }
    await open();
    expect(readdirSync(inputs)).toEqual(['.busy']);
  });
});
