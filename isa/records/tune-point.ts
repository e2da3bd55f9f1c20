/** A line of `snnc tune --points`. */
import { z } from 'zod';
import { optionTexts, sha256 } from './parts/points.ts';
import { tunedPoint } from './parts/tuned-point.ts';

const format = 'snn-tune-point/1';

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  key: sha256.describe('of tool, inputs and options'),
  options: optionTexts.describe('all options of build and evaluation that have a value, defaults too'),
  ...tunedPoint,
});

export const tunePoint = { format, title: 'Record of a point of snnc tune', schema } as const;
