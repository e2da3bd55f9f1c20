/** What rounding changes in a network of populations, on samples. */
import { z } from 'zod';
import { natural } from './numbers.ts';

export const roundingSchema = z.strictObject({
  samples: natural,
  populations: z.array(
    z.strictObject({ name: z.string(), spikes: natural.describe('of all samples, in floating point as trained') }),
  ),
  stations: z.array(
    z.strictObject({
      rounded: z
        .enum(['activations', 'weights', 'leaks', 'potentials', 'input', 'chip'])
        .describe(
          'the numbers that are rounded, alone; activations: of conventional layers, to their levels; chip: the integers, as the chip computes them',
        ),
      answersChanged: natural.describe('samples with another largest output than as trained'),
      populations: z.array(
        z.strictObject({
          spikesChanged: natural.describe(
            'spikes that only one of both has; of conventional layers elements that reach a level in only one',
          ),
          countsMoved: natural.describe(
            'sum over samples and neurons of the difference of the spike counts of a sample: spikes that are more or fewer, not earlier or later',
          ),
          spikesMore: z
            .number()
            .int()
            .describe('spikes of the population that are more, all samples together; negative: fewer'),
          potentialRms: z
            .number()
            .describe(
              'difference of V, in units of the mean threshold, or of V where there is none; of conventional layers that of the activation, in levels',
            ),
          potentialMax: z.number(),
        }),
      ),
    }),
  ),
  advice: z.array(z.string()).describe('what was tried on the same samples, and changes less'),
});
export type RoundingRecord = z.infer<typeof roundingSchema>;
