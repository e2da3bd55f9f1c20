/** The record of `snnemu stream`: what a chip without an end did from its reset to the end of the stream, and what it cost. */
import { z } from 'zod';
import { countsSchema } from './parts/counts.ts';
import { energyPart } from './parts/energy.ts';
import { eventsSchema } from './parts/events.ts';
import { natural } from './parts/numbers.ts';

const format = 'snn-stream/1';

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  chip: z.strictObject({ sha256: z.string(), file: z.string(), network: z.string(), target: z.string() }),
  ticks: natural.describe('that were run'),
  events: natural.describe('that came in'),
  recording: eventsSchema
    .omit({ ended: true })
    .extend({
      limited: natural.describe('payloads at an end of their range because the value lies beyond it'),
      roundedToZero: natural.describe('values that became payload 0'),
    })
    .optional()
    .describe(
      'what became of the events of the recording that was streamed; `events` are then payloads that were sent',
    ),
  spikes: natural.describe('that reached the host'),
  counts: countsSchema,
  perLayer: z.array(
    z.strictObject({
      name: z.string(),
      spikes: natural,
      spikePayload: natural.optional().describe('as in `counts`'),
      synops: natural,
      macs: natural,
      synapseBitsRead: natural,
    }),
  ),
  timing: z.enum(['cycle', 'none']),
  cycles: z
    .strictObject({
      total: natural,
      reset: natural,
      input: natural.describe('of all ticks that begin with input, barriers included'),
      longestTick: natural.describe('barrier and waiting included, input not'),
      overrunTicks: natural.describe('ticks whose work took longer than the fixed tick of the target'),
      overrun: natural.describe('how much longer, in all'),
    })
    .optional()
    .describe('only where timing is cycle, and a tick was run'),
  clockHz: z.number(),
  energy: z.strictObject({
    jouleTotal: z.number(),
    joulePerTick: z.number(),
    partial: z.boolean().describe('true where a figure is unknown, or timing was not computed'),
    parts: z.array(energyPart),
  }),
  host: z.strictObject({ seconds: z.number(), peakRssBytes: natural }),
});

export const streamRecord = { format, title: 'Record of snnemu stream', schema } as const;
/** What a chip without an end did from its reset to the end of the stream, and what it cost: JSON, as `snnemu stream --json` writes it. */
export type StreamRecord = z.infer<typeof schema>;
