/**
 * What the kernels are told beside the data of a call: records in their memory, written once. scripts/records.mjs gives
 * each field its place and writes the constants for both languages.
 */
const CONVOLVE = {
  says: 'A convolution of the conventional network.',
  fields: {
    ORIGINS_AT: ['usize', 'Per pixel the byte offset (u32) of its window; three more, so that pixels can go in fours.'],
    PIXELS: ['u32'],
    TAPS_AT: ['usize', 'Byte offsets (u32) of the taps from the origin of a window.'],
    TAPS_END_AT: ['usize', 'The address behind them.'],
  },
} as const;

const GATHER = {
  says: 'A convolution of few active elements.',
  fields: {
    FIRST_OF_AT: ['usize', 'Per source pixel, where its elements begin in the list; one more at the end.'],
    ROWS_AT: ['usize', 'Per output row the first of its runs, one more at the end.'],
    ROW_RUNS_AT: ['usize', "Per run: first source pixel of the row, first tap of the kernel's row."],
    OUT_ROWS: ['u32'],
    COLUMNS_AT: ['usize', 'As ROWS_AT.'],
    COLUMN_RUNS_AT: ['usize', 'Per run: source column, tap, pixels.'],
    OUT_COLUMNS: ['u32'],
    WEIGHTS_AT: ['usize', '[block][tap][source channel][channel of the block].'],
    TAP_BYTES: ['u32', 'Bytes of the weights of a tap of a block.'],
    BLOCK_BYTES: ['u32', 'Bytes of the weights of a block.'],
    CHANNELS: ['u32', 'Output channels.'],
  },
} as const;

/** What scripts/records.mjs writes into generated/records.ts. */
export const engineConstants = {
  says: 'What the kernels of the floating-point engines are told',
  records: { CONVOLVE, GATHER },
  names: {},
  numbers: {},
} as const;
