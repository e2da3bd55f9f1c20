/** Why a command ended without a result: what `--json` writes in the place of its record. */
import { z } from 'zod';
import { diagnostics } from './parts/diagnostics.ts';

const format = 'snn-refusal/1';

/** At what a command was when it ended, by the family of the first error. */
const STAGES = [
  'files-and-options',
  'network',
  'conversion-and-fit',
  'chip-file',
  'assembly',
  'data',
  'run',
  'fault',
] as const;
export type Stage = (typeof STAGES)[number];

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string().describe('program and version'),
  command: z.string().nullable().describe('name of the command; null where none was recognised'),
  exitCode: z.int().min(1).max(255).describe('with which the program ends'),
  stage: z.enum(STAGES).describe('at what it ended, by the family of the first error; fault: of the program itself'),
  diagnostics,
});

export type RefusalRecord = z.infer<typeof schema>;

export const refusal = { format, title: 'Why a command ended without a result', schema } as const;
