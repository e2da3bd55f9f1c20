/** Files as streams of bytes of which only what is asked for is read, held or inflated. */
import { constants, createReadStream } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DiagnosticError, fail } from '../../isa/index.ts';

const CHUNK_BYTES = 64 * 1024;

/** What a source of bytes delivers; its `return` releases the file. */
export type Chunks = AsyncGenerator<Uint8Array, void, void>;

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
    for (let position = offset; ; ) {
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

/** Whether the first bytes are those of a gzip file. */
export const looksLikeGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** The inflated bytes of a gzip file; inflates no further than it is read. */
export async function* gunzipChunks(path: string): Chunks {
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

/** Reads exact lengths from chunks. */
export class ByteStream {
  /** Offset of the next byte in the (inflated) data. */
  position: number;
  readonly #chunks: Chunks;
  readonly #file: string;
  #rest: Uint8Array = new Uint8Array(0);

  /** @param position offset of the first byte of `chunks`, for messages */
  constructor(chunks: Chunks, file: string, position = 0) {
    this.#chunks = chunks;
    this.#file = file;
    this.position = position;
  }

  /**
   * At most `length` bytes; fewer only at the end of the data. Valid until the next read.
   */
  async readUpTo(length: number): Promise<Uint8Array> {
    if (this.#rest.length < length) await this.#gather(length);
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    this.position += bytes.length;
    return bytes;
  }

  /** The next bytes, at most `length`, which stay the next ones; fewer only at the end of the data. Valid until the next read. */
  async peek(length: number): Promise<Uint8Array> {
    if (this.#rest.length < length) await this.#gather(length);
    return this.#rest.subarray(0, length);
  }

  /**
   * Exactly `length` bytes.
   *
   * @param what they are, for the message
   * @throws E0602 where the data end before
   */
  async read(length: number, what: string): Promise<Uint8Array> {
    const at = this.position;
    const bytes = await this.readUpTo(length);
    if (bytes.length < length)
      fail('E0602', `the data end early: ${what} takes ${length} bytes, ${bytes.length} are left`, {
        file: this.#file,
        offset: at,
      });
    return bytes;
  }

  /** @throws E0602 where the data end before */
  async skip(length: number, what: string): Promise<void> {
    for (let left = length; left > 0; ) {
      const step = Math.min(left, CHUNK_BYTES);
      await this.read(step, what);
      left -= step;
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return();
  }

  async #gather(length: number): Promise<void> {
    const parts = [this.#rest];
    let total = this.#rest.length;
    while (total < length) {
      const next = await this.#next();
      if (next === undefined) break;
      parts.push(next);
      total += next.length;
    }
    this.#rest = parts.length === 2 && parts[0]!.length === 0 ? parts[1]! : Buffer.concat(parts);
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      const { value, done } = await this.#chunks.next();
      return done === true ? undefined : value;
    } catch (error) {
      if (error instanceof DiagnosticError) throw error;
      return fail('E0602', `the data cannot be read: ${(error as Error).message}`, { file: this.#file });
    }
  }
}
