/**
 * Sums of weight rows, four synapses with one addition: a double holds four signed fields of 13 bits, which it adds up
 * exactly (52 of its 53 bits) as long as no field overflows. The sums of a block of neurons stay in registers while all
 * events are walked.
 *
 * Measured on a busy core of an AMD EPYC under Node 20 (`npm run bench -- --only kernels`: medians, the two kinds taking
 * turns), in G synops/s at 10 % activity, beside the WebAssembly twin: 1024 neurons 3.6 (wasm 28), 128 neurons 1.6 (10), 10
 * neurons 0.2 to 0.3 (0.9); 32,768 rows of 2048, which no cache holds, 2.7 (7.4); pulled 3x3 convolution of 64 channels 3.0
 * (24), of 16 channels 1.4 (9). What is not packed: depthwise 0.1 (0.6), sparse lists of 128 0.17 (0.8), one to one 0.05
 * (0.3). Four bytes in a 32-bit word, masked into halves of 16 bits, did 1.8 where this did 3.1: they need five operations of
 * the units that also work out the addresses.
 */

/** Weights of a double. */
const FIELDS = 4;
const FIELD_BITS = 13;
const FIELD = 2 ** FIELD_BITS;
/** Half of a double, which fits a 32-bit integer. */
const HALF = FIELD ** 2;
const MASK = FIELD - 1;
/** Added to each field, so that it is never negative. */
const BIAS = FIELD / 2;
const START = BIAS * (1 + FIELD) * (1 + HALF);
/** Rows of weights -128..127 that a field holds beside its bias: 32 * -128 = -4096, 32 * 127 < 4096. */
const ROWS_PER_FLUSH = 32;
/** Doubles that are added up together. */
const BLOCK = 4;

/** State that kernels may touch behind the last neuron, because rows end with a whole double: they add 0 to it. */
export const STATE_PADDING = FIELDS - 1;

/** Doubles of a row of `count` weights. */
export const packedLength = (count: number): number => Math.ceil(count / FIELDS);

/**
 * Rows of weights, each in whole doubles: weight k of a row is field k mod 4 of its double k div 4.
 *
 * @param weights unpacked weights; those of row r are weights[base + r * rowStride ..]
 * @param count weights of a row
 * @returns 2 bytes per weight, and up to 6 bytes more per row
 */
export function packRows(
  weights: Int8Array,
  base: number,
  rows: number,
  rowStride: number,
  count: number,
): Float64Array {
  const length = packedLength(count);
  const packed = new Float64Array(rows * length);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    const first = base + row * rowStride;
    for (let k = 0; k < count; k += FIELDS) {
      const at = first + k;
      const left = count - k;
      const low = weights[at]! + (left > 1 ? weights[at + 1]! * FIELD : 0);
      const high = (left > 2 ? weights[at + 2]! : 0) + (left > 3 ? weights[at + 3]! * FIELD : 0);
      packed[to++] = low + high * HALF;
    }
  }
  return packed;
}

/** Packed rows that are added together. */
export interface RowSums {
  readonly rows: Float64Array;
  /** Doubles of a row; the state behind the run of neurons is touched up to its end. */
  readonly length: number;
  /** Where each row begins in `rows`. */
  readonly starts: Int32Array;
  readonly shift: number;
}

/**
 * Adds packed rows to a run of neurons: state[first + k] += sum of weight k of all rows << shift. Modulo 2^32.
 *
 * @param count valid length of `starts`
 */
export function addPackedRows(state: Int32Array, first: number, sums: RowSums, count: number): void {
  const { rows, length, starts, shift } = sums;
  for (let from = 0; from < count; from += ROWS_PER_FLUSH) {
    const to = Math.min(count, from + ROWS_PER_FLUSH);
    let column = 0;
    for (; column + BLOCK <= length; column += BLOCK)
      addBlock(state, first + column * FIELDS, column, rows, starts, from, to, shift);
    for (; column < length; column++) addColumn(state, first + column * FIELDS, column, rows, starts, from, to, shift);
  }
}

/** 16 neurons, for the rows from..to-1. */
function addBlock(
  state: Int32Array,
  neuron: number,
  column: number,
  packed: Float64Array,
  starts: Int32Array,
  from: number,
  to: number,
  shift: number,
): void {
  let a = START;
  let b = START;
  let c = START;
  let d = START;
  for (let row = from; row < to; row++) {
    const at = starts[row]! + column;
    a += packed[at]!;
    b += packed[at + 1]!;
    c += packed[at + 2]!;
    d += packed[at + 3]!;
  }
  flush(state, neuron, a, shift);
  flush(state, neuron + FIELDS, b, shift);
  flush(state, neuron + 2 * FIELDS, c, shift);
  flush(state, neuron + 3 * FIELDS, d, shift);
}

/** Four neurons, for the rows from..to-1. */
function addColumn(
  state: Int32Array,
  neuron: number,
  column: number,
  packed: Float64Array,
  starts: Int32Array,
  from: number,
  to: number,
  shift: number,
): void {
  let sum = START;
  for (let row = from; row < to; row++) sum += packed[starts[row]! + column]!;
  flush(state, neuron, sum, shift);
}

/** Adds the four fields of a sum to their neurons. */
function flush(state: Int32Array, neuron: number, sum: number, shift: number): void {
  const high = (sum / HALF) | 0;
  const low = (sum - high * HALF) | 0;
  state[neuron] = (state[neuron]! + (((low & MASK) - BIAS) << shift)) | 0;
  state[neuron + 1] = (state[neuron + 1]! + (((low >>> FIELD_BITS) - BIAS) << shift)) | 0;
  state[neuron + 2] = (state[neuron + 2]! + (((high & MASK) - BIAS) << shift)) | 0;
  state[neuron + 3] = (state[neuron + 3]! + (((high >>> FIELD_BITS) - BIAS) << shift)) | 0;
}
