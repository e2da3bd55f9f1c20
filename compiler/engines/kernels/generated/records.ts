/** What the kernels of the floating-point engines are told: byte offsets, kinds and sizes. Made by scripts/records.mjs from the tables of records. */

// A convolution of the conventional network.
/** Per pixel the byte offset (u32) of its window; three more, so that pixels can go in fours. usize */
export const CONVOLVE_ORIGINS_AT = 0;
/** u32 */
export const CONVOLVE_PIXELS = 4;
/** Byte offsets (u32) of the taps from the origin of a window. usize */
export const CONVOLVE_TAPS_AT = 8;
/** The address behind them. usize */
export const CONVOLVE_TAPS_END_AT = 12;
export const CONVOLVE_BYTES = 16;

// A convolution of few active elements.
/** Per source pixel, where its elements begin in the list; one more at the end. usize */
export const GATHER_FIRST_OF_AT = 0;
/** Per output row the first of its runs, one more at the end. usize */
export const GATHER_ROWS_AT = 4;
/** Per run: first source pixel of the row, first tap of the kernel's row. usize */
export const GATHER_ROW_RUNS_AT = 8;
/** u32 */
export const GATHER_OUT_ROWS = 12;
/** As ROWS_AT. usize */
export const GATHER_COLUMNS_AT = 16;
/** Per run: source column, tap, pixels. usize */
export const GATHER_COLUMN_RUNS_AT = 20;
/** u32 */
export const GATHER_OUT_COLUMNS = 24;
/** [block][tap][source channel][channel of the block]. usize */
export const GATHER_WEIGHTS_AT = 28;
/** Bytes of the weights of a tap of a block. u32 */
export const GATHER_TAP_BYTES = 32;
/** Bytes of the weights of a block. u32 */
export const GATHER_BLOCK_BYTES = 36;
/** Output channels. u32 */
export const GATHER_CHANNELS = 40;
export const GATHER_BYTES = 44;

