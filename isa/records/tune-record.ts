/** The record of `snnc tune`. */
import { z } from 'zod';
import { natural } from './parts/numbers.ts';
import { inputOfPoint, optionTexts, sha256 } from './parts/points.ts';
import { tunedPointSchema, tuneLimit } from './parts/tuned-point.ts';

const format = 'snn-tune/1';

const limited = z.number().optional();

const changeSchema = z.strictObject({
  limit: tuneLimit,
  point: natural,
  needed: z.number().describe('what the limit would have to be, in its unit'),
});

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  network: z.string(),
  inputs: z.array(inputOfPoint).optional().describe('of all points; absent in records of earlier versions'),
  options: optionTexts.optional().describe('that have the same value in all points, defaults too'),
  objective: z.enum(['energy', 'latency', 'cores']),
  confidence: z.number().describe('that chance does not put the best point away, and of all intervals'),
  limits: z.strictObject({
    loss: limited.describe('points of accuracy'),
    energy: limited.describe('joules per inference, in the mean'),
    latency: limited.describe('seconds of every inference'),
    cores: limited,
  }),
  samples: z.strictObject({
    available: natural,
    rounds: z.array(natural).describe('numbers of samples after which points are judged'),
    measured: natural.describe('samples of all points together'),
  }),
  points: z.array(tunedPointSchema),
  answer: z
    .strictObject({
      point: natural,
      chipSha256: sha256,
      file: z.string(),
      probabilities: z.strictObject({
        loss: z.number().optional().describe('that it loses no more than it may'),
        energy: z.number().optional().describe('that its mean energy is no higher than it may be'),
        latency: z.number().optional().describe('share of inferences in time, at least, at the confidence'),
      }),
      notes: z.array(z.string()).describe('warnings and notes of its build'),
    })
    .nullable()
    .describe('null: no point meets the limits'),
  second: z.strictObject({ point: natural, extraCost: z.number().describe('share of the objective') }).nullable(),
  prices: z
    .array(changeSchema.extend({ saves: z.number().describe('share of the objective of the answer') }))
    .describe('for each limit: what would be taken without it, by what is known of the points'),
  relax: z.array(changeSchema).describe('where nothing meets the limits: each limit that would do alone'),
  together: z.array(changeSchema).describe('where no limit would do alone: what the nearest point needs'),
});

export const tuneRecord = { format, title: 'Record of snnc tune', schema } as const;
export type TuneRecord = z.infer<typeof schema>;
