/** The files of sweeps in the store of a worker: each list in a folder of its own, laid out as on the machine of the sweep. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseJsonFile, type QueueFiles, queueFiles, sha256Of } from '../../isa/index.ts';
import { formatSi } from '../../report/index.ts';
import { sumOfFile } from '../ui/file-sum.ts';
import { fetchBlob, LARGEST_BLOB_BYTES } from './blobs.ts';
import type { RedisClient } from './link.ts';

/** Files of sweeps take so much of the disk; of what was not used for an hour, the oldest goes first. */
const LARGEST_CACHE_BYTES = 2 ** 34;
const IN_USE_MS = 3_600_000;
/** What a file takes beside its bytes, so that many empty ones are not for nothing. */
const BYTES_OF_A_FILE = 4096;
const FETCHED_AT_A_TIME = 8;

/** Why the files of a point are not to be had; perhaps they are the next time. */
export class FilesMissing extends Error {
  override readonly name = 'FilesMissing';
}

export interface Laid {
  /** What stands before every path of the machine of the sweep. */
  readonly root: string;
  readonly list: QueueFiles;
}

interface CacheOptions {
  readonly redis: RedisClient;
  /** Absolute path of the folder for what does not go through Redis. */
  readonly shared: string | undefined;
  readonly limitBytes?: number;
  /** Milliseconds of the clock that files have their times from. */
  readonly now: () => number;
}

export class InputCache {
  /** Absolute, without links: what programs say of a path begins with it. */
  readonly folder: string;
  readonly #redis: RedisClient;
  readonly #shared: string | undefined;
  readonly #limitBytes: number;
  readonly #now: () => number;
  readonly #known = new Map<string, Promise<Laid>>();

  private constructor(folder: string, { redis, shared, limitBytes = LARGEST_CACHE_BYTES, now }: CacheOptions) {
    this.folder = folder;
    this.#redis = redis;
    this.#shared = shared;
    this.#limitBytes = limitBytes;
    this.#now = now;
  }

  /** @param store absolute path of the store */
  static async open(store: string, options: CacheOptions): Promise<InputCache> {
    await mkdir(join(store, 'inputs'), { recursive: true });
    const folder = await realpath(join(store, 'inputs'));
    // What workers left that were killed while they fetched.
    for (const name of (await readdir(folder)).filter((each) => each.startsWith('.'))) {
      const found = await stat(join(folder, name)).catch(() => undefined);
      if (found !== undefined && options.now() - found.mtimeMs > IN_USE_MS)
        await rm(join(folder, name), { recursive: true, force: true });
    }
    return new InputCache(folder, options);
  }

  /**
   * The files of a list: as they lie there, checked once, or fetched.
   *
   * @throws FilesMissing
   */
  async laid(sha256: string): Promise<Laid> {
    let laid = this.#known.get(sha256);
    if (laid === undefined) this.#known.set(sha256, (laid = this.#lay(sha256)));
    try {
      const found = await laid;
      // So that it is not taken for something that nobody uses.
      const now = new Date(this.#now());
      await utimes(found.root, now, now);
      return found;
    } catch (error) {
      if (this.#known.get(sha256) === laid) this.#known.delete(sha256);
      if (error instanceof FilesMissing) throw error;
      throw new FilesMissing(`the files could not be put into the store: ${(error as Error).message}`);
    }
  }

  async #lay(sha256: string): Promise<Laid> {
    const root = join(this.folder, sha256);
    const kept = await this.#kept(sha256);
    if (kept !== undefined) return { root, list: kept };
    const bytes = await fetchBlob(this.#redis, sha256);
    if (bytes === undefined) throw new FilesMissing('the list of its files is not in Redis, or not what its name says');
    const list = listOf(bytes);
    if (list === undefined) throw new FilesMissing('the list of its files does not follow its schema');
    await this.#makeRoom(sizeOf(list));
    const temporary = join(this.folder, `.${randomUUID()}`);
    try {
      await mkdir(temporary);
      for (const path of list.folders) await mkdir(temporary + path, { recursive: true });
      for (let k = 0; k < list.files.length; k += FETCHED_AT_A_TIME)
        await Promise.all(list.files.slice(k, k + FETCHED_AT_A_TIME).map((file) => this.#put(file, temporary)));
      await mkdir(temporary + list.folder, { recursive: true });
      // The list first: it says nothing of files that are not as it says.
      await writeFile(`${temporary}.json`, bytes);
      await rename(`${temporary}.json`, `${root}.json`);
      await rename(temporary, root).catch(async () => {
        // Another worker with this store was quicker, or what lies there is damaged.
        if ((await this.#kept(sha256)) !== undefined) return;
        await rename(root, `${temporary}-old`);
        await rename(temporary, root);
      });
    } finally {
      await rm(`${temporary}-old`, { recursive: true, force: true });
      await rm(temporary, { recursive: true, force: true });
    }
    return { root, list };
  }

  /** The list of files that lie there already, every one as it should be; undefined where that is not so. */
  async #kept(sha256: string): Promise<QueueFiles | undefined> {
    const bytes = await readFile(join(this.folder, `${sha256}.json`)).catch(() => undefined);
    if (bytes === undefined || sha256Of(bytes) !== sha256) return undefined;
    const list = listOf(bytes);
    if (list === undefined) return undefined;
    const root = join(this.folder, sha256);
    for (const file of list.files) {
      const found = await stat(root + file.path).catch(() => undefined);
      if (found?.isFile() !== true || found.size !== file.bytes) return undefined;
      const sum = await sumOfFile(root + file.path).catch(() => undefined);
      if (sum?.sha256 !== file.sha256) return undefined;
    }
    return list;
  }

  async #put({ path, sha256, bytes }: QueueFiles['files'][number], root: string): Promise<void> {
    await mkdir(dirname(root + path), { recursive: true });
    if (bytes > LARGEST_BLOB_BYTES) return this.#copy(path, sha256, bytes, root);
    const content = await fetchBlob(this.#redis, sha256, bytes);
    if (content?.length !== bytes) throw new FilesMissing(`${path} is not in Redis, or not what it should be`);
    // Never over another file: a list that names a path twice is none.
    await writeFile(root + path, content, { flag: 'wx' });
  }

  async #copy(path: string, sha256: string, bytes: number, root: string): Promise<void> {
    if (this.#shared === undefined)
      throw new FilesMissing(
        `${path} has ${formatSi(bytes, 'B')}, which do not go through Redis: start the worker with --shared, as the sweep was`,
      );
    const hash = createHash('sha256');
    let length = 0;
    const counted = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        length += chunk.length;
        hash.update(chunk);
        done(length > bytes ? new Error('it is longer than it should be') : null, chunk);
      },
    });
    await pipeline(
      createReadStream(join(this.#shared, sha256)),
      counted,
      createWriteStream(root + path, { flags: 'wx' }),
    ).catch((error: unknown) => {
      throw new FilesMissing(`${path} in the shared folder: ${(error as Error).message}`);
    });
    if (length !== bytes || hash.digest('hex') !== sha256)
      throw new FilesMissing(`${path} in the shared folder is not what its name says`);
  }

  /** Removes what has not been used for longest, until there is room. @throws FilesMissing */
  async #makeRoom(bytes: number): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
    const lists = [];
    for (const name of names) {
      const root = join(this.folder, name.slice(0, -'.json'.length));
      const list = listOf(await readFile(join(this.folder, name)).catch(() => new Uint8Array()));
      const usedAt = (await stat(root).catch(() => undefined))?.mtimeMs ?? 0;
      lists.push({ root, usedAt, bytes: list === undefined ? 0 : sizeOf(list) });
    }
    lists.sort((a, b) => a.usedAt - b.usedAt);
    let taken = lists.reduce((sum, list) => sum + list.bytes, 0);
    for (const list of lists) {
      if (taken + bytes <= this.#limitBytes || this.#now() - list.usedAt < IN_USE_MS) break;
      await rm(`${list.root}.json`, { force: true });
      await rm(list.root, { recursive: true, force: true });
      taken -= list.bytes;
    }
    if (taken + bytes > this.#limitBytes)
      throw new FilesMissing(
        `its files have ${formatSi(bytes, 'B')}, and ${formatSi(taken, 'B')} of ${formatSi(this.#limitBytes, 'B')} are taken by sweeps of the last hour`,
      );
  }
}

const sizeOf = ({ files, folders }: QueueFiles): number =>
  files.reduce((sum, { bytes }) => sum + bytes + BYTES_OF_A_FILE, BYTES_OF_A_FILE * folders.length);

function listOf(bytes: Uint8Array): QueueFiles | undefined {
  const parsed = parseJsonFile(bytes);
  return 'value' in parsed ? queueFiles.schema.safeParse(parsed.value).data : undefined;
}
