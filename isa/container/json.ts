/** JSON sections: one text for every value, checked against a schema. */
import { z } from 'zod';
import { fail, type Place } from '../diagnostics.ts';
import { finishingsSchema } from './finishing.ts';
import { MAX_JSON_BYTES } from './layout.ts';

/** Elements of a tensor; bounds what a hostile file can make a reader allocate. */
const MAX_ELEMENTS = 2 ** 26;

const dimension = z.number().int().min(1).max(MAX_ELEMENTS);
const shape = z
  .tuple([dimension, dimension, dimension])
  .refine(([c, y, x]) => c * y * x <= MAX_ELEMENTS, `a tensor has at most ${MAX_ELEMENTS} elements`);
const u32 = z.number().int().min(0).max(0xffff_ffff);
const i16 = z.number().int().min(-0x8000).max(0x7fff);

/** Ticks of a step. */
const MOST_STEP_TICKS = 2 ** 16;

/** The input map without its parts. */
export const inputSchema = z
  .strictObject({
    shape,
    ticks: z.number().int().min(2).optional(),
    stepTicks: z.number().int().min(2).max(MOST_STEP_TICKS).optional(),
    scale: z.number().positive(),
    mean: z.array(z.number()),
    std: z.array(z.number().positive()),
    step: z.number().positive(),
    channelSteps: z.array(z.number().positive()).optional(),
    payloadMin: i16,
    payloadMax: i16,
  })
  .refine((input) => input.payloadMin <= input.payloadMax, 'payloadMin is at most payloadMax')
  .refine((input) => input.stepTicks === undefined || input.ticks !== undefined, 'stepTicks stands beside ticks');

/** The output map without its parts. */
export const outputSchema = z.strictObject({
  shape,
  step: z.number().positive(),
  labels: z.array(z.string()),
  after: finishingsSchema.optional(),
});

export const layersSchema = z.array(z.strictObject({ name: z.string(), shape, depth: u32, fires: z.boolean() }));

export const provenanceSchema = z.strictObject({
  tool: z.string(),
  network: z.string(),
  sourceSha256: z.string(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  annMacs: z.number().int().nonnegative(),
  annWeights: z.number().int().nonnegative().optional(),
  annActivations: z.number().int().nonnegative().optional(),
});

/**
 * The canonical text of a JSON value: no spaces, object keys in ascending order of their UTF-16 code units, numbers and
 * strings as JSON.stringify writes them. Properties that are undefined are left out.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/**
 * Bytes of a JSON section.
 *
 * @throws DiagnosticError E0209 where it is too long: names come from files; RangeError where the value breaks the schema
 */
export function encodeJson<S extends z.ZodType>(schema: S, value: unknown, what: string): Uint8Array {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new RangeError(`section ${what}: ${describeIssues(parsed.error)}`);
  const text = canonicalJson(value);
  if (canonicalJson(parsed.data) !== text) throw new RangeError(`section ${what}: the value has no canonical form`);
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MAX_JSON_BYTES)
    fail(
      'E0209',
      `section ${what} of the chip file would have ${bytes.length} bytes; the limit is ${MAX_JSON_BYTES}`,
      { section: what },
      'use shorter names of classes and layers',
    );
  return bytes;
}

/**
 * Reads a JSON section.
 *
 * @throws DiagnosticError E0405 where it is too long, not UTF-8, not JSON, not of the schema or not canonical
 */
export function decodeJson<S extends z.ZodType>(schema: S, bytes: Uint8Array, place: Place): z.infer<S> {
  if (bytes.length > MAX_JSON_BYTES)
    fail('E0405', `a JSON section of ${bytes.length} bytes; at most ${MAX_JSON_BYTES} are allowed`, place);
  const text = decodeText(bytes, place);
  const result = schema.safeParse(parseText(text, place));
  if (!result.success) fail('E0405', describeIssues(result.error), place);
  if (canonicalJson(result.data) !== text)
    fail('E0405', 'the JSON text is not in canonical form (sorted keys, no spaces, shortest numbers)', place);
  return result.data;
}

function decodeText(bytes: Uint8Array, place: Place): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail('E0405', 'the JSON text is not UTF-8', place);
  }
}

function parseText(text: string, place: Place): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return fail('E0405', 'the section is not JSON', place);
  }
}

const SHOWN_ISSUES = 3;

/** The first faults of a value, each with its path. */
function describeIssues(error: z.ZodError): string {
  const shown = error.issues.slice(0, SHOWN_ISSUES).map((issue) => `${issuePath(issue)}: ${issue.message}`);
  const more = error.issues.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/** Path of an issue, as in `timing.lanes` or `layers[2].shape`. */
export function issuePath(issue: { readonly path: readonly PropertyKey[] }): string {
  if (issue.path.length === 0) return '(root)';
  return issue.path
    .map((key, k) => (typeof key === 'number' ? `[${key}]` : k === 0 ? String(key) : `.${String(key)}`))
    .join('');
}
