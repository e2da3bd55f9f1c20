/** What the code needs of the machine below it. Node has it in native code, a browser in JavaScript: `#platform` is one of them. */
import type * as Jsonc from 'jsonc-parser';

/** A SHA-256 that goes on. */
export interface Sha256 {
  /** @param content bytes, or a text as UTF-8 */
  update(content: Uint8Array | string): void;
  /** The digest so far, as 64 hexadecimal digits; more may follow. */
  hex(): string;
}

/** A stream that takes text and gives rows. */
export interface CsvStream {
  on(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'error', listener: () => void): unknown;
  write(chunk: Uint8Array | string, encoding: 'latin1', done: (error?: Error | null) => void): unknown;
  end(done: () => void): unknown;
  /** The next row that is ready; null: none is. */
  read(): unknown;
}

/** The library that splits tables of text into cells, as far as it is used; its package is not installed with this one. */
export interface CsvParser {
  readonly parse: (options: Readonly<Record<string, unknown>>) => CsvStream;
  /** What it throws. */
  readonly CsvError: abstract new (...values: never) => Error & { readonly code: string };
  /** Bytes as its streams take them, written with the encoding latin1. */
  readonly chunkOf: (bytes: Uint8Array) => Uint8Array | string;
}

export interface Platform {
  newSha256(): Sha256;
  /** CRC-32 of ISO 3309 (that of zip and PNG), as u32. */
  crc32(bytes: Uint8Array): number;
  /** Two hexadecimal digits of each byte, lower case. */
  toHex(bytes: Uint8Array): string;
  /** @param text an even number of hexadecimal digits, and nothing else */
  fromHex(text: string): Uint8Array;
  /** With padding. */
  toBase64(bytes: Uint8Array): string;
  /** @param text whole groups of four base64 characters, the last one padded */
  fromBase64(text: string): Uint8Array<ArrayBuffer>;
  /** Until the host has done what waits: timers, signals, input. */
  nextTurn(): Promise<void>;
  /** Loads the library for tables of text. */
  csvParser(): Promise<CsvParser>;
  /** The parser that says where JSON is wrong. */
  jsonParser(): Pick<typeof Jsonc, 'visit' | 'printParseErrorCode'>;
}
