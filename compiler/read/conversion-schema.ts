/** The schema of the member `conversion` of net.json. What the fields mean is in spec/net-format.md. */
import { z } from 'zod';
import { CODE_NAMES } from '../codes.ts';
import { CONVERSION_MODES } from '../conversions.ts';

const count = z.int().min(1);
const number = z.number();

/** Doubles: conversion is exact only if none of them is rounded. */
const doubles = z
  .union([
    z.array(number),
    z.strictObject({
      shape: z.tuple([count]),
      file: z.string().min(1).max(1024),
      offset: z.int().min(0).optional(),
      dtype: z.literal('float64'),
    }),
  ])
  .meta({ id: 'doubles', description: 'numbers of 64 bit, here or little-endian in a file beside the document' });

const layer = z.strictObject({
  name: z.string().min(1).describe('of the spiking layer, as the build record names it'),
  threshold: doubles.describe('per channel, in units of the activation; empty for the read-out'),
  initial: doubles.describe('membrane potential at the start, per channel or per neuron'),
  bias: doubles.describe('added in every tick of the window, per channel or per neuron'),
});

export const conversionSchema = z
  .strictObject({
    mode: z.enum(CONVERSION_MODES),
    window: count.max(4096).describe('T in ticks'),
    windows: z
      .array(count.max(4096))
      .min(1)
      .readonly()
      .optional()
      .describe('T per spiking layer, the last one `window`; absent: all have that'),
    lead: count
      .max(4096)
      .optional()
      .describe('ticks by which a layer fires behind those that it hears; absent: what the mode takes'),
    shiftWindow: count
      .max(4096)
      .optional()
      .describe('of mode paper: T of the shift that the biases hold; absent: window'),
    code: z.enum(CODE_NAMES).optional().describe('how packets are to say the counts; absent: unary'),
    threshold: z
      .string()
      .regex(/^(clip|bound|mse|max|percentile:[\d.e+-]+)$/)
      .describe('rule that chose the thresholds'),
    per: z.enum(['layer', 'channel']),
    correct: z.enum(['none', 'bias', 'potential', 'both']).describe('what was corrected; the neurons hold it'),
    balance: z.boolean().describe('whether thresholds followed what they clip; the neurons hold it'),
    calibrationSamples: z.int().min(0),
    input: z
      .strictObject({
        scale: number.gt(0),
        mean: z.array(number).min(1),
        std: z.array(number.gt(0)).min(1),
        step: number.gt(0),
        channelSteps: z.array(number.gt(0)).min(1).optional().describe('per channel, instead of step'),
        payloadMin: z.int().max(0),
        payloadMax: z.int().min(0),
      })
      .describe("payload = ⌊x'/step + ½⌋ within its limits, x' = (x/scale − mean)/std per channel"),
    rates: z
      .strictObject({
        samples: z.int().min(0).describe('that the rates are a mean of; 0: nothing was measured'),
        input: number.min(0),
        layers: z.array(number.min(0)).describe('one per spiking layer; 0 for the read-out'),
        profiles: z
          .array(
            z.strictObject({
              rows: z.array(number.min(0)),
              columns: z.array(number.min(0)),
              active: number.min(0).max(1),
            }),
          )
          .optional()
          .describe(
            'of the input, then of every layer: rates of rows and columns as multiples of that of the whole, and the share that sends anything',
          ),
      })
      .optional()
      .describe('packets per inference and neuron, which the mapping weighs; absent: all weigh the same'),
    layers: z.array(layer).min(1),
  })
  .describe('written by `snnc convert`: what `snnc build` then need not calibrate');

export type NetConversion = z.infer<typeof conversionSchema>;
export type NetDoubles = z.infer<typeof doubles>;
