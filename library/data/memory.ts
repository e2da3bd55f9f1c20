/** Bytes in memory as a file. */
import { Gunzip } from 'fflate';
import { fail } from '../../isa/index.ts';
import type { ByteSource, Chunks } from './bytes.ts';

/** Bytes handed on at once. */
const CHUNK_BYTES = 64 * 1024;
/** Compressed bytes inflated at once; deflate makes at most about a thousand times as many of them. */
const STEP_BYTES = 1024;

/**
 * The bytes under a name; they are not copied.
 *
 * @param file the name, for messages
 */
export const memorySource = (bytes: Uint8Array, file: string): ByteSource => ({
  file,
  size: bytes.length,
  chunks: (offset = 0) => piecesOf(bytes.subarray(offset), CHUNK_BYTES),
  inflated: () => gunzipped(bytes, file),
  memberSpec: (name) => `member: ${JSON.stringify(name)}`,
});

/** The bytes in pieces. The signature asks for promises, since files have none at hand. */
async function* piecesOf(bytes: Uint8Array, length: number): Chunks {
  for (let at = 0; at < bytes.length; at += length) yield await Promise.resolve(bytes.subarray(at, at + length));
}

/** All members of a gzip file. Its checksums are not compared: the reader seldom comes to the end. */
async function* gunzipped(bytes: Uint8Array, file: string): Chunks {
  const ready: Uint8Array[] = [];
  const gunzip = new Gunzip((chunk) => ready.push(chunk));
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    const reason = damageIn(() => gunzip.push(bytes.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= bytes.length));
    // What lies before the damage is good.
    yield* ready.splice(0);
    if (reason !== undefined) fail('E0602', `the gzip data are damaged: ${reason}`, { file });
    await Promise.resolve();
  }
}

/** What the library has to say against the data; it throws whatever they lead it to. */
function damageIn(inflate: () => void): string | undefined {
  try {
    inflate();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
