/** Pixels → PNG, by the standard alone (ISO/IEC 15948): a header, one compressed block of unfiltered rows, the end. */
import { zlibSync } from 'fflate';
import { platform } from '#platform';
import { concatenate } from '../../isa/concatenate.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const COLOUR_TYPES = { 1: 0, 3: 2 } as const;
const BITS = 8;

export interface Pixels {
  /** Grey, or red, green and blue. */
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  /** Row by row, the channels of a pixel side by side. */
  readonly bytes: Uint8Array;
}

/** @returns the bytes of a PNG file, the same for the same pixels */
export function encodePng({ channels, height, width, bytes }: Pixels): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([BITS, COLOUR_TYPES[channels], 0, 0, 0], 8);
  const row = channels * width;
  const rows = new Uint8Array(height * (row + 1));
  // Before each row stands its filter: 0, none.
  for (let y = 0; y < height; y++) rows.set(bytes.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  return concatenate([
    Uint8Array.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('IDAT', zlibSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** Length, name, content, and the checksum of name and content. */
function chunk(name: string, content: Uint8Array): Uint8Array {
  const named = concatenate([Uint8Array.from(name, (letter) => letter.charCodeAt(0)), content]);
  const ends = new Uint8Array(8);
  const view = new DataView(ends.buffer);
  view.setUint32(0, content.length);
  view.setUint32(4, platform.crc32(named));
  return concatenate([ends.subarray(0, 4), named, ends.subarray(4)]);
}
