/** Shapes of the graphs as stored in a chip file; what relates the parts to each other is checked by the verifiers. */
import { z } from 'zod';
import { finishingsSchema, MOST_PLANES } from '../../isa/index.ts';
import { storedLayerSchema } from './stored-layers.ts';

const size = z
  .number()
  .int()
  .positive()
  .max(2 ** 24);
const natural = z
  .number()
  .int()
  .nonnegative()
  .max(2 ** 24);
const shape = z.tuple([size, size, size]);
const pair = z.tuple([size, size]);
const padding = z.tuple([natural, natural, natural, natural]);
const weightBits = z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8), z.literal(16)]);
const weight = z.union([z.instanceof(Int8Array), z.instanceof(Int16Array)]);
const uint32 = z.instanceof(Uint32Array);
const float32 = z.instanceof(Float32Array);

const operator = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('conv'),
    weight,
    kernel: pair,
    stride: pair,
    padding,
    dilation: pair,
    groups: size,
  }),
  z.strictObject({ kind: z.literal('dense'), weight }),
  z.strictObject({ kind: z.literal('sparse'), pre: uint32, post: uint32, weight }),
  z.strictObject({ kind: z.literal('diagonal'), weight }),
]);

export const quantisedSchema = z.strictObject({
  name: z.string(),
  inputShape: shape,
  inputRange: z.tuple([z.number().int(), z.number().int()]),
  weightBits,
  inputTicks: size.min(2).optional(),
  stepTicks: size.min(2).optional(),
  window: size,
  ticks: size,
  layers: z
    .array(
      storedLayerSchema({
        name: z.string(),
        shape,
        branches: z.array(
          z.strictObject({
            source: z.number().int().min(-1),
            pool: pair,
            pooled: shape,
            operator,
            shift: natural.max(31),
            weightBits: weightBits.optional(),
            delay: natural,
            plane: natural.max(MOST_PLANES - 1).optional(),
            clip: natural.optional(),
          }),
        ),
        depth: natural,
        currentStart: z
          .number()
          .int()
          .min(-(2 ** 24))
          .max(2 ** 24),
      }),
    )
    .min(1),
});

const tensor = z.strictObject({ shape: z.array(natural), data: float32 });
const base = { name: z.string(), inputs: z.array(z.string()), shape };

const node = z.discriminatedUnion('op', [
  z.strictObject({ ...base, op: z.literal('input') }),
  z.strictObject({
    ...base,
    op: z.literal('conv'),
    weight: tensor,
    bias: tensor.optional(),
    stride: pair,
    padding,
    dilation: pair,
    groups: size,
  }),
  z.strictObject({ ...base, op: z.literal('dense'), weight: tensor, bias: tensor.optional() }),
  z.strictObject({
    ...base,
    op: z.literal('sparse'),
    pre: uint32,
    post: uint32,
    weight: float32,
    bias: tensor.optional(),
  }),
  z.strictObject({ ...base, op: z.literal('affine'), scale: float32, shift: float32 }),
  z.strictObject({ ...base, op: z.literal('relu'), max: z.number().positive().optional(), levels: size.optional() }),
  z.strictObject({
    ...base,
    op: z.literal('averagePool'),
    kernel: pair,
    stride: pair,
    padding,
    countPadding: z.boolean(),
  }),
  z.strictObject({ ...base, op: z.literal('pad'), padding }),
  z.strictObject({ ...base, op: z.literal('add') }),
  z.strictObject({ ...base, op: z.literal('concat') }),
  z.strictObject({
    ...base,
    op: z.literal('flatten'),
    order: z.tuple([z.number().int().min(0).max(2), z.number().int().min(0).max(2), z.number().int().min(0).max(2)]),
  }),
]);

export const annSchema = z.strictObject({
  name: z.string(),
  nodes: z.array(node).min(1),
  output: z.string(),
  labels: z.array(z.string()).optional(),
  after: finishingsSchema.optional(),
  preprocessing: z.strictObject({ scale: z.number(), mean: z.array(z.number()), std: z.array(z.number()) }).optional(),
});
