/** What `snnc tune` chooses from, as a file: list × grid × samples, in the words of a plan of `snnemu sweep`. */
import { z } from 'zod';
import { sweepPlan } from './sweep-plan.ts';

const format = 'snn-tune-space/1';
const { options, list, grid, sample } = sweepPlan.schema.shape;

const schema = z.strictObject({ format: z.literal(format), options, list, grid, sample });

export const tuneSpace = { format, title: 'Space of snnc tune', schema } as const;
