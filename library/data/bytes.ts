/** Bytes as streams, of which only what is asked for is read, held or inflated; wherever they are. */
import { concatenate } from '../../isa/concatenate.ts';
import { DiagnosticError, fail } from '../../isa/index.ts';

/** Bytes that are passed over at once. */
const SKIP_BYTES = 64 * 1024;

/** What a source of bytes delivers; its `return` releases the file. */
export type Chunks = AsyncGenerator<Uint8Array, void, void>;

/** Bytes under a name. */
export interface NamedBytes {
  /** For messages. */
  readonly file: string;
  /** The bytes from an offset on, which is 0 if absent. */
  readonly chunks: (offset?: number) => Chunks;
}

/** A file on a disk or in memory. */
export interface ByteSource extends NamedBytes {
  readonly size: number;
  /** What a gzip file holds, inflated no further than it is read; damaged data are E0602. */
  readonly inflated: () => Chunks;
  /** How a user names one array of the file, for remedies. */
  readonly memberSpec: (name: string) => string;
}

/** Whether the first bytes are those of a gzip file. */
export const looksLikeGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

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
    for (let left = length; left > 0;) {
      const step = Math.min(left, SKIP_BYTES);
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
    this.#rest = parts.length === 2 && parts[0]!.length === 0 ? parts[1]! : concatenate(parts);
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

/** The answer to a question about the first bytes; the stream is closed behind it. */
export async function withStream<T>(chunks: Chunks, file: string, use: (stream: ByteStream) => Promise<T>): Promise<T> {
  const stream = new ByteStream(chunks, file);
  try {
    return await use(stream);
  } finally {
    await stream.close();
  }
}

/** Enough for every signature. */
const HEAD_BYTES = 16;

/** A copy of the first bytes; fewer where there are no more. */
export const readHead = (chunks: Chunks, file: string): Promise<Uint8Array> =>
  withStream(chunks, file, async (stream) => Uint8Array.from(await stream.readUpTo(HEAD_BYTES)));

/** A copy of the first bytes of a file. */
export const headOf = (source: NamedBytes): Promise<Uint8Array> => readHead(source.chunks(), source.file);
