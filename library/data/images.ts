/** An image file as one sample, grey or RGB. */
import { elementCount } from './array-file.ts';
import { fail } from '../../isa/index.ts';
import { type ByteSource, withStream } from './bytes.ts';
import type { RawDataset } from './dataset.ts';
import { looksLikeJpeg, readJpeg } from './jpeg.ts';
import { looksLikePng, planesOf } from './picture.ts';
import { readPng } from './png.ts';

const MAX_FILE_BYTES = 2 ** 26;

/** Endings of files that a folder can hold a sample in each of, in small letters. */
export const SAMPLE_ENDINGS: readonly string[] = ['.png', '.jpg', '.jpeg', '.npy'];

/** Whether the first bytes are those of an image that is read. */
export const looksLikeImage = (head: Uint8Array): boolean => looksLikePng(head) || looksLikeJpeg(head);

export interface ImageOptions {
  /** 1 or 3; undefined: what the expected input has, else what the file has. */
  readonly channelsWanted: number | undefined;
  readonly input: readonly number[] | undefined;
}

/**
 * The image as bytes, channels first.
 *
 * @throws E0602 where the file is damaged; E0603 for other channel counts; E0606 for what is not read
 */
export async function imageDataset(
  { file, size, chunks }: ByteSource,
  { channelsWanted, input }: ImageOptions,
): Promise<RawDataset> {
  if (size > MAX_FILE_BYTES) fail('E0606', `image files above ${MAX_FILE_BYTES} bytes are not read`, { file });
  const bytes = await withStream(chunks(), file, (stream) => stream.readUpTo(size));
  const isPng = looksLikePng(bytes);
  const picture = await (isPng ? readPng : readJpeg)(bytes, file);
  const { width, height, isGrey } = picture;
  const wanted = channelsWanted ?? channelsOf(input, width * height) ?? (isGrey ? 1 : 3);
  if (wanted !== 1 && wanted !== 3)
    fail('E0603', `an image has 1 or 3 channels, the input has ${wanted}`, { file }, 'give the data as .npy');
  const values = planesOf(picture, wanted);
  const shape = wanted === 1 ? [height, width] : [3, height, width];
  return {
    count: 1,
    shape,
    description: `${isPng ? 'PNG' : 'JPEG'}, [${shape.join(', ')}] of u1`,
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
