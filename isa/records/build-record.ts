/** The build record: what every pass did, in numbers. */
import { z } from 'zod';
import { natural } from './parts/numbers.ts';
import { ledgerSchema } from './parts/ledger.ts';
import { candidatesSchema } from './parts/candidates.ts';
import { roundingSchema } from './parts/rounding.ts';
import { mappingSchema } from './parts/mapping.ts';

const format = 'snn-build/1';

/** The mode of a network that is spiking already: its neurons are those of the training, and nothing was converted. */
export const AS_TRAINED = 'as trained';

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string(),
  network: z.string(),
  target: z.string(),
  chip: z.strictObject({ sha256: z.string(), bytes: natural, selfTestSamples: natural }),
  conversion: z.strictObject({
    mode: z.string().describe(`of the conversion; "${AS_TRAINED}" where there was none`),
    code: z.string().optional().describe('how packets say the counts of spikes; absent: a packet for every spike'),
    threshold: z.string(),
    per: z.string(),
    correct: z.string(),
    balance: z.boolean(),
    rounding: z.string().optional().describe('of the weights to whole numbers; absent: each to the nearest'),
    window: natural,
    lead: natural
      .optional()
      .describe('ticks by which a layer fires behind those that it hears; absent: what the mode takes'),
    shiftWindow: natural
      .optional()
      .describe('of mode paper: T of the shift of every tick; absent: the window, or a mode without a shift'),
    ticks: natural,
    calibrationSamples: natural,
    inputStep: z.number(),
    inputRange: z.tuple([z.number().int(), z.number().int()]),
    annMacs: natural,
    levels: natural
      .optional()
      .describe(
        'of conventional layers beside populations: counts that an activation has, where it was trained without',
      ),
    taken: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .describe('of a file that does not say how it is run (NIR): steps, their length, and the rule that were taken'),
  }),
  layers: z.array(
    z.strictObject({
      name: z.string(),
      shape: z.tuple([natural, natural, natural]),
      depth: natural,
      window: natural.optional().describe('T of the layer; absent: that of the network'),
      delays: z.array(natural),
      thresholdFloat: z
        .tuple([z.number(), z.number()])
        .nullable()
        .describe('lowest and highest, in units of the activation'),
      deadChannels: natural.describe('channels that calibration never saw active'),
      thresholdInteger: z.tuple([natural, natural]).nullable(),
      shifts: z.array(natural),
      weights: natural,
      weightBits: natural.describe('in which they are stored'),
      sensitivity: z
        .array(
          z.strictObject({
            weightBits: natural,
            loss: z
              .number()
              .nonnegative()
              .describe('part of the potentials, in the mean square, that rounding to this width moves'),
          }),
        )
        .optional()
        .describe('of widths that were chosen by it'),
      zeroedWeights: natural,
      weightError: z
        .number()
        .nonnegative()
        .describe('squared error of the stored weights relative to the squares of the weights'),
      bitsNeeded: natural,
      bitsAvailable: natural,
      shrunkChannels: natural,
      shrinkFactor: z.number().describe('largest factor by which a threshold was made smaller'),
      cores: z.array(natural),
      sharedCores: natural.describe(
        'of these, cores that hold neurons of other layers too, which `use` counts as well',
      ),
      neurons: natural,
      /** Largest use of any of its cores. */
      use: z.strictObject({
        neurons: natural,
        axons: natural,
        synapseBits: natural,
        programWords: natural,
        parameters: natural,
        sinkRows: natural,
      }),
    }),
  ),
  ledger: ledgerSchema.nullable().describe('null without calibration samples'),
  candidates: candidatesSchema.optional(),
  rounding: roundingSchema
    .optional()
    .describe('of a network that was trained as a spiking one, where there are samples'),
  mapping: mappingSchema,
  seconds: z.record(z.string(), z.number()),
  warnings: z.array(z.string()),
});

export const buildRecord = { format, title: 'Build record of snnc', schema } as const;
export type BuildRecord = z.infer<typeof schema>;
