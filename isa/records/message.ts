/** A numbered message, as `snnc explain --json` prints one, or lists all. */
import { z } from 'zod';

const format = 'snn-message/1';

const schema = z.strictObject({
  format: z.literal(format),
  code: z.string().regex(/^[EW][0-9]{4}$/),
  title: z.string(),
  explanation: z.string(),
});

export const message = { format, title: 'Numbered message of snnc and snnemu', schema } as const;
