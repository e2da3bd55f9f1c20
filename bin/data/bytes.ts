/** Files as streams of bytes, which are read and inflated no further than is asked for. */
import { constants, createReadStream } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fail } from '../../isa/index.ts';
import type { ByteSource, Chunks, NamedBytes } from '../../library/data/bytes.ts';

const CHUNK_BYTES = 64 * 1024;

/** The bytes of a file, whatever its size. */
export const namedFile = (path: string): NamedBytes => ({
  file: path,
  chunks: (offset) => fileChunks(path, offset),
});

/**
 * A regular file.
 *
 * @throws E0101 as {@link fileSize}
 */
export async function fileSource(path: string): Promise<ByteSource> {
  return {
    ...namedFile(path),
    size: await fileSize(path),
    inflated: () => gunzipChunks(path),
    memberSpec: (name) => `${basename(path)}:${name}`,
  };
}

/**
 * Size of a regular file that can be read.
 *
 * @throws E0101 where it is missing, unreadable or not a regular file
 */
export async function fileSize(path: string): Promise<number> {
  const remedy = 'check the path and its permissions';
  const info = await stat(path).catch(() => fail('E0101', 'the file does not exist', { file: path }, remedy));
  if (!info.isFile()) fail('E0101', 'not a regular file', { file: path }, remedy);
  await access(path, constants.R_OK).catch(() => fail('E0101', 'the file cannot be read', { file: path }, remedy));
  return info.size;
}

/** The bytes of a file from an offset on. */
export async function* fileChunks(path: string, offset = 0): Chunks {
  const handle = await open(path).catch(() => fail('E0101', 'the file cannot be opened', { file: path }));
  try {
    for (let position = offset; ;) {
      const buffer = new Uint8Array(CHUNK_BYTES);
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** The bytes of a pipe, as they come. */
export async function* pipeChunks(path: string, signal: AbortSignal): Chunks {
  for await (const chunk of createReadStream(path, { signal })) yield chunk as Uint8Array;
}

/** The inflated bytes of a gzip file; inflates no further than it is read. */
async function* gunzipChunks(path: string): Chunks {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  // Faults reach the loop below through `gunzip`; the callback keeps an early end from being one.
  pipeline(file, gunzip, () => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
  } catch (error) {
    fail('E0602', `the gzip data are damaged: ${(error as Error).message}`, { file: path });
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}
