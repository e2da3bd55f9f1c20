/** What a worker puts into Redis when it has computed a point. */
import { z } from 'zod';
import { sha256 } from './parts/points.ts';
import { outcomeSchema } from './sweep-record.ts';

const format = 'snn-queue-result/1';

const schema = z.strictObject({
  format: z.literal(format),
  key: sha256.describe('of the point'),
  isLasting: z.boolean().describe('whether the outcome follows from the inputs alone, and is kept in the store'),
  outcome: outcomeSchema,
});

export const queueResult = { format, title: 'Result of a job of snnemu sweep --queue', schema } as const;
