/** The record of one point of `snnemu sweep`: a line of its results. */
import { z } from 'zod';
import { runFigures } from './compare-record.ts';
import { natural } from './parts/numbers.ts';
import { conversionOfPoint, failedPoint, inputOfPoint, optionTexts, sha256 } from './parts/points.ts';

const format = 'snn-sweep/1';

export type SweepInput = z.infer<typeof inputOfPoint>;

const errorsSchema = z.strictObject({ mae: z.number(), rmse: z.number(), r2: z.number().optional() });

const doneSchema = z.strictObject({
  status: z.literal('done'),
  conversion: conversionOfPoint,
  ...runFigures,
  regression: errorsSchema.optional().describe('where the data have targets'),
  deadlineMissed: natural.optional().describe('inferences that took longer than the deadline, where there is one'),
  spikeDigest: z.string(),
  notes: z.array(z.string()).describe('warnings and notes of build and evaluation'),
});

export const outcomeSchema = z.discriminatedUnion('status', [doneSchema, failedPoint]);
export type SweepOutcome = z.infer<typeof outcomeSchema>;

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  point: natural.describe('its place in the plan, from 1'),
  key: sha256.describe('of tool, inputs and options: what has the same key has the same outcome'),
  varied: optionTexts.describe('what the plan varies, as it was written or drawn'),
  options: optionTexts.describe('all options of build and evaluation that have a value, defaults too'),
  inputs: z.array(inputOfPoint),
  outcome: outcomeSchema,
});

export const sweepRecord = { format, title: 'Record of a point of snnemu sweep', schema } as const;
export type SweepRecord = z.infer<typeof schema>;
