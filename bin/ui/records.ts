/** Records that were written with --json, read again. */
import type { z } from 'zod';
import { fail, parseJsonFile, type RecordKind, type RunRecord, runRecord } from '../../isa/index.ts';
import { shorten } from '../../report/index.ts';
import { readInput } from './files.ts';
import type { Io } from './io.ts';

/** Records grow with the samples that they list: some hundred bytes each. */
const LARGEST_RECORD_BYTES = 2 ** 28;
const LONGEST_FORMAT = 40;

/** A kind of record, and what messages say of it. */
interface ExpectedRecord<T> {
  readonly kind: RecordKind<z.ZodType<T>>;
  readonly what: string;
  /** How one is made. */
  readonly remedy: string;
  readonly largestBytes?: number;
}

/** @throws DiagnosticError E0101, E0108 as {@link readRecord} */
export const readRunRecord = (io: Io, file: string, largestBytes = LARGEST_RECORD_BYTES): Promise<RunRecord> =>
  readRecord(io, file, {
    kind: runRecord,
    what: 'run record',
    remedy: '`snnemu run` and `snnemu eval` write run records with --json',
    largestBytes,
  });

/**
 * A record as its schema describes it.
 *
 * @throws DiagnosticError E0101 where it cannot be read, E0108 where it is not such a record
 */
export async function readRecord<T>(
  io: Io,
  file: string,
  { largestBytes = LARGEST_RECORD_BYTES, ...expected }: ExpectedRecord<T>,
): Promise<T> {
  return parseRecord(await readInput(io, file, largestBytes), file, expected);
}

/** The same of bytes that were read. @throws DiagnosticError E0108 */
export function parseRecord<T>(
  bytes: Uint8Array,
  file: string,
  { kind: { format, schema }, what, remedy }: Omit<ExpectedRecord<T>, 'largestBytes'>,
): T {
  const content = parseJson(bytes, file, remedy);
  const record = typeof content === 'object' && content !== null ? content : {};
  const named = 'format' in record ? record.format : undefined;
  if (named !== format) {
    const found = named === undefined ? 'nothing' : shorten(JSON.stringify(named), LONGEST_FORMAT);
    fail('E0108', `the format of the record is not "${format}"; the file says ${found}`, { file }, remedy);
  }
  dropRetired(record, format);
  const { success, data, error } = schema.safeParse(content);
  if (success) return data;
  const [issue] = error.issues;
  const path = pathText(issue?.path ?? []);
  const place = { file, ...(path !== '' && { path }) };
  return fail('E0108', `the ${what} does not follow its schema in spec/: ${issue?.message ?? ''}`, place, remedy);
}

/** Members that earlier versions wrote, by the format of the record: [object, member]. What they said is not used any more. */
const RETIRED_MEMBERS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'snn-run/1': [['counts', 'saturations']],
};

/** Takes them out, so that records of earlier versions stay readable. */
function dropRetired(record: object, format: string): void {
  for (const [within, member] of RETIRED_MEMBERS[format] ?? []) {
    const part = (record as Readonly<Record<string, unknown>>)[within];
    if (typeof part === 'object' && part !== null) delete (part as Record<string, unknown>)[member];
  }
}

function parseJson(bytes: Uint8Array, file: string, remedy: string): unknown {
  const parsed = parseJsonFile(bytes);
  return 'value' in parsed ? parsed.value : fail('E0108', `the record is not JSON: ${parsed.fault}`, { file }, remedy);
}

/** `outputs[3].label` */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
