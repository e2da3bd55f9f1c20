/**
 * The first line of a part of an evaluation, which says of what it is a part. The lines behind it, one a sample and a last one, are in
 * parts/eval-lines.ts.
 */
import { z } from 'zod';
import { natural } from './parts/numbers.ts';
import { originSchema } from './parts/origin.ts';

const format = 'snn-eval-part/1';

/** Most parts of an evaluation. */
export const MOST_PARTS = 10_000;

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  part: z.number().int().min(1).max(MOST_PARTS),
  of: z.number().int().min(1).max(MOST_PARTS),
  first: natural.describe('sample, counted from 0'),
  end: natural.describe('sample behind the last one'),
  samples: natural.describe('of the whole evaluation'),
  chipSha256: z.string(),
  options: z
    .strictObject({
      timing: z.enum(['cycle', 'none']),
      kernel: z.string(),
      outputs: z.enum(['values', 'predictions']),
      topK: natural.optional(),
      heads: z.union([z.literal('pixels'), z.array(natural)]).optional(),
      curve: z.boolean(),
      float: z.boolean().describe('whether the conventional network ran on scored samples, too'),
      deadline: z.string().optional(),
      energyBudget: z.string().optional(),
      perTick: z.boolean(),
    })
    .describe('what decides what the record of the whole has'),
  origin: originSchema.optional().describe('of the whole evaluation; absent where it was not started by arguments'),
});

export const evalPart = { format, title: 'First line of a part of snnemu eval', schema } as const;
export type EvalPart = z.infer<typeof schema>;
