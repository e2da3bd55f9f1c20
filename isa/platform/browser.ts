/** The platform where there is no Node: JavaScript alone, and what every browser has. */
import { sha256 } from './sha256-browser.ts';
import crc from 'crc-32';
import { printParseErrorCode, visit } from 'jsonc-parser';
import type { CsvParser, Platform } from './platform.ts';

/** As browsers have it; Node's declaration lacks `onmessage`. */
declare const MessageChannel: new () => {
  readonly port1: { onmessage: (() => void) | null; close(): void };
  readonly port2: { postMessage(message: unknown): void };
};

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** Bytes that become one text at a time: arguments of a call have to fit the stack. */
const PIECE_BYTES = 0x2000;

function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let k = 0; k < bytes.length; k++) text += HEX[bytes[k]!]!;
  return text;
}

/** A character per byte. */
function toLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES));
  return text;
}

/** A message comes at once; timers that follow each other would wait for 4 ms each. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** The library with its own streams and buffers; those take no bytes of others, but texts with a character per byte. */
async function csvParser(): Promise<CsvParser> {
  const { parse, CsvError } = await import('./csv-browser.ts');
  return { parse, CsvError, chunkOf: toLatin1 };
}

export const platform: Platform = {
  newSha256() {
    const hash = sha256.create();
    return {
      update: (content) => void hash.update(content),
      hex: () => toHex(hash.clone().digest()),
    };
  },
  crc32: (bytes) => crc.buf(bytes) >>> 0,
  toHex,
  fromHex: (text) =>
    Uint8Array.from({ length: text.length / 2 }, (_, k) => Number.parseInt(text.slice(2 * k, 2 * k + 2), 16)),
  toBase64: (bytes) => btoa(toLatin1(bytes)),
  fromBase64: (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
  csvParser,
  nextTurn,
  jsonParser: () => ({ visit, printParseErrorCode }),
};
