/** The floorplan of a chip: what lies where on the mesh, and how full it is. */
import { z } from 'zod';
import { CORE_MEMORIES, perMemory } from '../core-memories.ts';
import { natural } from './parts/numbers.ts';

const format = 'snn-floorplan/1';

const loadSchema = z
  .strictObject({
    used: natural,
    available: natural,
    share: z.number().nonnegative().describe('used / available; 0 where neither is there'),
  })
  .describe('use of one limit');

const coreSchema = z.strictObject({
  core: natural,
  tile: natural,
  layers: z
    .array(z.strictObject({ layer: natural.describe('index into layers'), neurons: natural }))
    .describe('ascending by layer'),
  neurons: natural,
  loads: z.strictObject(perMemory(() => loadSchema)),
  tightest: z.enum(CORE_MEMORIES).describe('the limit that is used most'),
});

const tileSchema = z.strictObject({
  tile: natural.describe('y * width + x'),
  x: natural,
  y: natural,
  dead: z.boolean().describe('its cores cannot be used; its router can'),
  cores: z.array(coreSchema).describe('cores in use, ascending'),
  routeEntries: loadSchema,
});

const schema = z.strictObject({
  format: z.literal(format),
  network: z.string(),
  target: z.string(),
  mesh: z.strictObject({ width: natural, height: natural }),
  coresPerTile: natural,
  coresAvailable: natural.describe('without those of dead tiles'),
  coresUsed: natural,
  layers: z.array(
    z.strictObject({
      name: z.string(),
      neurons: natural,
      cores: natural.describe('that hold a part of it'),
      fires: z.boolean().describe('it fires, or is read out'),
    }),
  ),
  tiles: z.array(tileSchema).describe('every tile of the mesh, row by row'),
});

export const floorplanRecord = { format, title: 'Floorplan of snnc inspect --floorplan', schema } as const;
export type Floorplan = z.infer<typeof schema>;
export type Load = z.infer<typeof loadSchema>;
export type CorePlan = z.infer<typeof coreSchema>;
export type TilePlan = z.infer<typeof tileSchema>;
