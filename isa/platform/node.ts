/** The platform under Node: hashes by the processor's instructions, and nothing is loaded before it is needed. */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type * as Jsonc from 'jsonc-parser';
import type { Platform } from './platform.ts';

/** A view of the bytes, which has more methods. */
const view = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

export const platform: Platform = {
  newSha256() {
    const hash = createHash('sha256');
    return {
      update: (content) => void hash.update(content),
      hex: () => hash.copy().digest('hex'),
    };
  },
  crc32,
  toHex: (bytes) => view(bytes).toString('hex'),
  fromHex: (text) => Buffer.from(text, 'hex'),
  toBase64: (bytes) => view(bytes).toString('base64'),
  fromBase64: (text) => Buffer.from(text, 'base64'),
  csvParser: async () => {
    const { parse, CsvError } = await import('./csv-node.ts');
    return { parse, CsvError, chunkOf: (bytes) => bytes };
  },
  nextTurn: () => setImmediate(),
  // Only who has a fault waits for the parser that finds its place.
  jsonParser: () => createRequire(import.meta.url)('jsonc-parser') as typeof Jsonc,
};
