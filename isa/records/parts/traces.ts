/** Single neurons of a run: probed ones tick by tick, and the spikes of one sample. */
import { z } from 'zod';
import { natural } from './numbers.ts';

/** Neurons whose traces a record holds at most. */
export const MOST_RECORDED_PROBES = 16;

export const probeSchema = z.strictObject({
  layer: z.string(),
  channel: natural,
  y: natural,
  x: natural,
  threshold: z.number().int().nullable().describe('null where no FIRE, FIREV or FIRES of the neuron has one'),
  potential: z.array(z.number().int()).describe('after each tick of the inference'),
  spikes: z.array(z.union([z.literal(0), z.literal(1)])).describe('1 where it fired, by tick'),
});
export type ProbeRecord = z.infer<typeof probeSchema>;

export const rasterSchema = z
  .strictObject({
    index: natural.describe('of the sample'),
    ticks: natural.describe('ticks of the chip that are shown, from 0 on'),
    input: z
      .strictObject({
        elements: natural,
        packets: natural.describe('of all its elements, in all ticks; each carries one event or more'),
        payload: natural.describe('sum of the magnitudes of what they carry: the events'),
        shown: z
          .array(z.strictObject({ element: natural, ticks: z.array(natural) }))
          .describe('elements at even distances by NCHW index, with the ticks in which they sent'),
      })
      .optional()
      .describe('what came in, where input comes in several ticks; at most 20,000 packets of it'),
    layers: z.array(
      z.strictObject({
        name: z.string(),
        neurons: natural,
        spikes: natural.describe('of all its neurons, in all ticks'),
        firstTick: natural.describe('of its window'),
        shown: z
          .array(z.strictObject({ neuron: natural, ticks: z.array(natural) }))
          .describe('neurons at even distances by NCHW index, with the ticks in which they fired'),
      }),
    ),
  })
  .describe('spikes of one sample; at most 20,000 of them');
export type RasterRecord = z.infer<typeof rasterSchema>;
