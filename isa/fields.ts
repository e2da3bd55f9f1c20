/**
 * Fixed-size binary records. One table of fields per record gives its decoder (a binary-parser parser), its encoder and
 * its table in spec/image-format.md, so that the three cannot differ.
 */
import { platform } from '#platform';
import { Parser } from 'binary-parser';

export type FieldType = 'u16' | 'u32' | 'i32' | 'u64' | 'sha256';

export interface RecordField {
  readonly name: string;
  readonly type: FieldType;
  readonly meaning: string;
}

/** The value of a record: numbers, and SHA-256 digests as 64 lower-case hexadecimal digits. */
export type RecordValue<F extends readonly RecordField[]> = {
  readonly [K in F[number] as K['name']]: K['type'] extends 'sha256' ? string : number;
};

/** A record with its codec. All records are little-endian and without padding. */
export interface RecordType<V> {
  readonly name: string;
  readonly fields: readonly RecordField[];
  /** Bytes of one record. */
  readonly size: number;
  /**
   * Writes one record at byte `at`.
   *
   * @throws RangeError where a value does not fit its field
   */
  encode(view: DataView, at: number, value: V): void;
  /**
   * Reads the record at byte `at`, which must lie wholly in `bytes`. A u64 beyond 2^53 comes back as a number that is
   * not a safe integer; the caller refuses it.
   */
  decode(bytes: Uint8Array, at: number): V;
  /** Reads consecutive records that fill `bytes`, whose length must be a multiple of the size. */
  decodeAll(bytes: Uint8Array): V[];
}

interface TypeRow {
  readonly size: number;
  readonly range?: readonly [min: number, max: number];
  parse(parser: Parser, name: string): Parser;
  write(view: DataView, at: number, value: never): void;
}

const SHA256_BYTES = 32;
const SHA256_TEXT = /^[0-9a-f]{64}$/;

const TYPES: Readonly<Record<FieldType, TypeRow>> = {
  u16: {
    size: 2,
    range: [0, 0xffff],
    parse: (parser, name) => parser.uint16le(name),
    write: (view, at, value: number) => view.setUint16(at, value, true),
  },
  u32: {
    size: 4,
    range: [0, 0xffff_ffff],
    parse: (parser, name) => parser.uint32le(name),
    write: (view, at, value: number) => view.setUint32(at, value, true),
  },
  i32: {
    size: 4,
    range: [-0x8000_0000, 0x7fff_ffff],
    parse: (parser, name) => parser.int32le(name),
    write: (view, at, value: number) => view.setInt32(at, value, true),
  },
  u64: {
    size: 8,
    range: [0, Number.MAX_SAFE_INTEGER],
    parse: (parser, name) => parser.uint64le(name, { formatter: Number }),
    write: (view, at, value: number) => view.setBigUint64(at, BigInt(value), true),
  },
  sha256: {
    size: SHA256_BYTES,
    parse: (parser, name) => parser.buffer(name, { length: SHA256_BYTES, formatter: toHex }),
    write: (view, at, value: string) => {
      for (let k = 0; k < SHA256_BYTES; k++) view.setUint8(at + k, parseInt(value.slice(2 * k, 2 * k + 2), 16));
    },
  },
};

/** Bytes of one field. */
export const fieldSize = (type: FieldType): number => TYPES[type].size;

/** Makes the codec of a record from its table of fields. */
export function defineRecord<const F extends readonly RecordField[]>(
  name: string,
  fields: F,
): RecordType<RecordValue<F>> {
  type Value = RecordValue<F>;
  const size = fields.reduce((sum, field) => sum + fieldSize(field.type), 0);
  const one = fields.reduce((parser, field) => TYPES[field.type].parse(parser, field.name), new Parser());
  const all = new Parser().array('records', { type: one, readUntil: 'eof' });
  return {
    name,
    fields,
    size,
    encode(view, at, value) {
      let next = at;
      for (const field of fields) {
        writeField(name, field, view, next, (value as Readonly<Record<string, unknown>>)[field.name]);
        next += fieldSize(field.type);
      }
    },
    decode(bytes, at) {
      if (at < 0 || at + size > bytes.length) throw new RangeError(`record ${name} at ${at} is cut off`);
      return one.parse(bytes.subarray(at, at + size)) as Value;
    },
    decodeAll(bytes) {
      if (bytes.length % size !== 0) throw new RangeError(`${bytes.length} bytes are not whole records ${name}`);
      return (all.parse(bytes) as { records: Value[] }).records;
    },
  };
}

function writeField(record: string, field: RecordField, view: DataView, at: number, value: unknown): void {
  const type = TYPES[field.type];
  const fits =
    type.range === undefined
      ? typeof value === 'string' && SHA256_TEXT.test(value)
      : Number.isInteger(value) && (value as number) >= type.range[0] && (value as number) <= type.range[1];
  if (!fits) throw new RangeError(`record ${record}: field ${field.name} = ${String(value)} is not a ${field.type}`);
  type.write(view, at, value as never);
}

const toHex = (bytes: Uint8Array): string => platform.toHex(bytes);
