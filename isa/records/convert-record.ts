/** The conversion record: what `snnc convert` did. */
import { z } from 'zod';
import { natural } from './parts/numbers.ts';

const format = 'snn-convert/1';

const schema = z.strictObject({
  format: z.literal(format),
  network: z.string(),
  mode: z.string(),
  window: z.number().int().positive().describe('T, in ticks; of populations in steps'),
  threshold: z
    .string()
    .describe(
      'what chose the thresholds, as the command line writes it; clip: the clip levels; as trained: those of the network',
    ),
  per: z.enum(['layer', 'channel']),
  calibrationSamples: natural,
  layers: z
    .array(
      z.strictObject({
        name: z.string(),
        channels: natural.describe('number of thresholds; 0 for a read-out that accumulates'),
        threshold: z
          .tuple([z.number().positive(), z.number().positive()])
          .nullable()
          .describe('lowest and highest, in units of the activation; null for a read-out that accumulates'),
      }),
    )
    .min(1),
  lost: z.array(z.string()).optional().describe('of a NIR graph: what it does not say'),
  files: z.array(z.string()).min(1).max(2).describe('the document and the file of its tensors, or the NIR graph'),
  warnings: z.array(z.string()),
});

export const convertRecord = { format, title: 'Conversion record of snnc', schema } as const;
export type ConvertRecord = z.infer<typeof schema>;
