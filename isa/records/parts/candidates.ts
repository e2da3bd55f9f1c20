/** The candidates of a choice by measurement, as a part of the build record. */
import { z } from 'zod';
import { natural } from './numbers.ts';

export const candidatesSchema = z
  .array(
    z.strictObject({
      mode: z.string(),
      code: z.string(),
      window: natural,
      correct: z.string(),
      verdict: z.enum(['taken', 'not better', 'loses too much', 'not tried further']),
      lossPoints: z
        .number()
        .describe(
          'accuracy lost against the conventional network on samples held out; without labels: answers that differ',
        ),
      standardErrorPoints: z.number(),
      samples: natural.describe('held out samples that it was run on: dearer ones see few'),
      estimatedEnergyJ: z.number().describe('per inference, before the mapping: to compare candidates with'),
      estimatedLatencySeconds: z.number(),
      packets: z.number().describe('of an inference, of all layers'),
    }),
  )
  .describe('by cost, the cheapest first');
export type CandidateRecord = z.infer<typeof candidatesSchema>[number];
