/** Records that were written with --json, read again. */
import type { z } from 'zod';
import { fail } from '../../isa/index.ts';
import { readInput } from './files.ts';
import type { Io } from './io.ts';

/** Records grow with the samples that they list: some hundred bytes each. */
const LARGEST_RECORD_BYTES = 2 ** 28;

/**
 * A record as its schema describes it.
 *
 * @param what the record is, for messages
 * @param remedy how one is made
 * @throws DiagnosticError E0101 where it cannot be read, E0108 where it is not such a record
 */
export async function readRecord<T>(
  io: Io,
  path: string,
  schema: z.ZodType<T>,
  what: string,
  remedy: string,
): Promise<T> {
  const bytes = await readInput(io, path, LARGEST_RECORD_BYTES);
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : String(error);
    fail('E0108', `the ${what} is not JSON: ${reason}`, { file: path }, remedy);
  }
  const { success, data, error } = schema.safeParse(content);
  if (success) return data;
  const [first] = error.issues;
  const at =
    first === undefined || first.path.length === 0 ? '' : ` at ${first.path.map(String).join('.').slice(0, 200)}`;
  return fail('E0108', `this is not a ${what}${at}: ${(first?.message ?? '').slice(0, 200)}`, { file: path }, remedy);
}
