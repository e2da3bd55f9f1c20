/** Cycles and seconds of the inferences of a run. */
import { z } from 'zod';
import { natural } from './numbers.ts';

const summary = z.strictObject({ median: z.number(), p99: z.number(), max: z.number() });

/** What cycles went into. */
export const boundSchema = z.strictObject({
  integrate: natural,
  update: natural,
  network: natural,
  barrier: natural,
  wait: natural.default(0).describe('until a tick of fixed length is over'),
  host: natural,
});

/** Cycles in which the critical cores of ticks integrate and update. */
const criticalCycles = { integrateCycles: natural, updateCycles: natural };

const tickSchema = summary.extend({
  bound: boundSchema.omit({ host: true }).optional().describe('cycles of this tick in all inferences'),
  critical: z
    .strictObject({ core: natural, inferences: natural })
    .optional()
    .describe('the core that was critical most often in this tick, and in how many inferences'),
});

const criticalCoreSchema = z.strictObject({
  core: natural,
  tile: natural,
  ticks: natural.describe('ticks of all inferences in which it was the critical core'),
  ...criticalCycles,
  layers: z.array(z.strictObject({ name: z.string(), ...criticalCycles })).describe('what of it was for which layer'),
});

const worstSchema = z.strictObject({
  index: natural.describe('of the sample; the lowest one of equals'),
  cycles: natural,
  seconds: z.number(),
  bound: boundSchema,
  critical: z
    .strictObject({ core: natural, tile: natural, layer: z.string(), cycles: natural })
    .optional()
    .describe('the core with the most cycles as the critical one, and the layer that took most of them'),
});

/** Fields that are optional are missing in records of earlier versions. */
export const latencySchema = z.strictObject({
  cyclesPerInference: summary,
  secondsPerInference: summary,
  perTick: z.array(tickSchema).describe('cycles of each tick over the inferences'),
  bound: boundSchema.describe('cycles of all inferences by what bound them; host = reset, input and read-out phases'),
  worst: worstSchema.optional().describe('the longest inference'),
  critical: z
    .array(criticalCoreSchema)
    .optional()
    .describe('the cores with the most cycles as the critical one, those first; at most 10'),
  perLayer: z
    .array(z.strictObject({ name: z.string(), ...criticalCycles }))
    .optional()
    .describe('cycles of critical cores by layer; they add up to bound.integrate and bound.update'),
  fixedTick: z
    .strictObject({
      cycles: natural,
      overrunTicks: natural.describe('ticks of all inferences that took longer'),
      overrunCycles: natural.describe('by how much, in all'),
    })
    .optional()
    .describe('only where ticks of the target have a fixed length'),
  inferencesPerSecond: z.number(),
});
export type BoundRecord = z.infer<typeof boundSchema>;
export type LatencyRecord = z.infer<typeof latencySchema>;
