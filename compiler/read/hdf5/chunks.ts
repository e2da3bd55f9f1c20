/** Datasets of HDF5 that lie in chunks, each of them packed on its own. */
import { unzlibSync } from 'fflate';
import { damaged, type Hdf5Bytes, NOWHERE, unread } from './bytes.ts';
import type { Message } from './messages.ts';

const CHUNK_NODE = 1;
const DEFLATE = 1;
const SHUFFLE = 2;
const CHECK_SUM = 3;
/** Bytes of the sum behind a chunk. */
const SUM_BYTES = 4;
const LARGEST_CHUNK = 2 ** 30;

/** Filters in the order in which they were applied. @throws DiagnosticError E0202 for those that are not read */
export function filtersAt(file: Hdf5Bytes, { offset }: Message): number[] {
  const isOld = file.u8(offset) === 1;
  const count = file.u8(offset + 1);
  let at = offset + (isOld ? 8 : 2);
  return Array.from({ length: count }, () => {
    const filter = file.u16(at);
    if (![DEFLATE, SHUFFLE, CHECK_SUM].includes(filter)) unread(`data packed by filter ${filter}`);
    at += 2;
    // Filters that everybody knows have no name in newer files.
    const name = isOld ? file.u16(at) : 0;
    at += isOld ? 2 : 0;
    const values = file.u16(at + 2);
    at += 4 + 8 * Math.ceil(name / 8) + 4 * (isOld ? values + (values % 2) : values);
    return filter;
  });
}

export interface Chunked {
  readonly tree: number;
  readonly shape: readonly number[];
  /** Of a chunk, in elements. */
  readonly chunk: readonly number[];
  readonly size: number;
  readonly filters: readonly number[];
}

/** The bytes of the whole dataset; elements without a chunk are 0. @throws DiagnosticError E0202, E0209 */
export function chunkedBytes(file: Hdf5Bytes, dataset: Chunked): Uint8Array {
  const { shape, chunk, size, tree } = dataset;
  const whole = new Uint8Array(shape.reduce((a, b) => a * b, size));
  const chunkBytes = chunk.reduce((a, b) => a * b, size);
  if (!(chunkBytes > 0 && chunkBytes <= LARGEST_CHUNK)) damaged(`a chunk has ${chunkBytes} bytes`);
  if (tree !== NOWHERE)
    eachChunk(file, tree, chunk.length, (key, at) => {
      file.spend(chunkBytes / size);
      const packed = file.part(at, file.u32(key));
      const bytes = unpacked(packed, file.u32(key + 4), dataset, chunkBytes);
      const first = chunk.map((_, axis) => file.u64(key + 8 + 8 * axis));
      place(bytes, first, dataset, whole);
    });
  return whole;
}

function eachChunk(
  file: Hdf5Bytes,
  node: number,
  rank: number,
  take: (key: number, address: number) => void,
  above = Infinity,
): void {
  file.expect('TREE', node);
  const level = file.u8(node + 5);
  if (file.u8(node + 4) !== CHUNK_NODE || level >= above) damaged('a node of chunks is expected', node);
  const count = file.u16(node + 6);
  file.spend(count + 1);
  const keyBytes = 8 + 8 * (rank + 1);
  for (let k = 0; k < count; k++) {
    const key = node + 24 + k * (keyBytes + 8);
    const child = file.u64(key + keyBytes);
    if (level === 0) take(key, child);
    else eachChunk(file, child, rank, take, level);
  }
}

function unpacked(packed: Uint8Array, mask: number, { filters, size }: Chunked, length: number): Uint8Array {
  let bytes = packed;
  for (let k = filters.length - 1; k >= 0; k--) {
    if ((mask & (1 << k)) !== 0) continue;
    if (filters[k] === DEFLATE) bytes = inflated(bytes, length + SUM_BYTES);
    else if (filters[k] === SHUFFLE) bytes = unshuffled(bytes, size);
    else bytes = bytes.subarray(0, Math.max(0, bytes.length - SUM_BYTES));
  }
  return bytes.length < length ? damaged('a chunk is shorter than it should be') : bytes;
}

/** What is longer than a chunk is cut off, so a small file cannot fill the memory. */
function inflated(bytes: Uint8Array, most: number): Uint8Array {
  try {
    return unzlibSync(bytes, { out: new Uint8Array(most) });
  } catch {
    return damaged('a chunk cannot be unpacked');
  }
}

/** First bytes of all elements came first, then the second ones, and so on. */
function unshuffled(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  const result = Uint8Array.from(bytes);
  for (let b = 0; b < size; b++) for (let k = 0; k < count; k++) result[k * size + b] = bytes[b * count + k]!;
  return result;
}

/** Row by row; what of a chunk lies beyond the dataset is left out. */
function place(bytes: Uint8Array, first: readonly number[], { shape, chunk, size }: Chunked, whole: Uint8Array): void {
  const last = shape.length - 1;
  if (first.some((start, axis) => start >= shape[axis]!)) damaged('a chunk lies beyond its dataset');
  const width = Math.min(chunk[last]!, shape[last]! - first[last]!);
  const rows = chunk.slice(0, last).reduce((a, b) => a * b, 1);
  for (let row = 0; row < rows; row++) {
    let [rest, offset, stride, isInside] = [row, first[last]!, shape[last]!, true];
    for (let axis = last - 1; axis >= 0; axis--) {
      const index = first[axis]! + (rest % chunk[axis]!);
      rest = Math.floor(rest / chunk[axis]!);
      isInside &&= index < shape[axis]!;
      offset += index * stride;
      stride *= shape[axis]!;
    }
    const from = row * chunk[last]! * size;
    if (isInside) whole.set(bytes.subarray(from, from + width * size), offset * size);
  }
}
