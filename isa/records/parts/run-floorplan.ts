/** What lay where on the chip, and what it did in a run. */
import { z } from 'zod';
import { perMemory } from '../../core-memories.ts';
import { natural } from './numbers.ts';

/** In the units of the target's limits. */
const coreMemories = perMemory(() => natural);

export const floorplanSchema = z.strictObject({
  mesh: z.strictObject({ width: natural, height: natural }).describe('tiles; tile = y * width + x'),
  chips: z.strictObject({ width: natural, height: natural }).optional().describe('absent where the target is one chip'),
  coresPerTile: natural,
  deadTiles: z.array(natural),
  limits: z.strictObject(coreMemories).describe('of one core'),
  cores: z
    .array(
      z.strictObject({
        core: natural,
        tile: natural,
        layers: z.array(z.strictObject({ layer: natural.describe('index into perLayer'), neurons: natural })),
        used: z.strictObject(coreMemories),
        spikes: natural,
        synops: natural,
        macs: natural,
        packets: natural.describe('injected by the core'),
      }),
    )
    .describe('cores in use, ascending, with what they did in all inferences'),
  links: z
    .array(z.strictObject({ from: natural, to: natural, packets: natural }))
    .describe('links between neighbouring tiles that carried packets; they add up to counts.linkHops'),
});
export type FloorplanRecord = z.infer<typeof floorplanSchema>;
