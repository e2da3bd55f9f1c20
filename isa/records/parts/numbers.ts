/** Numbers that several records are made of. */
import { z } from 'zod';

/** A count, or an index. */
export const natural = z.number().int().nonnegative();
