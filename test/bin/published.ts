/** Whether JSON that a command wrote follows the schema that spec/ publishes for its format. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { RECORD_KINDS } from '../../isa/schemas.ts';

const files = new Map(Object.entries(RECORD_KINDS).map(([name, { format }]) => [format as string, name]));
/** One for all, which knows the meta-schema; making the functions shorter takes longer than they run here. */
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, code: { optimize: false } });
const validators = new Map<string, ValidateFunction>();

/** @param file of spec/, which another validator than ours reads */
export function publishedValidator(file: string): ValidateFunction {
  let validate = validators.get(file);
  if (validate === undefined) {
    const text = readFileSync(new URL(`../../spec/${file}`, import.meta.url), 'utf8');
    validate = ajv.compile(JSON.parse(text) as Record<string, unknown>);
    validators.set(file, validate);
  }
  return validate;
}

function validatorOf(format: string): ValidateFunction {
  const file = files.get(format);
  if (file === undefined) throw new Error(`no schema is published for the format ${format}`);
  return publishedValidator(`${file}.schema.json`);
}

/**
 * @param text a record, or a list of records
 * @returns the formats that it holds, each once
 * @throws Error where one has no published schema, or does not follow it
 */
export function publishedFormats(text: string): string[] {
  const written: unknown = JSON.parse(text);
  const formats = new Set<string>();
  for (const record of Array.isArray(written) ? (written as unknown[]) : [written]) {
    const { format } = record as { readonly format: string };
    const validate = validatorOf(format);
    if (!validate(record)) throw new Error(`${format}: ${JSON.stringify(validate.errors)}`);
    formats.add(format);
  }
  return [...formats];
}
