/** The record of `snnemu noc`: what the network carried under synthetic traffic. */
import { z } from 'zod';
import { natural } from './parts/numbers.ts';

const format = 'snn-noc/1';

const mean = z.number().nonnegative().nullable();

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  target: z.string(),
  mesh: z.strictObject({ width: natural, height: natural }),
  traffic: z.enum(['uniform', 'transpose', 'neighbor', 'hotspot']),
  hotspots: z.array(natural).optional().describe('nodes y * width + x, of hotspot traffic only'),
  bufferFlits: natural.describe('slots of each input buffer'),
  sinks: z.enum(['always', 'credited']).describe('whether sinks always accept, or return credits as routers do'),
  seed: natural,
  warmUpCycles: natural,
  offeredRate: z.number().describe('packets per node and cycle'),
  acceptedRate: z.number().describe('packets delivered per node and cycle of the measurement'),
  latencyMean: mean.describe('cycles from creation to delivery, waiting at the source included; null without packets'),
  latencyMin: mean,
  latencyMax: mean,
  hopsMean: mean.describe('links that a packet takes'),
  cycles: natural.describe('cycles of the measurement'),
  host: z.strictObject({ seconds: z.number(), linkHopsPerSecond: z.number(), cyclesPerSecond: z.number() }),
});

export const nocRecord = { format, title: 'Record of snnemu noc', schema } as const;
export type NocRecord = z.infer<typeof schema>;
