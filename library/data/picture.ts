/** A decoded image, whatever the format of its file. */
import { fail, type Place } from '../../isa/index.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and 255, pixel by pixel. */
  readonly rgba: Uint8Array;
  /** Whether the file has no colours. */
  readonly isGrey: boolean;
}

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Whether the first bytes are those of a PNG file. */
export const looksLikePng = (head: Uint8Array): boolean => PNG_SIGNATURE.every((byte, k) => head[k] === byte);

export const MAX_PIXELS = 2 ** 22;

/** @throws E0606 for images without pixels and for those of more than 4 Mi */
export function requirePixels(format: string, width: number, height: number, place: Place): void {
  if (width * height >= 1 && width * height <= MAX_PIXELS) return;
  fail('E0606', `a ${format} of ${width} × ${height} pixels is not read; 1 to ${MAX_PIXELS} pixels are`, place);
}

/**
 * The image channels first. Grey from colour by the luma of ITU-R BT.601, rounded half up; colour from grey by repetition.
 */
export function planesOf({ width, height, rgba }: Picture, channels: 1 | 3): Uint8Array {
  const pixels = width * height;
  const values = new Uint8Array(channels * pixels);
  for (let k = 0; k < pixels; k++) {
    const [red, green, blue] = [rgba[4 * k]!, rgba[4 * k + 1]!, rgba[4 * k + 2]!];
    if (channels === 1) values[k] = Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);
    else {
      values[k] = red;
      values[pixels + k] = green;
      values[2 * pixels + k] = blue;
    }
  }
  return values;
}
