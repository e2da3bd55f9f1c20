/** The conversion record `snn-convert/1`: what `snnc convert` did. Published as spec/convert-record.schema.json. */
import { z } from 'zod';
import { CONVERSION_MODES } from './conversions.ts';

const natural = z.number().int().nonnegative();

export const convertRecordSchema = z.strictObject({
  format: z.literal('snn-convert/1'),
  network: z.string(),
  mode: z.enum(CONVERSION_MODES),
  window: z.number().int().positive().describe('T, in ticks'),
  threshold: z.string().describe('what chose the thresholds, as the command line writes it; clip: the clip levels'),
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
  files: z.array(z.string()).length(2).describe('the document and the file of its tensors'),
  warnings: z.array(z.string()),
});
export type ConvertRecord = z.infer<typeof convertRecordSchema>;
