/** The check record: why a network does not fit, and what does. */
import { z } from 'zod';
import { natural } from './parts/numbers.ts';

const format = 'snn-check/1';

const misfit = z.strictObject({
  code: z.string(),
  message: z.string(),
  layer: z.string().nullable(),
  core: natural.nullable(),
  figure: z.string().nullable().describe('figure of the target that is too small, as its path; mesh: number of cores'),
  needed: natural.nullable(),
  available: natural.nullable(),
  remedy: z.string().nullable(),
});

const fit = { cores: natural, coresAvailable: natural };

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  network: z.string(),
  target: z.string(),
  fits: z.literal(false),
  misfit,
  changes: z
    .array(
      z.strictObject({
        kind: z.enum(['option', 'network', 'target']),
        change: z.string(),
        options: z
          .strictObject({ weightBits: natural.optional(), window: natural.optional(), mode: z.string().optional() })
          .optional(),
        layer: z.strictObject({ name: z.string(), channelsFrom: natural, channelsTo: natural }).optional(),
        figures: z.array(z.strictObject({ figure: z.string(), from: natural, to: natural })).optional(),
        ...fit,
      }),
    )
    .describe('changes with each of which alone the network was built, the smallest first'),
  triedInVain: z.array(z.string()).describe('changes with which it was not'),
  targets: z
    .array(
      z.discriminatedUnion('fits', [
        z.strictObject({ target: z.string(), fits: z.literal(true), ...fit }),
        z.strictObject({ target: z.string(), fits: z.literal(false), misfit }),
      ]),
    )
    .describe('the built-in targets, the nearest to the target first'),
  nearestTarget: z.string().nullable().describe('the nearest of them that fits'),
});

export const checkRecord = { format, title: 'Check record of snnc, of what does not fit', schema } as const;
export type CheckRecord = z.infer<typeof schema>;
export type CheckedChange = CheckRecord['changes'][number];
