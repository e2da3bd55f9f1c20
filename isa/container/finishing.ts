/** The schema of what is done to scores at the end of a network: in chip files, graphs, net.json and records alike. */
import { z } from 'zod';
import { FINISHING_OPS } from '../outputs.ts';

/** Steps behind the scores, and steps of a staircase. */
const MOST_FINISHING = 16;
const MOST_LEVELS = 2 ** 16;

const finishingSchema = z
  .strictObject({
    op: z.enum(FINISHING_OPS),
    max: z.number().positive().optional().describe('of clip: the upper end; none if absent'),
    levels: z
      .number()
      .int()
      .min(1)
      .max(MOST_LEVELS)
      .optional()
      .describe('of clip with max: steps of a staircase up to it'),
  })
  .refine(({ op, max }) => op === 'clip' || max === undefined, 'max stands beside clip')
  .refine(({ max, levels }) => max !== undefined || levels === undefined, 'levels stands beside max');

export const finishingsSchema = z.array(finishingSchema).min(1).max(MOST_FINISHING);
