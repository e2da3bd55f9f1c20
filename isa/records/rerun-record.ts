/** The record of `snnemu rerun`: whether a run that a record tells of came out the same again. */
import { z } from 'zod';
import { natural } from './parts/numbers.ts';

const format = 'snn-rerun/1';

/** Differences that are listed. */
export const MOST_DIFFERENCES = 100;

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  record: z.string().describe('file of the record'),
  recordedBy: z.string().describe('the tool that wrote it'),
  chipSha256: z.string(),
  identical: z.boolean(),
  compared: natural.describe('values of the record that were compared'),
  different: natural,
  differences: z
    .array(z.strictObject({ path: z.string(), recorded: value, now: value }))
    .max(MOST_DIFFERENCES)
    .describe('the first of them; null where a value is absent, or several values are'),
  leftOut: z.array(z.string()).describe('members that may differ, and were not compared'),
});

export const rerunRecord = { format, title: 'Record of snnemu rerun', schema } as const;
export type RerunRecord = z.infer<typeof schema>;
