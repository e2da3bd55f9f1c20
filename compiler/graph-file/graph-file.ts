/**
 * The optional `graph` section of a chip file: the quantised graph (for `snnemu diff`) and the conventional network (for
 * the float baseline). A JSON document whose typed arrays are references into the bytes behind it:
 * u32 length of the JSON, the JSON, zero padding to 8 bytes, the arrays, each at a multiple of 8.
 */
import { z } from 'zod';
import { DiagnosticError, fail } from '../../isa/index.ts';
import type { AnnGraph } from '../ann/ann.ts';
import type { QuantisedGraph } from '../ir/layers.ts';
import { verifyAnn } from '../verify/verify-ann.ts';
import { verifyQuantised } from '../verify/verify-quantised.ts';
import { annSchema, quantisedSchema } from './graph-schema.ts';
import { restoredGraph, storedGraph, type StoredGraph } from './stored-layers.ts';

/** What the graph section holds. */
export interface GraphFile {
  readonly quantised: QuantisedGraph;
  /** The conventional network; absent where the network was trained as a spiking one. */
  readonly ann?: AnnGraph | undefined;
}

const ARRAY_TYPES = { i8: Int8Array, i16: Int16Array, i32: Int32Array, u32: Uint32Array, f32: Float32Array } as const;
type ArrayCode = keyof typeof ARRAY_TYPES;
type StoredArray = InstanceType<(typeof ARRAY_TYPES)[ArrayCode]>;

const referenceSchema = z.strictObject({
  array: z.enum(['i8', 'i16', 'i32', 'u32', 'f32']),
  offset: z.number().int().nonnegative(),
  length: z.number().int().nonnegative(),
});

const ALIGNMENT = 8;
const align = (bytes: number): number => ALIGNMENT * Math.ceil(bytes / ALIGNMENT);

/**
 * Bytes of the graph section: the same graphs give the same bytes.
 *
 * @throws Error where a graph holds an array of a type that has no code, which is a fault of the program
 */
export function encodeGraphFile(file: GraphFile): Uint8Array {
  const arrays: StoredArray[] = [];
  let bytes = 0;
  const stored = { ...file, quantised: storedGraph(file.quantised) };
  const json = JSON.stringify(stored, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return sorted(value);
    const code = (Object.keys(ARRAY_TYPES) as ArrayCode[]).find((key) => value instanceof ARRAY_TYPES[key]);
    if (code === undefined) throw new Error('array type without a code');
    const array = value as StoredArray;
    const reference = { array: code, offset: bytes, length: array.length };
    arrays.push(array);
    bytes = align(bytes + array.byteLength);
    return reference;
  });
  const text = new TextEncoder().encode(json);
  const start = align(4 + text.length);
  const out = new Uint8Array(start + bytes);
  new DataView(out.buffer).setUint32(0, text.length, true);
  out.set(text, 4);
  let at = start;
  for (const array of arrays) {
    out.set(littleEndian(array), at);
    at += align(array.byteLength);
  }
  return out;
}

/** Keys in order, so that equal graphs give equal bytes. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Bytes of an array, lowest byte of each element first on every machine. */
function littleEndian(array: StoredArray): Uint8Array {
  const bytes = new Uint8Array(array.byteLength);
  const view = new DataView(bytes.buffer);
  const size = array.BYTES_PER_ELEMENT;
  for (let k = 0; k < array.length; k++) {
    if (array instanceof Float32Array) view.setFloat32(k * size, array[k]!, true);
    else if (size === 4) view.setUint32(k * size, array[k]! >>> 0, true);
    else if (size === 2) view.setInt16(k * size, array[k]!, true);
    else view.setInt8(k, array[k]!);
  }
  return bytes;
}

/** @param budget bytes that may still be copied: arrays do not overlap, so together they are no larger than the section */
function readArray(
  bytes: Uint8Array,
  reference: z.infer<typeof referenceSchema>,
  start: number,
  budget: { left: number },
): StoredArray {
  const type = ARRAY_TYPES[reference.array];
  const from = start + reference.offset;
  const to = from + reference.length * type.BYTES_PER_ELEMENT;
  if (to > bytes.length) invalid(`an array ends at ${to}, behind the end of the section at ${bytes.length}`);
  budget.left -= to - from;
  if (budget.left < 0) invalid('several arrays refer to the same bytes');
  const array = new type(reference.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset + from);
  for (let k = 0; k < array.length; k++) {
    if (array instanceof Float32Array) array[k] = view.getFloat32(k * 4, true);
    else if (array instanceof Int8Array) array[k] = view.getInt8(k);
    else if (array instanceof Int16Array) array[k] = view.getInt16(k * 2, true);
    else array[k] = view.getUint32(k * 4, true);
  }
  return array;
}

function invalid(message: string): never {
  fail('E0405', message, { section: 'graph' }, 'build the chip file again from its network');
}

/**
 * Reads and verifies a graph section.
 *
 * @throws DiagnosticError E0405 for anything that is not a consistent graph
 */
export function decodeGraphFile(bytes: Uint8Array): GraphFile {
  if (bytes.length < 4) invalid('the graph section is too short');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + length > bytes.length) invalid('the graph section is truncated');
  const start = align(4 + length);
  const budget = { left: bytes.length };
  let json: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, 4 + length));
    json = JSON.parse(text, (_, value: unknown) => {
      const reference = referenceSchema.safeParse(value);
      return reference.success ? readArray(bytes, reference.data, start, budget) : value;
    });
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    invalid(`the graph is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = z.strictObject({ quantised: quantisedSchema, ann: annSchema.optional() }).safeParse(json);
  if (!parsed.success)
    invalid(`the graph is malformed: ${parsed.error.issues[0]!.path.join('.')} ${parsed.error.issues[0]!.message}`);
  const { quantised, ann } = parsed.data as { quantised: StoredGraph; ann?: AnnGraph };
  try {
    if (ann !== undefined) verifyAnn(ann);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    invalid(`the conventional network is inconsistent: ${error.diagnostics[0]!.message}`);
  }
  const file = { quantised: restoredGraph(quantised), ...(ann !== undefined && { ann }) };
  verifyQuantised(file.quantised);
  return file;
}
