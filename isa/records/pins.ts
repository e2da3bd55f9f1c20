/** Which parts of a network lie on which cores, by hand: what `snnc build --pin` reads and --emit-pins writes. */
import { z } from 'zod';

const format = 'snn-pins/1';

const natural = z.number().int().min(0).max(0x7fffffff);
const range = z
  .union([natural, z.string().regex(/^\d{1,10}(-\d{1,10})?$/, 'a number, or a range with both of its ends as "0-7"')])
  .describe('a number, or a range with both of its ends: "0-7"');
const core = z
  .union([natural, z.tuple([natural, natural]), z.tuple([natural, natural, natural])])
  .describe('the number of a core, or the column and row of its tile, and where a tile has several, which of them');

/** Most pins of a file: those of all tiles of a large chip. */
const MOST_PINS = 1_000_000;

const pin = z.strictObject({
  layer: z.string().describe('as `snnc inspect` names it'),
  channels: range.optional().describe('all if absent'),
  rows: range.optional().describe('all if absent'),
  columns: range.optional().describe('all if absent'),
  cores: z
    .array(core)
    .min(1)
    .describe('where it lies; of several, each gets an equal box: rows first, then columns, then channels'),
});

const schema = z.strictObject({
  format: z.literal(format),
  pins: z
    .array(pin)
    .min(1)
    .max(MOST_PINS)
    .describe('a core that a pin names holds what is pinned to it and nothing else; no neuron is pinned twice'),
});

export const pins = { format, title: 'Pins of snnc build', schema } as const;
export type Pins = z.infer<typeof schema>;
export type Pin = Pins['pins'][number];
