/** How samples without time became input in steps. */
import { z } from 'zod';
import { natural } from './numbers.ts';

export const encodingSchema = z.strictObject({
  coding: z.string().describe('constant, poisson, ttfs or delta'),
  steps: natural.describe('of a sample'),
  nonZero: natural.describe('values that are not 0'),
  max: z
    .number()
    .optional()
    .describe('the value that a spike in every step stands for; absent where no spikes are made'),
  limited: natural.optional().describe('values beyond it, which are sent as it is'),
  spikes: natural.optional().describe('that were made of the values'),
  seed: natural.optional().describe('of what is drawn'),
});
