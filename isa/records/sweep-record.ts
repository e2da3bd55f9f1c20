/** The record of one point of `snnemu sweep`: a line of its results. */
import { z } from 'zod';
import { runFigures } from './compare-record.ts';
import { natural } from './parts/numbers.ts';

const format = 'snn-sweep/1';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const texts = z.record(z.string(), z.union([z.string(), z.boolean()]));

const inputSchema = z.strictObject({
  option: z.string().describe('that names it; "network" for the network itself'),
  name: z.string().describe('as it was given'),
  sha256: sha256.describe(
    'of the bytes of a file; of several files: of the lines "sha256  name" in the order of the names',
  ),
  files: natural.describe('0 for a built-in target, whose JSON is hashed'),
  bytes: natural,
});
export type SweepInput = z.infer<typeof inputSchema>;

const errorsSchema = z.strictObject({ mae: z.number(), rmse: z.number(), r2: z.number().optional() });

const doneSchema = z.strictObject({
  status: z.literal('done'),
  conversion: z.strictObject({
    mode: z.string(),
    code: z.string().optional().describe('absent: a packet for every spike'),
    correct: z.string(),
    window: natural,
    ticks: natural.describe('of one inference'),
  }),
  ...runFigures,
  regression: errorsSchema.optional().describe('where the data have targets'),
  deadlineMissed: natural.optional().describe('inferences that took longer than the deadline, where there is one'),
  spikeDigest: z.string(),
  notes: z.array(z.string()).describe('warnings and notes of build and evaluation'),
});

const failedSchema = z.strictObject({
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

const outcomeSchema = z.discriminatedUnion('status', [doneSchema, failedSchema]);
export type SweepOutcome = z.infer<typeof outcomeSchema>;

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  point: natural.describe('its place in the plan, from 1'),
  key: sha256.describe('of tool, inputs and options: what has the same key has the same outcome'),
  varied: texts.describe('what the plan varies, as it was written or drawn'),
  options: texts.describe('all options of build and evaluation that have a value, defaults too'),
  inputs: z.array(inputSchema),
  outcome: outcomeSchema,
});

export const sweepRecord = { format, title: 'Record of a point of snnemu sweep', schema } as const;
export type SweepRecord = z.infer<typeof schema>;
