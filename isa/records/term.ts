/** A term of the summaries, as `snnc explain --json` prints one, or lists all. */
import { z } from 'zod';

const format = 'snn-term/1';

const schema = z.strictObject({
  format: z.literal(format),
  term: z.string(),
  also: z.array(z.string()).describe('other forms under which it is looked up'),
  explanation: z.string(),
  page: z.string().describe('document of the package, with the heading in it'),
});

export type TermRecord = z.infer<typeof schema>;

export const term = { format, title: 'Term of the summaries of snnc and snnemu', schema } as const;
