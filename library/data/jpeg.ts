/** The pixels of a JPEG file. Its orientation tag (EXIF) is not followed: pixels are taken as they are stored. */
import { fail, type Place } from '../../isa/index.ts';
import { MAX_PIXELS, type Picture, requirePixels } from './picture.ts';

/** What the decoder may take: it holds coefficients and components of some 20 bytes per pixel. */
const MAX_MEMORY_MB = 512;
const PIXELS_PER_MP = 1e6;

/** Whether the first bytes are those of a JPEG file. */
export const looksLikeJpeg = (head: Uint8Array): boolean => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;

/** @throws E0602 where the file is damaged or of a kind that is not decoded; E0606 for more than 4 Mi pixels */
export async function readJpeg(bytes: Uint8Array, file: string): Promise<Picture> {
  const place: Place = { file };
  const { width, height, data } = await decodeJpeg(bytes, place);
  requirePixels('JPEG', width, height, place);
  let isGrey = true;
  for (let at = 0; at < data.length && isGrey; at += 4) isGrey = data[at] === data[at + 1] && data[at] === data[at + 2];
  return { width, height, rgba: data, isGrey };
}

/** The decoder is loaded where there is a JPEG. */
async function decodeJpeg(bytes: Uint8Array, place: Place) {
  const { decode } = await import('jpeg-js');
  try {
    return decode(bytes, {
      useTArray: true,
      maxResolutionInMP: MAX_PIXELS / PIXELS_PER_MP,
      maxMemoryUsageInMB: MAX_MEMORY_MB,
      tolerantDecoding: false,
    });
  } catch (error) {
    // The decoder throws whatever the bytes lead it to.
    const reason = error instanceof Error ? error.message : String(error);
    return fail('E0602', `the JPEG cannot be decoded: ${reason}`, place, 'save it again, or give the data as .npy');
  }
}
