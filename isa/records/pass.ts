/** A pass, as `snnc passes --json` lists them. */
import { z } from 'zod';

const format = 'snn-pass/1';

const schema = z.strictObject({
  format: z.literal(format),
  name: z.string().describe('as --dump-after takes it'),
  meaning: z.string(),
});

export const pass = { format, title: 'Pass of snnc, in the list of snnc passes', schema } as const;
