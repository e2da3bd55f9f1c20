/** Files by their content: in Redis, or in a folder that both sides see. */
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fail, sha256Of } from '../../isa/index.ts';
import { formatSi } from '../../report/index.ts';
import { sumOfFile } from '../ui/file-sum.ts';
import { pathOf, readInput, refuseFault } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import type { Travelling } from './files.ts';
import type { RedisClient } from './link.ts';
import { BLOB_SECONDS, BLOB_SECONDS_AFTER, blobKey } from './names.ts';

/** A larger file does not go through Redis. */
export const LARGEST_BLOB_BYTES = 2 ** 26;
/** So many keys are asked for at a time. */
const AT_A_TIME = 256;

/** @throws DiagnosticError E0714 for a file that needs a folder, and none is given; before anything is sent */
export function checkSizes({ contents, list }: Travelling, shared: string | undefined): void {
  const limit = formatSi(LARGEST_BLOB_BYTES, 'B');
  const remedy =
    'add --shared FOLDER, a folder that this machine and the workers see, here and to each `snnemu worker`';
  if (list.length > LARGEST_BLOB_BYTES)
    fail('E0714', `the list of files is larger than ${limit}, the limit of what goes through Redis`, undefined, remedy);
  if (shared !== undefined) return;
  for (const { path, bytes } of contents.values())
    if (bytes > LARGEST_BLOB_BYTES)
      fail(
        'E0714',
        `the file has ${formatSi(bytes, 'B')}; ${limit} is the limit of what goes through Redis`,
        { file: path },
        remedy,
      );
}

/**
 * Puts what is not there yet, and lets what is there live on.
 *
 * @throws DiagnosticError E0714 where a file is no longer what it was, E0101, E0102
 */
export async function offer(
  redis: RedisClient,
  { contents, list, sha256 }: Travelling,
  shared: string | undefined,
  io: Io,
): Promise<void> {
  if (shared !== undefined)
    await mkdir(pathOf(io, shared), { recursive: true }).catch((error: unknown) => refuseFault(shared, error));
  const small = [...contents].filter(([, { bytes }]) => bytes <= LARGEST_BLOB_BYTES).map(([sum]) => sum);
  for (const sums of inParts([sha256, ...small]))
    for (const missing of await missingOf(redis, sums)) {
      const bytes = missing === sha256 ? list : await readInput(io, contents.get(missing)!.path);
      if (sha256Of(bytes) !== missing) hasChanged(contents.get(missing)!.path);
      await redis.set(blobKey(missing), Buffer.from(bytes), 'EX', BLOB_SECONDS);
    }
  if (shared !== undefined)
    for (const [sum, { path, bytes }] of contents)
      if (bytes > LARGEST_BLOB_BYTES) await share(pathOf(io, shared), sum, path, bytes);
}

/** Which of them are not there; the others live on. */
async function missingOf(redis: RedisClient, sums: readonly string[]): Promise<string[]> {
  const pipeline = redis.pipeline();
  for (const sum of sums) pipeline.expire(blobKey(sum), BLOB_SECONDS);
  const answers = await pipeline.exec();
  return sums.filter((_, k) => {
    const [error, isThere] = answers?.[k] ?? [null, 0];
    if (error) throw error;
    return isThere !== 1;
  });
}

/** Nobody here wants them any more. */
export async function leave(redis: RedisClient, { contents, sha256 }: Travelling): Promise<void> {
  for (const sums of inParts([sha256, ...contents.keys()])) {
    const pipeline = redis.pipeline();
    for (const sum of sums) pipeline.expire(blobKey(sum), BLOB_SECONDS_AFTER);
    await pipeline.exec();
  }
}

async function share(folder: string, sum: string, path: string, bytes: number): Promise<void> {
  const final = join(folder, sum);
  if ((await stat(final).catch(() => undefined))?.size === bytes) return;
  const temporary = join(folder, `.${sum}.${randomUUID()}`);
  try {
    await copyFile(path, temporary);
    if ((await sumOfFile(temporary)).sha256 !== sum) hasChanged(path);
    await rename(temporary, final);
  } catch (error) {
    refuseFault(final, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

const hasChanged = (path: string): never =>
  fail(
    'E0714',
    'the file is no longer what it was when the sweep began',
    { file: path },
    'leave inputs alone while a sweep runs, and start it again',
  );

/**
 * A file out of Redis.
 *
 * @returns undefined where it is not there, too large or not what its name says
 */
export async function fetchBlob(
  redis: RedisClient,
  sha256: string,
  limitBytes = LARGEST_BLOB_BYTES,
): Promise<Uint8Array | undefined> {
  const length = await redis.strlen(blobKey(sha256));
  if (length > limitBytes) return undefined;
  const bytes = await redis.getBuffer(blobKey(sha256));
  return bytes === null || bytes.length > limitBytes || sha256Of(bytes) !== sha256 ? undefined : bytes;
}

function* inParts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let k = 0; k < all.length; k += AT_A_TIME) yield all.slice(k, k + AT_A_TIME);
}
