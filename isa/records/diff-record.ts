/** The record of `snnemu diff`: how much was found equal, and the first difference. */
import { z } from 'zod';
import { PLANE_NAMES } from '../planes.ts';
import { natural } from './parts/numbers.ts';

const format = 'snn-diff/1';

/** An element of a layer: its NCHW index, and its coordinates. */
const element = { index: natural, c: natural, y: natural, x: natural };

const stateSchema = z
  .strictObject({ potential: z.number().int(), fired: z.boolean() })
  .describe('the neuron after the tick');

const causeSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('synapse'),
      source: z.strictObject({ layer: z.string().describe('input: that of the network'), ...element }),
      delay: natural.describe('ticks'),
      into: z.enum(PLANE_NAMES).describe('plane of the neuron that it adds to'),
      emulator: z.number().int().describe('weight on the chip, shifted; 0 where there is no synapse'),
      reference: z.number().int().describe('the same in the graph'),
    })
    .describe('a synapse that the chip stores otherwise than the graph'),
  z
    .strictObject({
      kind: z.literal('parameter'),
      parameter: z.string(),
      emulator: z.number().int().describe('on the chip'),
      reference: z.number().int().describe('in the graph'),
    })
    .describe('a parameter of the neuron that differs'),
]);

const neuronSchema = z
  .strictObject({
    kind: z.literal('neuron'),
    sample: natural,
    tick: natural,
    layer: z.string(),
    element: z.strictObject(element),
    core: z.number().int().min(-1).describe('-1 where the chip does not place the neuron'),
    slot: z.number().int().min(-1).describe('neuron of the core'),
    emulator: stateSchema,
    reference: stateSchema,
    cause: causeSchema.nullable().describe('null where the chip stores what the graph says'),
  })
  .describe('the first neuron, in order of ticks, layers and NCHW indices, in which the two differ');

const readoutSchema = z
  .strictObject({
    kind: z.literal('readout'),
    sample: natural,
    index: natural.describe('of the read-out'),
    emulator: z.number().int(),
    reference: z.number().int(),
  })
  .describe('all neurons agree, but what is read out of them does not');

const schema = z.strictObject({
  format: z.literal(format),
  chip: z.strictObject({ file: z.string(), sha256: z.string() }),
  samples: natural.describe('that were compared'),
  ticks: natural,
  spikes: natural.describe('of neurons found equal'),
  potentials: natural.describe('membrane potentials found equal'),
  difference: z
    .discriminatedUnion('kind', [neuronSchema, readoutSchema])
    .nullable()
    .describe('null where none was found'),
});

export const diffRecord = { format, title: 'Record of snnemu diff', schema } as const;
export type DiffRecord = z.infer<typeof schema>;
export type DifferenceCause = z.infer<typeof causeSchema>;
export type NeuronDifference = Omit<z.infer<typeof neuronSchema>, 'sample'>;
export type ReadoutDifference = Omit<z.infer<typeof readoutSchema>, 'sample'>;
