/** What records of points have in common: `snnemu sweep`, `snnc tune`. */
import { z } from 'zod';
import { natural } from './numbers.ts';

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const optionTexts = z.record(z.string(), z.union([z.string(), z.boolean()]));

export const inputOfPoint = z.strictObject({
  option: z.string().describe('that names it; "network" for the network itself'),
  name: z.string().describe('as it was given'),
  sha256: sha256.describe(
    'of the bytes of a file; of several files: of the lines "sha256  name" in the order of the names',
  ),
  files: natural.describe('0 for a built-in target, whose JSON is hashed'),
  bytes: natural,
});

export const conversionOfPoint = z.strictObject({
  mode: z.string(),
  code: z.string().optional().describe('absent: a packet for every spike'),
  correct: z.string(),
  window: natural,
  ticks: natural.describe('of one inference'),
});
export type ConversionOfPoint = z.infer<typeof conversionOfPoint>;

export const failedPoint = z.strictObject({
  status: z.literal('failed'),
  stage: z.enum(['build', 'eval', 'thread']).describe('thread: it ended by itself, and with it the point'),
  diagnostics: z
    .array(
      z.strictObject({
        code: z.string(),
        message: z.string(),
        place: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
        remedy: z.string().optional(),
      }),
    )
    .min(1),
  notes: z.array(z.string()),
});
export type FailedPoint = z.infer<typeof failedPoint>;
