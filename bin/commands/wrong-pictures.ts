/** Small pictures of the first samples that are not recognised, where samples are images: for the report. */
import {
  type Chip,
  MOST_PICTURE_SIDE,
  MOST_PICTURES,
  type PictureRecord,
  type RunRecord,
  type Sample,
} from '../../isa/index.ts';
import { platform } from '#platform';

type Picture = Pick<PictureRecord, 'channels' | 'height' | 'width'> & { readonly bytes: Uint8Array };

/** Whether a chip takes images: one or three channels with height and width, all at once. */
export const takesImages = ({ input }: Chip): boolean => {
  const [channels, height, width] = input.shape;
  return (channels === 1 || channels === 3) && height > 1 && width > 1 && (input.ticks ?? 1) === 1;
};

/**
 * Keeps what samples look like until it is known whether they are recognised; samples are judged in the order in which they
 * are shown, so no more are held than run at once.
 */
export class WrongPictures {
  readonly #shape: Chip['input']['shape'];
  readonly #waiting: (Pick<Sample, 'index' | 'label'> & { readonly picture: Picture })[] = [];
  readonly #kept: PictureRecord[] = [];

  constructor({ input }: Chip) {
    this.#shape = input.shape;
  }

  /** A sample that is going to run. */
  show({ index, label, values }: Sample): void {
    if (this.#kept.length >= MOST_PICTURES) return;
    this.#waiting.push({ index, ...(label !== undefined && { label }), picture: pictureOf(values, this.#shape) });
  }

  /** What the sample that was shown first of those that are not judged was taken for. */
  judge(predicted: number): void {
    const shown = this.#waiting.shift();
    if (shown?.label === undefined || shown.label === predicted || this.#kept.length >= MOST_PICTURES) return;
    const { index, label, picture } = shown;
    const { bytes, ...size } = picture;
    this.#kept.push({ index, label, predicted, ...size, pixels: platform.toBase64(bytes) });
  }

  /** The record with them, where it has an accuracy and any is wrong. */
  addTo(record: RunRecord): RunRecord {
    const { accuracy } = record;
    if (accuracy === undefined || this.#kept.length === 0) return record;
    return { ...record, accuracy: { ...accuracy, pictures: this.#kept } };
  }
}

/**
 * Values as bytes: bytes as they are, values between 0 and 1 as shares of white, others between their least and their
 * largest. Of an image larger than {@link MOST_PICTURE_SIDE}, a pixel is the mean of a square of its pixels.
 *
 * @param values channels × height × width
 */
export function pictureOf(
  values: Uint8Array | Float32Array,
  [channels, height, width]: readonly [number, number, number],
): Picture {
  const block = Math.ceil(Math.max(height, width) / MOST_PICTURE_SIDE);
  const [rows, columns] = [Math.ceil(height / block), Math.ceil(width / block)];
  const { low, high } = rangeOf(values);
  const bytes = new Uint8Array(channels * rows * columns);
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) {
        let sum = 0;
        let count = 0;
        for (let v = y * block; v < Math.min(height, (y + 1) * block); v++)
          for (let u = x * block; u < Math.min(width, (x + 1) * block); u++) {
            sum += values[(c * height + v) * width + u] ?? 0;
            count++;
          }
        bytes[(y * columns + x) * channels + c] = Math.round((255 * (sum / count - low)) / (high - low));
      }
  return { channels: channels === 3 ? 3 : 1, height: rows, width: columns, bytes };
}

/** What is black, and what is white. */
function rangeOf(values: Uint8Array | Float32Array): { readonly low: number; readonly high: number } {
  if (values instanceof Uint8Array) return { low: 0, high: 255 };
  let [least, largest] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  }
  if (least >= 0 && largest <= 1) return { low: 0, high: 1 };
  return least < largest ? { low: least, high: largest } : { low: least - 1, high: least + 1 };
}
