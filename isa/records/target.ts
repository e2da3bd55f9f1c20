/** A target as a file. */
import { z } from 'zod';
import { targetChangesSchema, targetFileSchema } from '../target.ts';

export const target = {
  format: 'snn-target/1',
  title: 'Target of snnc and snnemu',
  schema: z.union([targetFileSchema, targetChangesSchema]),
} as const;
