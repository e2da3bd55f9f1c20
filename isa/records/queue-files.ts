/** The list of the files that the points of a sweep are made from: where each lay, and what was in it. */
import { z } from 'zod';
import { natural } from './parts/numbers.ts';
import { sha256 } from './parts/points.ts';

const format = 'snn-queue-files/1';

/** More files than a data set has, and the network and its tensors beside. */
const MOST_FILES = 2 ** 20 + 2 ** 10;
const MOST_CHARACTERS = 4096;

/** Absolute, without empty parts, `.` and `..`, and without characters that end or control a line: it is put behind another path. */
const path = z
  .string()
  .max(MOST_CHARACTERS)
  .regex(/^(\/(?!\.{1,2}(\/|$))[^/\p{Cc}]{1,255})+$/u);

const schema = z.strictObject({
  format: z.literal(format),
  folder: z.union([path, z.literal('/')]).describe('that names of files are relative to'),
  files: z.array(z.strictObject({ path, sha256, bytes: natural })).max(MOST_FILES),
  folders: z.array(path).max(MOST_FILES).describe('that are there even where no file is in them'),
});

export const queueFiles = { format, title: 'Files of a sweep with --queue', schema } as const;
export type QueueFiles = z.infer<typeof schema>;
