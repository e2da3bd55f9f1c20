/**
 * The fields that an instruction's records have beside those of all: its own, named in its file of ops/, and those of the
 * parts that it shares with others (records/shared.ts).
 */
import * as R from './generated/records.ts';
import type { Fields } from './memory.ts';
import { WASM_OPS } from './ops/generated/index.ts';
import { SHARED_PARTS } from './records/shared.ts';
import type { OwnValues } from './records/table.ts';

/** A copy, since names are looked up much more slowly in a module itself. */
const CONSTANTS: Readonly<Record<string, number>> = { ...R };

/** Byte offset of a field in the records of an instruction. */
export function ownOffset(op: keyof typeof WASM_OPS, field: string): number {
  const own = CONSTANTS[`${op}_${field}`];
  if (own !== undefined) return own;
  const layout = WASM_OPS[op];
  let part = 'behind' in layout ? layout.behind : undefined;
  for (; part !== undefined; part = SHARED_PARTS[part].behind) {
    const shared = CONSTANTS[`${part}_${field}`];
    if (shared !== undefined) return shared;
  }
  throw new Error(`the records of ${op} have no field ${field}`);
}

/** Fields of a record of an instruction; they are of 32 bits. */
export const ownFields = (op: keyof typeof WASM_OPS, values: OwnValues): Fields =>
  Object.entries(values).map(([field, value = 0]) => [ownOffset(op, field), value]);
