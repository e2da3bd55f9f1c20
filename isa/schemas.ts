/** Published JSON Schemas (draft 2020-12), generated from the zod schemas that the code itself uses. */
import { z } from 'zod';
import { compareRecordSchema } from './compare-record.ts';
import { nocRecordSchema } from './noc-record.ts';
import { runRecordSchema } from './record.ts';
import { targetFileSchema } from './target.ts';

/** The JSON Schema of values that a zod schema accepts. */
export function publishSchema(schema: z.ZodType, title: string): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { $schema, title, ...rest };
}

/** File name in spec/ → schema, of what isa/ defines. */
export const isaSchemas = (): ReadonlyMap<string, Record<string, unknown>> =>
  new Map([
    ['target.schema.json', publishSchema(targetFileSchema, 'Target of snnc and snnemu (snn-target/1)')],
    ['run-record.schema.json', publishSchema(runRecordSchema, 'Run record of snnemu (snn-run/1)')],
    ['noc-record.schema.json', publishSchema(nocRecordSchema, 'Record of snnemu noc (snn-noc/1)')],
    ['compare-record.schema.json', publishSchema(compareRecordSchema, 'Record of snnemu compare (snn-compare/1)')],
  ]);
