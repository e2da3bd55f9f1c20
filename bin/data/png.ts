/** The pixels of a PNG file. */
import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { fail, type Place } from '../../isa/index.ts';
import { type Picture, requirePixels } from '../../library/data/picture.ts';

const SIGNATURE_BYTES = 8;
const IHDR = 0x49484452;
const IDAT = 0x49444154;
/** Samples of a pixel per colour type: grey, RGB, palette index, grey with alpha, RGB with alpha. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const GREY_TYPES: readonly number[] = [0, 4];

/**
 * The pixels of a PNG file.
 *
 * @throws E0602 where the file is damaged; E0606 for what is not read: transparency, 16 bits per channel, interlacing, more
 *   than 4 Mi pixels
 */
export function readPng(content: Uint8Array, file: string): Picture {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  const place: Place = { file };
  const header = checkChunks(bytes, file);
  if (header.depth === 16) fail('E0606', 'PNG with 16 bits per channel is not read', place, 'save it with 8 bits');
  if (header.interlaced) fail('E0606', 'interlaced PNG is not read', place, 'save it without interlacing');
  const { width, height, colourType } = header;
  requirePixels('PNG', width, height, place);
  checkPixels(header, place);
  const rgba = decode(bytes, place);
  if (rgba.length !== width * height * 4) fail('E0602', 'the PNG has fewer pixels than its header says', place);
  for (let at = 3; at < rgba.length; at += 4)
    if (rgba[at] !== 255)
      fail('E0606', 'PNG with transparent pixels is not read', place, 'save it on an opaque background');
  return { width, height, rgba, isGrey: GREY_TYPES.includes(colourType) };
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly interlaced: boolean;
  /** The compressed pixels, chunk by chunk. */
  readonly data: readonly Buffer[];
}

/** Walks the chunks, so that the decoder sees one header and complete chunks only. */
function checkChunks(bytes: Buffer, file: string): Header {
  let header: Header | undefined;
  const data: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at < bytes.length;) {
    const length = at + 8 <= bytes.length ? bytes.readUInt32BE(at) : Infinity;
    if (at + 12 + length > bytes.length) fail('E0602', 'a PNG chunk goes beyond the end', { file, offset: at });
    const isHeader = bytes.readUInt32BE(at + 4) === IHDR;
    if (isHeader !== (header === undefined) || (isHeader && length !== 13))
      fail('E0602', 'a PNG starts with exactly one header of 13 bytes', { file, offset: at });
    header ??= {
      width: bytes.readUInt32BE(at + 8),
      height: bytes.readUInt32BE(at + 12),
      depth: bytes[at + 16]!,
      colourType: bytes[at + 17]!,
      interlaced: bytes[at + 20] !== 0,
      data,
    };
    if (bytes.readUInt32BE(at + 4) === IDAT) data.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return header ?? fail('E0602', 'the PNG has no header', { file, offset: SIGNATURE_BYTES });
}

/** The decoder takes what is missing for black, so that all rows are there is seen to before: each a filter and pixels. */
function checkPixels({ width, height, depth, colourType, data }: Header, place: Place): void {
  const rowBytes = 1 + Math.ceil((width * depth * (SAMPLES[colourType] ?? 0)) / 8);
  let found: number;
  try {
    found = inflateSync(Buffer.concat(data), { maxOutputLength: height * rowBytes }).length;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ERR_BUFFER_TOO_LARGE' ? 'it has more pixels than its header says' : message;
    return fail('E0602', `the PNG is damaged: ${reason}`, place);
  }
  if (found !== height * rowBytes)
    fail('E0602', `the PNG has ${found} bytes of pixels; its header needs ${height * rowBytes}`, place);
}

function decode(bytes: Buffer, place: Place): Uint8Array {
  try {
    return PNG.sync.read(bytes).data;
  } catch (error) {
    return fail('E0602', `the PNG is damaged: ${(error as Error).message}`, place);
  }
}
