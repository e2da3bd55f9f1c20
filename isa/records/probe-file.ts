/** The file of `--probe-out`, as one JSON document. The lines of .ndjson are its head and its traces, one by one. */
import { z } from 'zod';
import { natural } from './parts/numbers.ts';

const format = 'snn-probe/1';

const name = z.string().describe('conv1, or conv1:3,0,12');

const probeSchema = z.union([
  z.strictObject({ name, shape: z.tuple([natural, natural, natural]) }).describe('a layer: channels, height, width'),
  z
    .strictObject({
      name,
      layer: z.string(),
      channel: natural,
      y: natural,
      x: natural,
      threshold: z.number().int().nullable().describe('null where no FIRE, FIREV or FIRES of the neuron has one'),
    })
    .describe('one neuron'),
]);

/** Of one neuron a value per tick; of a layer a list per tick, in NCHW order. */
const perTick = <T extends z.ZodType>(value: T) => z.union([z.array(value), z.array(z.array(value))]);

const traceSchema = z.strictObject({
  sample: natural,
  predicted: natural,
  probe: name,
  potential: perTick(z.number().int()).describe('membrane potential after each tick; of a layer in NCHW order'),
  spikes: perTick(z.union([z.literal(0), z.literal(1)])).describe('1 where it fired'),
});

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  chip: z.strictObject({ sha256: z.string(), network: z.string() }),
  ticks: natural.describe('of one inference'),
  samples: natural,
  probes: z.array(probeSchema),
  traces: z.array(traceSchema).describe('of every sample, in the order of probes'),
});

export const probeFile = { format, title: 'Probe file of snnemu run and eval', schema } as const;
