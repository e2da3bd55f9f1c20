/** The schema of net.json, from which spec/net.schema.json is generated. What the fields mean is in spec/net-format.md. */
import { z } from 'zod';
import { finishingsSchema } from '../../isa/index.ts';
import { conversionSchema } from './conversion-schema.ts';
import { imageShape, name, number, tensorFiles } from '../operators/shared/net-form.ts';
import { layerSchema } from './net-layers.ts';
import { populationsSchema } from './populations/schema.ts';

/** The document of format snn-net/1. */
export const netSchema = z
  .strictObject({
    $schema: z.string().optional(),
    $comment: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe('ignored'),
    format: z.literal('snn-net/1'),
    name: name.optional().describe('the file name if absent'),
    input: z.strictObject({
      name: name.optional().describe('how layers call the input; "input" if absent'),
      shape: imageShape,
      preprocessing: z
        .strictObject({ scale: number.gt(0), mean: z.array(number).min(1), std: z.array(number.gt(0)).min(1) })
        .optional()
        .describe("of byte images: x' = (x/scale − mean)/std, mean and std per channel"),
    }),
    layers: z.array(layerSchema).min(1),
    output: name.optional().describe('name of the layer whose outputs are the classes; the last if absent'),
    labels: z.array(z.string()).min(1).optional().describe('names of the classes, in the order of the outputs'),
    tensorFiles,
    after: finishingsSchema
      .optional()
      .describe('what is done to the outputs by whoever reads them: the chip gives the scores before it'),
    conversion: conversionSchema.optional(),
  })
  .meta({ title: 'Network for snnc', description: 'A trained network, format snn-net/1; see net-format.md.' });

export type NetDocument = z.infer<typeof netSchema>;

/** spec/net.schema.json: JSON Schema, draft 2020-12. */
export function netJsonSchema(): object {
  const either = z.union([netSchema, populationsSchema]).meta({ title: 'Network for snnc, format snn-net/1' });
  return z.toJSONSchema(either, { target: 'draft-2020-12', io: 'input' });
}
