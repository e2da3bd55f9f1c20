/** Messages of evaluations in parts; DIAGNOSTICS (codes.ts) has them with all others. */
import type { MessageRow } from './message-row.ts';

export const PART_CODES = {
  E0723: {
    title: 'parts of different evaluations',
    explanation:
      'Parts that are merged must be of one evaluation: of the same chip file, the same data, the same options and the same version. The message names the part that differs from the first one, and in what.',
  },
  E0724: {
    title: 'parts that are not all there',
    explanation:
      'An evaluation is whole with all of its parts, each once. The message names those that are missing, or that are there twice.',
  },
  E0725: {
    title: 'file that is no part of an evaluation',
    explanation:
      'The file is not one that `snnemu eval --part` wrote, or it is damaged or cut short. Compute that part again.',
  },
} as const satisfies Record<string, MessageRow>;
