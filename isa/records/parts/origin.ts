/** What a run record was made with, so that it can be traced and repeated. */
import { z } from 'zod';
import { inputOfPoint } from './points.ts';

const optionValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

export const originSchema = z.strictObject({
  command: z.enum(['run', 'eval']),
  options: z
    .record(z.string(), optionValue)
    .describe('operands and options as they were given, defaults too; without those that say where results go'),
  inputs: z.array(inputOfPoint).describe('the chip file and the data that it ran; a pipe has no hash and is left out'),
  build: z
    .strictObject({
      tool: z.string(),
      sourceSha256: z.string().describe('of the file of the network'),
      options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    })
    .describe('what the chip file says of its build: mode, widths of weights, calibration'),
});
export type OriginRecord = z.infer<typeof originSchema>;
