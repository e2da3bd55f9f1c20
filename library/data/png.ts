/** The pixels of a PNG file. */
import type { DecodedPng } from 'fast-png';
import { Unzlib } from 'fflate';
import { fail, type Place } from '../../isa/index.ts';
import { concatenate } from '../../isa/concatenate.ts';
import { type Picture, PNG_SIGNATURE, requirePixels } from './picture.ts';

const HEADER_BYTES = 13;
/** Length and kind before the content of a chunk, and its checksum behind it. */
const AROUND_CHUNK_BYTES = 12;
/** The chunk that ends a file, with its checksum. */
const END = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82);
/** What the decoder gets: whatever else a file says, such as compressed texts and colour profiles, it does not see. */
const DECODED: readonly string[] = ['IHDR', 'PLTE', 'tRNS', 'IDAT'];
/** Compressed bytes inflated at once; deflate makes at most about a thousand times as many of them. */
const STEP_BYTES = 1024;
/** Samples of a pixel per colour type: grey, RGB, palette index, grey with alpha, RGB with alpha. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const GREY_TYPES: readonly number[] = [0, 4];
const PALETTE_TYPE = 3;
/** First column and row of each pass of Adam7 and the steps to the next ones (PNG specification, 3rd edition, section 8.1). */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * The pixels of a PNG file.
 *
 * @throws E0602 where the file is damaged; E0606 for what is not read: transparency, 16 bits per channel, interlacing of
 *   fewer than 8 bits, more than 4 Mi pixels
 */
export async function readPng(bytes: Uint8Array, file: string): Promise<Picture> {
  const place: Place = { file };
  const header = readChunks(bytes, file);
  const { width, height, depth, colourType, isInterlaced } = header;
  if (depth === 16) fail('E0606', 'PNG with 16 bits per channel is not read', place, 'save it with 8 bits');
  if (isInterlaced && depth < 8)
    fail('E0606', `interlaced PNG of ${depth} bits is not read`, place, 'save it without interlacing');
  requirePixels('PNG', width, height, place);
  checkPixels(header, place);
  const rgba = opaque(await decode(header, place), header, place);
  return { width, height, rgba, isGrey: GREY_TYPES.includes(colourType) };
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly isInterlaced: boolean;
  /** The compressed pixels, chunk by chunk. */
  readonly data: readonly Uint8Array[];
  /** The whole chunks that say what the pixels are. */
  readonly chunks: readonly Uint8Array[];
}

/** Walks the chunks, so that the decoder sees one header and complete chunks only. */
function readChunks(bytes: Uint8Array, file: string): Header {
  let header: Header | undefined;
  const data: Uint8Array[] = [];
  const chunks: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = PNG_SIGNATURE.length; at < bytes.length;) {
    const length = at + 8 <= bytes.length ? view.getUint32(at) : Infinity;
    if (at + AROUND_CHUNK_BYTES + length > bytes.length)
      fail('E0602', 'a PNG chunk goes beyond the end', { file, offset: at });
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const isHeader = kind === 'IHDR';
    if (isHeader !== (header === undefined) || (isHeader && length !== HEADER_BYTES))
      fail('E0602', `a PNG starts with exactly one header of ${HEADER_BYTES} bytes`, { file, offset: at });
    header ??= {
      ...{ width: view.getUint32(at + 8), height: view.getUint32(at + 12) },
      ...{ depth: bytes[at + 16]!, colourType: bytes[at + 17]!, isInterlaced: bytes[at + 20] !== 0 },
      ...{ data, chunks },
    };
    if (kind === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + length));
    if (DECODED.includes(kind)) chunks.push(bytes.subarray(at, at + AROUND_CHUNK_BYTES + length));
    at += AROUND_CHUNK_BYTES + length;
  }
  return header ?? fail('E0602', 'the PNG has no header', { file, offset: PNG_SIGNATURE.length });
}

/** The decoder takes what is missing for black, so that all rows are there is seen to before: each a filter and pixels. */
function checkPixels(header: Header, place: Place): void {
  const needed = bytesOfPixels(header);
  const found = inflatedBytes(header.data, needed, place);
  if (found > needed) fail('E0602', 'the PNG is damaged: it has more pixels than its header says', place);
  if (found < needed) fail('E0602', `the PNG has ${found} bytes of pixels; its header needs ${needed}`, place);
}

function bytesOfPixels({ width, height, depth, colourType, isInterlaced }: Header): number {
  const rows = (columns: number, lines: number): number =>
    columns > 0 && lines > 0 ? lines * (1 + Math.ceil((columns * depth * (SAMPLES[colourType] ?? 0)) / 8)) : 0;
  if (!isInterlaced) return rows(width, height);
  return PASSES.reduce(
    (sum, [left, top, across, down]) =>
      sum + rows(Math.ceil((width - left) / across), Math.ceil((height - top) / down)),
    0,
  );
}

/** How many bytes the data hold; counted no further than just beyond `most`. */
function inflatedBytes(data: readonly Uint8Array[], most: number, place: Place): number {
  let found = 0;
  const inflator = new Unzlib((chunk) => (found += chunk.length));
  const all = concatenate(data);
  try {
    for (let at = 0; at < all.length && found <= most; at += STEP_BYTES)
      inflator.push(all.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= all.length);
  } catch (error) {
    return damaged(error, place);
  }
  return found;
}

/** What a library has to say against the data; it throws whatever they lead it to. */
const damaged = (error: unknown, place: Place): never =>
  fail('E0602', `the PNG is damaged: ${error instanceof Error ? error.message : String(error)}`, place);

/** The decoder is loaded where there is a PNG. */
async function decode({ chunks }: Header, place: Place): Promise<DecodedPng> {
  const fastPng = await import('fast-png');
  try {
    return fastPng.decode(concatenate([PNG_SIGNATURE, ...chunks, END]), { checkCrc: true });
  } catch (error) {
    return damaged(error, place);
  }
}

/** Red, green, blue and 255 of every pixel. @throws E0606 where one is transparent, E0602 where a colour is none of the palette */
function opaque(decoded: DecodedPng, header: Header, place: Place): Uint8Array {
  const { width, height, depth, colourType } = header;
  const { data, palette, transparency } = decoded;
  const samples = SAMPLES[colourType]!;
  const largest = 2 ** depth - 1;
  const rowBytes = Math.ceil((width * depth * samples) / 8);
  const isGrey = GREY_TYPES.includes(colourType);
  const rgba = new Uint8Array(4 * width * height);
  const pixel = new Array<number>(samples).fill(0);
  let isTransparent = false;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      for (let k = 0; k < samples; k++) {
        const bit = (x * samples + k) * depth;
        pixel[k] = (data[y * rowBytes + (bit >> 3)]! >> (8 - depth - (bit & 7))) & largest;
      }
      const colour = colourType === PALETTE_TYPE ? palette?.[pixel[0]!] : pixel;
      if (colour === undefined)
        fail('E0602', `the PNG has a pixel of colour ${pixel[0]!}, which its palette has not`, place);
      const at = 4 * (y * width + x);
      const scale = colourType === PALETTE_TYPE ? 1 : 255 / largest;
      for (let k = 0; k < 3; k++) rgba[at + k] = colour[isGrey ? 0 : k]! * scale;
      rgba[at + 3] = 255;
      const alpha = colour[isGrey ? 1 : 3] ?? 255;
      isTransparent ||= alpha !== 255 || isKeyed(pixel, transparency);
    }
  if (isTransparent) fail('E0606', 'PNG with transparent pixels is not read', place, 'save it on an opaque background');
  return rgba;
}

/** Whether it is the one colour that a file without alpha calls transparent. */
const isKeyed = (pixel: readonly number[], key: Uint16Array | undefined): boolean =>
  key?.length === pixel.length && pixel.every((sample, k) => sample === key[k]);
