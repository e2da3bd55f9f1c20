/** The content of a file, told by its SHA-256. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

export interface FileSum {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Reads a file once, a part at a time.
 *
 * @throws whatever reading it throws, and the signal's AbortError
 */
export async function sumOfFile(path: string, signal?: AbortSignal): Promise<FileSum> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
