/** Published JSON Schemas (draft 2020-12), generated from the zod schemas that the code itself uses. */
import { z } from 'zod';
import { RECORDS } from './records/generated/index.ts';

/** One kind of JSON that programs write or read. */
export interface RecordKind<T extends z.ZodType = z.ZodType> {
  /** Its member `format`. */
  readonly format: `snn-${string}/1`;
  readonly title: string;
  readonly schema: T;
}

/** Every kind, by the name of its file in isa/records/, which is that of its schema in spec/ too. */
export const RECORD_KINDS: Readonly<Record<keyof typeof RECORDS, RecordKind>> = RECORDS;

/** What a command can print as JSON: a record, or a list of them. */
export type PublishedRecord = Immutable<z.input<(typeof RECORDS)[keyof typeof RECORDS]['schema']>>;

/** The same, of which nothing can be changed. */
export type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;

/** File name in spec/ → JSON Schema, of every kind of record. */
export const publishedSchemas = (): ReadonlyMap<string, Record<string, unknown>> =>
  new Map(
    Object.entries(RECORD_KINDS).map(([name, { format, title, schema }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
      return [`${name}.schema.json`, { $schema, title: `${title} (${format})`, ...rest }];
    }),
  );
