/** What `snnc tune` keeps of a point: some samples of it, one by one. */
import { z } from 'zod';
import { natural } from './parts/numbers.ts';
import { conversionOfPoint, failedPoint, inputOfPoint, optionTexts, sha256 } from './parts/points.ts';

const format = 'snn-tune-part/1';

const doneSchema = z.strictObject({
  status: z.literal('done'),
  available: natural.describe('samples that points are judged on at most'),
  chipSha256: sha256,
  conversion: conversionOfPoint,
  cores: natural,
  clockHz: z.number(),
  energyPartial: z.boolean().describe('something is unknown or not counted: energies are lower bounds'),
  losses: z
    .string()
    .regex(/^[-=+]*$/)
    .describe('a sign a sample: + only the conventional network is right, - only the chip is, = both or none'),
  energyJ: z.array(z.number()).describe('of each sample'),
  latencyCycles: z.array(natural).describe('of each sample'),
  notes: z.array(z.string()).describe('warnings and notes of the build'),
});

const outcomeSchema = z.discriminatedUnion('status', [doneSchema, failedPoint]);
export type TunePartOutcome = z.infer<typeof outcomeSchema>;

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  key: sha256.describe('of tool, inputs, options, and which samples in which order'),
  options: optionTexts.describe('all options of build and evaluation that have a value, defaults too'),
  inputs: z.array(inputOfPoint),
  first: natural.describe('place of the first sample in the order in which samples are judged'),
  end: natural.describe('place behind the last one'),
  outcome: outcomeSchema,
});

export const tunePart = { format, title: 'Part of a point of snnc tune', schema } as const;
export type TunePart = z.infer<typeof schema>;
