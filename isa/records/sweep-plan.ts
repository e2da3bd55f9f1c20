/** What `snnemu sweep` is asked for, as a file: the points of the plan are list × grid × samples. */
import { z } from 'zod';

const format = 'snn-sweep-plan/1';

const value = z.union([z.string(), z.number(), z.boolean()]);
const values = z.record(z.string(), value);

/** How values of ranges are drawn. */
export const SAMPLING_METHODS = ['latin-hypercube', 'sobol', 'random'] as const;
export type SamplingMethod = (typeof SAMPLING_METHODS)[number];

/** Points that one sample has at most; that many a plan has too. */
export const MOST_POINTS = 10_000;
export const LARGEST_SAMPLING_SEED = 2 ** 31 - 1;

const schema = z.strictObject({
  format: z.literal(format),
  network: z.string().describe('file of the network; like all files of a plan relative to the folder of the plan'),
  options: values.optional().describe('of all points: options of `snnc build` and `snnemu eval` by their names'),
  list: z.array(values).min(1).optional().describe('sets of options that belong together'),
  grid: z
    .record(z.string(), z.array(value).min(1))
    .optional()
    .describe('option → its values; every combination is a point, the last option changing first'),
  sample: z
    .strictObject({
      count: z.number().int().min(1).max(MOST_POINTS),
      method: z.enum(SAMPLING_METHODS).optional().describe('latin-hypercube if absent'),
      seed: z.number().int().min(0).max(LARGEST_SAMPLING_SEED).optional().describe('0 if absent'),
      ranges: z
        .record(z.string(), z.union([z.string(), z.array(value).min(1)]))
        .describe(
          'option → "4..64" (whole numbers, as both ends are), "0.1..1.0", "0.01..1.0:log", or a list of values',
        ),
    })
    .optional()
    .describe('values that are drawn'),
});

export const sweepPlan = { format, title: 'Plan of snnemu sweep', schema } as const;
export type SweepPlan = z.infer<typeof schema>;
