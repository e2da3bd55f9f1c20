/** A PNG image as one sample, grey or RGB. */
import { readFile } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { elementCount } from './array-file.ts';
import { fail, type Place } from '../../isa/index.ts';
import type { RawDataset } from './dataset.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const IHDR = 0x49484452;
const IDAT = 0x49444154;
/** Samples of a pixel per colour type: grey, RGB, palette index, grey with alpha, RGB with alpha. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const GREY_TYPES: readonly number[] = [0, 4];
const MAX_PIXELS = 2 ** 22;
const MAX_FILE_BYTES = 2 ** 26;

/** Whether the first bytes are those of a PNG file. */
export const looksLikePng = (head: Uint8Array): boolean => SIGNATURE.every((byte, k) => head[k] === byte);

/**
 * The image as bytes, channels first. Grey from colour by the luma of ITU-R BT.601, rounded half up; colour from grey by
 * repetition.
 *
 * @param channelsWanted 1 or 3; undefined: what the expected input has, else what the file has
 * @throws E0602 where the file is damaged; E0603 for other channel counts; E0606 for what is not read: transparency,
 *   16 bits per channel, interlacing, more than 4 Mi pixels
 */
export async function pngDataset(
  file: string,
  size: number,
  channelsWanted: number | undefined,
  input: readonly number[] | undefined,
): Promise<RawDataset> {
  const place: Place = { file };
  if (size > MAX_FILE_BYTES) fail('E0606', `PNG files above ${MAX_FILE_BYTES} bytes are not read`, place);
  const bytes = await readFile(file);
  const header = checkChunks(bytes, file);
  if (header.depth === 16) fail('E0606', 'PNG with 16 bits per channel is not read', place, 'save it with 8 bits');
  if (header.interlaced) fail('E0606', 'interlaced PNG is not read', place, 'save it without interlacing');
  const { width, height } = header;
  if (width * height > MAX_PIXELS || width * height === 0)
    fail('E0606', `a PNG of ${width} × ${height} pixels is not read; 1 to ${MAX_PIXELS} pixels are`, place);
  checkPixels(header, place);
  const wanted =
    channelsWanted ?? channelsOf(input, width * height) ?? (GREY_TYPES.includes(header.colourType) ? 1 : 3);
  if (wanted !== 1 && wanted !== 3)
    fail('E0603', `an image has 1 or 3 channels, the input has ${wanted}`, place, 'give the data as .npy');
  const values = planes(decode(bytes, place), width * height, wanted, place);
  const shape = wanted === 1 ? [height, width] : [3, height, width];
  return {
    count: 1,
    shape,
    description: `PNG, [${shape.join(', ')}] of u1`,
    async *values(start, end) {
      if (start < end) yield await Promise.resolve({ values });
    },
  };
}

function channelsOf(input: readonly number[] | undefined, pixels: number): number | undefined {
  if (input === undefined) return undefined;
  const elements = elementCount(input);
  // A vector as input says nothing about channels; its length does.
  const [channels = 1, height, width] = input.slice(-3);
  if (height === 1 && width === 1 && channels > 3)
    return elements === pixels ? 1 : elements === 3 * pixels ? 3 : undefined;
  return channels;
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
  for (let at = SIGNATURE.length; at < bytes.length; ) {
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
  return header ?? fail('E0602', 'the PNG has no header', { file, offset: SIGNATURE.length });
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

function planes(rgba: Uint8Array, pixels: number, channels: 1 | 3, place: Place): Uint8Array {
  if (rgba.length !== pixels * 4) fail('E0602', 'the PNG has fewer pixels than its header says', place);
  const values = new Uint8Array(channels * pixels);
  for (let k = 0; k < pixels; k++) {
    const [red, green, blue] = [rgba[4 * k]!, rgba[4 * k + 1]!, rgba[4 * k + 2]!];
    if (rgba[4 * k + 3] !== 255)
      fail('E0606', 'PNG with transparent pixels is not read', place, 'save it on an opaque background');
    if (channels === 1) values[k] = Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);
    else {
      values[k] = red;
      values[pixels + k] = green;
      values[2 * pixels + k] = blue;
    }
  }
  return values;
}
