/** Numbered messages as records have them. */
import { z } from 'zod';

export const diagnostics = z.array(
  z.strictObject({
    code: z.string().regex(/^[EW][0-9]{4}$/),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    place: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .describe('file, offset, path, line, layer, core, section, word: those that are known'),
    remedy: z.string().optional(),
  }),
);
