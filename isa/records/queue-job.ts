/** The data of a job of `snnemu sweep --queue`: one point, as a worker of any machine needs it. */
import { z } from 'zod';
import { optionTexts, sha256 } from './parts/points.ts';

const format = 'snn-queue-job/1';

/** Longer texts are no name of a file and no value of an option. */
const MOST_CHARACTERS = 4096;

const schema = z.strictObject({
  format: z.literal(format),
  tool: z.string().max(MOST_CHARACTERS).describe('program and version that the point is for; no other one computes it'),
  sweep: sha256.describe('of the sweep, under which the result is put'),
  key: sha256.describe('of the point'),
  buildKey: sha256.describe('of its build: jobs with the same one need the same chip'),
  keepsBuild: z.boolean().describe('whether other points of the sweep need the same chip'),
  network: z.string().min(1).max(MOST_CHARACTERS).describe('file of the network, as it was typed'),
  options: optionTexts.describe('all options of the point that have a value, as they were typed'),
  files: sha256.describe('of the list of files, a blob of the format snn-queue-files/1'),
});

export const queueJob = { format, title: 'Job of snnemu sweep --queue', schema } as const;
export type QueueJob = z.infer<typeof schema>;
