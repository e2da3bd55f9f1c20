/** What `snnc inspect` tells of a chip file. */
import { z } from 'zod';
import { finishingsSchema } from '../container/finishing.ts';
import { targetSchema } from '../target.ts';
import { natural } from './parts/numbers.ts';

const format = 'snn-inspect/1';

const shape = z.tuple([natural, natural, natural]).describe('channels, height, width');

const box = z
  .strictObject({ c0: natural, y0: natural, x0: natural, channels: natural, height: natural, width: natural })
  .describe('a part of a layer');
const parts = z.array(z.strictObject({ tree: natural, box })).describe('which tree carries which part');

const coreSchema = z.strictObject({
  core: natural,
  tile: natural,
  layers: z.array(z.strictObject({ name: z.string(), boxes: natural, neurons: natural })),
  neurons: natural,
  axons: natural,
  axonGroups: natural,
  delaySlots: natural,
  synapseBits: natural,
  programWords: natural,
  parameters: natural,
  sinkRows: natural,
  sinkListWords: natural,
});

const layerSchema = z.strictObject({
  name: z.string(),
  shape,
  depth: natural.describe('first tick in which the layer is updated'),
  fires: z.boolean().describe('whether it sends spikes; false: it is read out'),
  neurons: natural,
  cores: z.array(natural),
});

const targetPart = z.strictObject({
  name: z.string(),
  process: z.string(),
  mesh: z.strictObject({ width: natural, height: natural }).describe('tiles'),
  chips: z.strictObject({ width: natural, height: natural }),
  coresPerTile: natural,
  cores: natural,
  limits: targetSchema.shape.limits,
});

const inputSchema = z
  .strictObject({
    shape,
    ticks: natural.optional().describe('in which input comes; absent: the first, or any without an end'),
    stepTicks: natural
      .optional()
      .describe('ticks from one step to the next, where a step is several; ticks counts steps then'),
    scale: z.number(),
    mean: z.array(z.number()),
    std: z.array(z.number()),
    step: z.number().describe("payload = round half up (x' / step)"),
    channelSteps: z.array(z.number()).optional().describe('of each channel, where they have steps of their own'),
    payloadMin: z.number().int(),
    payloadMax: z.number().int(),
    parts,
  })
  .describe("byte images: x' = (x / scale - mean) / std");

const schema = z.strictObject({
  format: z.literal(format),
  file: z.string(),
  bytes: natural,
  sha256: z.string(),
  target: targetPart,
  ticks: natural.describe('of one inference; 0: without an end'),
  window: natural.describe('T: ticks of the window of every layer; 0 without an end'),
  cores: z.array(coreSchema),
  layers: z.array(layerSchema),
  routing: z.strictObject({ trees: natural, entries: natural }),
  input: inputSchema,
  output: z.strictObject({
    shape,
    step: z.number().describe('logit = V * step / T'),
    parts,
    labels: z.array(z.string()),
    after: finishingsSchema
      .optional()
      .describe('what the network does to its scores at its end; left to whoever reads them'),
  }),
  provenance: z.strictObject({
    tool: z.string(),
    network: z.string(),
    sourceSha256: z.string(),
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    annMacs: natural.describe('of the conventional network, per inference'),
    annWeights: natural.optional().describe('weights and biases; absent in files of earlier versions'),
    annActivations: natural.optional().describe('activations written plus activations read'),
  }),
  selfTestSamples: natural.nullable().describe('null where there is no self-test'),
  graphBytes: natural.nullable().describe('null where there is no graph'),
  sections: z.array(z.strictObject({ name: z.string(), core: natural.optional(), offset: natural, length: natural })),
});

export const inspectRecord = { format, title: 'Record of snnc inspect', schema } as const;
export type InspectRecord = z.infer<typeof schema>;
