/** Messages of single parts of the programs, each from its own file; DIAGNOSTICS (codes.ts) has them with all others. */
import type { MessageRow } from './message-row.ts';
import { PART_CODES } from './part-codes.ts';
import { PIN_CODES } from './pin-codes.ts';
import { QUEUE_CODES } from './queue-codes.ts';
import { RERUN_CODES } from './rerun-codes.ts';

export const CODES_OF_PARTS = { ...PART_CODES, ...PIN_CODES, ...QUEUE_CODES, ...RERUN_CODES } as const satisfies Record<
  string,
  MessageRow
>;
