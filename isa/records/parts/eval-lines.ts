/** Lines of a part of an evaluation behind the first: a sample each, and what they amount to. */
import { z } from 'zod';
import { countsSchema } from './counts.ts';
import { encodingSchema } from './encoding.ts';
import { eventsSchema } from './events.ts';
import { boundSchema } from './latency.ts';
import { natural } from './numbers.ts';

const numbers = z.array(z.number());
const naturals = z.array(natural);
const timing = z.strictObject({
  cycles: natural,
  resetCycles: natural,
  inputCycles: natural,
  tickCycles: naturals.describe('of each tick'),
  readoutCycles: natural,
  bound: boundSchema.extend({ wait: natural }),
  overrunTicks: natural,
  overrunCycles: natural,
  tickBounds: z
    .strictObject({
      core: z.array(z.number().int().min(-1)),
      integrate: naturals,
      update: naturals,
      network: naturals,
      wait: naturals,
    })
    .describe('of each tick'),
  criticalShares: z.array(
    z.strictObject({ core: natural, layer: z.number().int().min(-1), integrateCycles: natural, updateCycles: natural }),
  ),
});

export const evalSample = z.strictObject({
  index: natural,
  label: z.number().optional(),
  target: numbers.optional(),
  floatOutputs: numbers.optional(),
  predictedByT: naturals.optional(),
  readout: z.array(z.number().int()),
  predicted: natural,
  spikes: z
    .array(z.string())
    .describe(
      'of each layer in base64: distances from spike to spike, as LEB128 numbers, of the places 32 · words · neuron + tick',
    ),
  timing: timing.optional(),
  input: z
    .strictObject({ nonZero: natural, roundedToZero: natural, limited: natural, lost: z.number() })
    .describe('what the payloads lose of the values'),
});
export type EvalSample = z.infer<typeof evalSample>;

export const evalEnd = z.strictObject({
  samples: natural.describe('lines before this one, the first apart'),
  counts: countsSchema,
  layers: z.array(
    z.strictObject({
      name: z.string(),
      spikes: natural,
      spikePayload: natural,
      synops: natural,
      macs: natural,
      synapseBitsRead: natural,
    }),
  ),
  activity: z.strictObject({
    cores: z.array(
      z.strictObject({ core: natural, spikes: natural, synops: natural, macs: natural, packets: natural }),
    ),
    links: z.array(z.strictObject({ from: natural, to: natural, packets: natural })),
  }),
  host: z.strictObject({ seconds: z.number(), peakRssBytes: z.number() }),
  events: eventsSchema.optional(),
  encoding: encodingSchema.optional(),
});
export type EvalEnd = z.infer<typeof evalEnd>;
