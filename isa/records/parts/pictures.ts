/** Small pictures of samples that were not recognised. */
import { z } from 'zod';
import { natural } from './numbers.ts';

/** Pictures that a record holds at most. */
export const MOST_PICTURES = 12;
/** Pixels along a side of them at most: of larger images a pixel is the mean of several. */
export const MOST_PICTURE_SIDE = 48;

const side = z.number().int().min(1).max(MOST_PICTURE_SIDE);

export const pictureSchema = z
  .strictObject({
    index: natural.describe('of the sample'),
    label: natural,
    predicted: natural,
    channels: z.union([z.literal(1), z.literal(3)]).describe('grey, or red, green and blue'),
    height: side,
    width: side,
    pixels: z
      .string()
      .regex(/^[A-Za-z0-9+/]+={0,2}$/)
      .describe('a byte for each channel of each pixel, row by row, the channels of a pixel side by side; base64'),
  })
  .refine(
    ({ channels, height, width, pixels }) => pixels.length === 4 * Math.ceil((channels * height * width) / 3),
    'pixels has channels · height · width bytes',
  );
export type PictureRecord = z.infer<typeof pictureSchema>;
