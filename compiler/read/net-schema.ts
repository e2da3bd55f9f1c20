/** The schema of net.json, from which spec/net.schema.json is generated. What the fields mean is in spec/net-format.md. */
import { z } from 'zod';
import { conversionSchema } from './conversion-schema.ts';
import { MOST_LEVELS } from '../operators/infer-ann.ts';

const count = z.int().min(1);
const size = z.int().min(0);
const number = z.number();
const name = z.string().min(1).max(256);
const pair = z.tuple([count, count]);
const stride = z
  .union([count, pair])
  .meta({ id: 'pair', description: 'one number for both directions, or [vertical, horizontal]' });
const padding = z.union([size, z.tuple([size, size, size, size])]).meta({
  id: 'padding',
  description: 'zeros around the image: one number for all sides, or [top, left, bottom, right]',
});
const shape3 = z.tuple([count, count, count]).describe('[channels, height, width]');

const file = z.string().min(1).max(1024).describe('file beside the document; "/" between folders, no ".."');
const offset = size.optional().describe('first byte; 0 if absent');

const tensor = z
  .union([
    z.strictObject({ shape: z.array(count).min(1).max(4), data: z.array(number) }),
    z.strictObject({ shape: z.array(count).min(1).max(4), file, offset, dtype: z.enum(['float32', 'float64']) }),
  ])
  .meta({ id: 'tensor', description: 'numbers in row-major order, here or little-endian in a file' });

const indices = z
  .union([
    z.array(z.int().min(0).max(0xffff_ffff)),
    z.strictObject({ shape: z.tuple([count]), file, offset, dtype: z.literal('uint32') }),
  ])
  .meta({ id: 'indices', description: 'indices of neurons in NCHW order, here or little-endian in a file' });

const common = {
  name: name.describe('unique in the network'),
  inputs: z
    .array(name)
    .min(1)
    .optional()
    .describe('names of earlier layers, or that of the input; if absent, the layer before'),
};

const layer = z.discriminatedUnion('op', [
  z.strictObject({
    ...common,
    op: z.literal('conv'),
    weight: tensor.describe('[out, in/groups, kernel height, kernel width]'),
    bias: tensor.optional().describe('[out]'),
    stride: stride.optional(),
    padding: padding.optional(),
    dilation: stride.optional(),
    groups: count.optional(),
  }),
  z.strictObject({
    ...common,
    op: z.literal('dense'),
    weight: tensor.describe('[out, in]'),
    bias: tensor.optional().describe('[out]'),
  }),
  z.strictObject({
    ...common,
    op: z.literal('sparse'),
    outputs: z.union([count, shape3]).describe('number of outputs, or their shape'),
    pre: indices,
    post: indices,
    weight: tensor.describe('[connections]'),
    bias: tensor.optional().describe('one value per output'),
  }),
  z.strictObject({
    ...common,
    op: z.literal('batchnorm'),
    gamma: tensor.describe('[channels]'),
    beta: tensor.describe('[channels]'),
    mean: tensor.describe('[channels]'),
    variance: tensor.describe('[channels]'),
    epsilon: number.min(0).optional().describe('1e-5 if absent'),
  }),
  z.strictObject({
    ...common,
    op: z.literal('affine'),
    scale: tensor.describe('[channels]'),
    shift: tensor.describe('[channels]'),
  }),
  z.strictObject({
    ...common,
    op: z.literal('relu'),
    max: number.gt(0).optional().describe('clip level; unbounded if absent'),
    levels: z.int().min(1).max(MOST_LEVELS).optional().describe('steps of a staircase up to max; continuous if absent'),
  }),
  z.strictObject({
    ...common,
    op: z.literal('averagePool'),
    kernel: stride,
    stride: stride.optional().describe('the kernel if absent'),
    padding: padding.optional(),
    countPadding: z.boolean().optional().describe('whether padding counts into the mean; false if absent'),
  }),
  z.strictObject({ ...common, op: z.literal('globalAveragePool') }),
  z.strictObject({ ...common, op: z.literal('pad'), padding }),
  z.strictObject({ ...common, op: z.literal('add'), inputs: z.array(name).min(2) }),
  z.strictObject({ ...common, op: z.literal('concat'), inputs: z.array(name).min(2) }),
  z.strictObject({
    ...common,
    op: z.literal('flatten'),
    order: z
      .tuple([z.int().min(0).max(2), z.int().min(0).max(2), z.int().min(0).max(2)])
      .optional()
      .describe('axes that the vector runs through, slowest first; [0, 1, 2] if absent'),
  }),
]);

/** The document of format snn-net/1. */
export const netSchema = z
  .strictObject({
    $schema: z.string().optional(),
    format: z.literal('snn-net/1'),
    name: name.optional().describe('the file name if absent'),
    input: z.strictObject({
      name: name.optional().describe('how layers call the input; "input" if absent'),
      shape: shape3,
      preprocessing: z
        .strictObject({ scale: number.gt(0), mean: z.array(number).min(1), std: z.array(number.gt(0)).min(1) })
        .optional()
        .describe("of byte images: x' = (x/scale − mean)/std, mean and std per channel"),
    }),
    layers: z.array(layer).min(1),
    output: name.optional().describe('name of the layer whose outputs are the classes; the last if absent'),
    labels: z.array(z.string()).min(1).optional().describe('names of the classes, in the order of the outputs'),
    conversion: conversionSchema.optional(),
  })
  .meta({ title: 'Network for snnc', description: 'A trained network, format snn-net/1; see net-format.md.' });

export type NetDocument = z.infer<typeof netSchema>;
export type NetLayer = NetDocument['layers'][number];
export type NetTensor = z.infer<typeof tensor>;
export type NetIndices = z.infer<typeof indices>;

/** spec/net.schema.json: JSON Schema, draft 2020-12. */
export function netJsonSchema(): object {
  return z.toJSONSchema(netSchema, { target: 'draft-2020-12', io: 'input' });
}
