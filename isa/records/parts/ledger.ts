/** The ledger of a conversion: what it lost where. */
import { z } from 'zod';
import { natural } from './numbers.ts';

const moments = z
  .strictObject({ mean: z.number(), meanAbsolute: z.number(), rms: z.number() })
  .describe('over neurons and samples, in units of the activation');
const share = z.number().min(0).max(1);

const station = z.strictObject({
  correct: natural.describe('samples classified as their label says'),
  agreeing: natural.describe('samples classified as by the station before'),
  difference: z
    .number()
    .describe('mean |difference| from the station before, relative to the mean |output| of the conventional network'),
});

export const ledgerSchema = z.strictObject({
  samples: natural,
  labelled: natural.describe('samples whose label is known'),
  stations: z.strictObject({
    ann: station.describe('the conventional network'),
    spiking: station.describe('the spiking network in floating point'),
    integer: station.describe('the integers, which the chip computes bit for bit'),
  }),
  layers: z.array(
    z.strictObject({
      layer: z.string(),
      threshold: z.strictObject({ min: z.number(), mean: z.number(), max: z.number() }).nullable(),
      clippedShare: share.describe('of the activations above 0, those that exceed their threshold'),
      silentChannels: natural.describe('channels that never fired, though their activation was above 0'),
      rate: share.describe('spikes per neuron and tick of the window'),
      activationRms: z.number(),
      terms: z
        .strictObject({
          unevenness: moments,
          rounding: moments,
          clipping: moments,
          inherited: moments,
          total: moments,
        })
        .describe('S(ẑ) − R(z), split into four terms whose means add up to that of the total'),
      rounding: z
        .strictObject({ share, measured: moments, expected: moments })
        .nullable()
        .describe('neurons with 0 < ẑ < θ beside the closed form for inputs spread evenly'),
      errorNorm: z.number().describe('mean ‖S(ẑ) − R(z)‖₂'),
      boundNorm: z.number().nullable().describe('mean of its upper bound; null where it exceeds a double'),
      fixedPoint: z
        .strictObject({ changedShare: share, meanAbsolute: z.number() })
        .nullable()
        .describe('neurons whose spike count the integers changed, and the mean size of the change'),
    }),
  ),
  advice: z.array(z.string()),
});
export type LedgerRecord = z.infer<typeof ledgerSchema>;
