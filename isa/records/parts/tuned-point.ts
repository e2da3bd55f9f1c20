/** What `snnc tune` found out of a point. */
import { z } from 'zod';
import { natural } from './numbers.ts';
import { conversionOfPoint, failedPoint, optionTexts, sha256 } from './points.ts';

/** What can be limited. */
export const TUNE_LIMITS = ['loss', 'energy', 'latency', 'cores'] as const;
export const tuneLimit = z.enum(TUNE_LIMITS);
export type TuneLimit = z.infer<typeof tuneLimit>;

const interval = {
  mean: z.number(),
  low: z.number().nullable().describe('null: too few samples to say'),
  high: z.number().nullable(),
};

const beyond = TUNE_LIMITS.map((limit) => `beyond ${limit}` as const);

export const tunedPoint = {
  point: natural.describe('its place in the space, from 1'),
  varied: optionTexts,
  verdict: z
    .enum(['taken', 'costs more', 'open', 'failed', ...beyond])
    .describe('open: neither a limit nor a cheaper point rules it out, where nothing was taken'),
  samples: natural.describe('that it was judged on'),
  lossPoints: z.strictObject(interval).describe('points of accuracy lost against the conventional network, pairwise'),
  energyJ: z.strictObject(interval).describe('per inference'),
  energyPartial: z.boolean(),
  latency: z.strictObject({ meanSeconds: z.number(), worstSeconds: z.number() }),
  cores: natural,
  front: z
    .enum(['front', 'undecided', 'dominated', 'outside'])
    .describe('of loss, energy, latency and cores, by their intervals; outside: without a result'),
  conversion: conversionOfPoint.optional(),
  chipSha256: sha256.optional(),
  diagnostics: failedPoint.shape.diagnostics.optional(),
} as const;
export const tunedPointSchema = z.strictObject(tunedPoint);
export type TunedPoint = z.infer<typeof tunedPointSchema>;
