/** SPARSE: a list of single connections per event. */
import * as R from '../../generated/records';
import {
  columnAt,
  columnEventsAt,
  gradedAt,
  payloadsAt,
  shortEntriesAt,
  spikesAt,
  weightsOfEventAt,
} from '../generated/scratch';

/** Lists that are looked up before the first of them is walked; {@link shortEntriesAt} has room for them. */
const BLOCK: u32 = 256;
/** Entries of a short list: those that a vector takes. */
const SHORT: u32 = 4;
/** Memory of a chip that lies within the cache of a processor core, at least: 1 MiB. */
const CACHE_PAGES: i32 = 16;
/** Bytes that come from memory at once. */
const CACHE_LINE: u32 = 64;

/** What {@link sortLists} found. */
let entriesFound: u32 = 0;
let stepsFound: u64 = 0;
let shortEnd: usize = 0;
let longLists: u32 = 0;

/**
 * Lists lie apart, so what costs is waiting for memory: many lists are looked up and touched, none waiting for the other,
 * before the first of them is walked. Where all of the chip fits the cache, touching would only cost.
 *
 * @returns lane steps, the unit of its cycles; 0 where `lanes` is 0
 */
export function execute(op: usize, spikes: u32, graded: u32, _repeats: bool, lanes: u32): u64 {
  if (load<u32>(op, R.SPARSE_ENTRIES_AT) == 0) return sparseAsStored(op, spikes, graded, lanes);
  const factor = 1 << load<i32>(op, R.OP_SHIFT);
  let visits: u64 = 0;
  stepsFound = 0;
  for (let e: u32 = 0; e < spikes; e += BLOCK) {
    sortLists(op, spikesAt + (e << 2), min(BLOCK, spikes - e), lanes);
    visits += entriesFound;
    addLists(op, factor);
  }
  store<f64>(op, load<f64>(op, R.OP_SPIKE_VISITS) + <f64>visits, R.OP_SPIKE_VISITS);
  visits = 0;
  for (let e: u32 = 0; e < graded; e++) {
    sortLists(op, gradedAt + (e << 2), 1, lanes);
    visits += entriesFound;
    addLists(op, load<i32>(payloadsAt + (e << 2)) * factor);
  }
  store<f64>(op, load<f64>(op, R.OP_GRADED_VISITS) + <f64>visits, R.OP_GRADED_VISITS);
  return stepsFound;
}

/**
 * Looks up the lists of some axons. Entries of short lists are gathered in one row: whoever walked each of them would
 * guess its end wrongly half of the time. Of long ones it notes where they begin and end.
 */
function sortLists(op: usize, axons: usize, count: u32, lanes: u32): void {
  const rows = load<u32>(op, R.SPARSE_ROWS_AT);
  const entries = load<u32>(op, R.SPARSE_ENTRIES_AT);
  const far = memory.size() > CACHE_PAGES;
  const apart = i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
  let sum: u32 = 0;
  let seen: u32 = 0;
  let long: u32 = 0;
  let short = shortEntriesAt;
  for (let k: u32 = 0; k < count; k++) {
    const row = rows + (load<u32>(axons + (k << 2)) << 2);
    const begin = load<u32>(row);
    const length = load<u32>(row, 4) - begin;
    const from: usize = entries + begin * R.SPARSE_ENTRY_BYTES;
    sum += length;
    if (lanes != 0) stepsFound += (length + lanes - 1) / lanes;
    if (length <= SHORT) {
      v128.store(short, v128.swizzle(v128.load(from), apart));
      short += length << 2;
      continue;
    }
    const to = from + length * R.SPARSE_ENTRY_BYTES;
    if (far) for (let at = from; at < to; at += CACHE_LINE) seen ^= load<u32>(at);
    store<u32>(weightsOfEventAt + (long << 2), <u32>from);
    store<u32>(columnEventsAt + (long << 2), <u32>to);
    long++;
  }
  // Otherwise nobody would need what was touched.
  store<u32>(columnAt, seen);
  entriesFound = sum;
  shortEnd = short;
  longLists = long;
}

/** Adds the lists that were found. */
function addLists(op: usize, factor: i32): void {
  const state = load<u32>(op, R.OP_STATE_AT);
  for (let at = shortEntriesAt; at < shortEnd; at += 4) addEntry(state, load<u32>(at), factor);
  for (let k: u32 = 0; k < longLists; k++) {
    const begin: usize = load<u32>(weightsOfEventAt + (k << 2));
    const end: usize = load<u32>(columnEventsAt + (k << 2));
    if (factor == 1) addOnce(state, begin, end);
    else addTimes(state, begin, end, factor);
  }
}

/** A list of more than {@link SHORT} entries. Most events are spikes, for which the multiplication would be wasted. */
function addOnce(state: usize, at: usize, end: usize): void {
  for (; at + 3 * R.SPARSE_ENTRY_BYTES < end; at += 4 * R.SPARSE_ENTRY_BYTES) {
    const first = load<u32>(at);
    const second = load<u32>(at, R.SPARSE_ENTRY_BYTES);
    const third = load<u32>(at, 2 * R.SPARSE_ENTRY_BYTES);
    const fourth = load<u32>(at, 3 * R.SPARSE_ENTRY_BYTES);
    addEntry(state, first, 1);
    addEntry(state, second, 1);
    addEntry(state, third, 1);
    addEntry(state, fourth, 1);
  }
  for (; at < end; at += R.SPARSE_ENTRY_BYTES) addEntry(state, load<u32>(at), 1);
}

function addTimes(state: usize, at: usize, end: usize, factor: i32): void {
  for (; at < end; at += R.SPARSE_ENTRY_BYTES) addEntry(state, load<u32>(at), factor);
}

/** @param entry in the lower 24 bits */
function addEntry(state: usize, entry: u32, factor: i32): void {
  const n = state + ((entry >>> 6) & 0x3_fffc);
  store<i32>(n, load<i32>(n) + factor * <i32>(<i8>entry));
}

/** The same from offsets and weights as the chip stores them: slower, without memory of its own. */
function sparseAsStored(op: usize, spikes: u32, graded: u32, lanes: u32): u64 {
  const shift = load<i32>(op, R.OP_SHIFT);
  let visits: u64 = 0;
  let steps: u64 = 0;
  for (let e: u32 = 0; e < spikes; e++) {
    const length = addStoredRow(op, load<u32>(spikesAt + (e << 2)), 1 << shift);
    visits += length;
    if (lanes != 0) steps += (length + lanes - 1) / lanes;
  }
  store<f64>(op, load<f64>(op, R.OP_SPIKE_VISITS) + <f64>visits, R.OP_SPIKE_VISITS);
  visits = 0;
  for (let e: u32 = 0; e < graded; e++) {
    const length = addStoredRow(op, load<u32>(gradedAt + (e << 2)), load<i32>(payloadsAt + (e << 2)) << shift);
    visits += length;
    if (lanes != 0) steps += (length + lanes - 1) / lanes;
  }
  store<f64>(op, load<f64>(op, R.OP_GRADED_VISITS) + <f64>visits, R.OP_GRADED_VISITS);
  return steps;
}

/** Returns the entries of the row. */
function addStoredRow(op: usize, axon: u32, factor: i32): u32 {
  const state = load<u32>(op, R.OP_STATE_AT);
  const weights = load<u32>(op, R.OP_WEIGHTS_AT);
  const offsets = load<u32>(op, R.SPARSE_OFFSETS_AT);
  const row = load<u32>(op, R.SPARSE_ROWS_AT) + (axon << 2);
  const begin = load<u32>(row);
  const end = load<u32>(row, 4);
  for (let entry = begin; entry < end; entry++) {
    const n = state + ((<u32>load<u16>(offsets + (entry << 1))) << 2);
    store<i32>(n, load<i32>(n) + factor * (<i32>load<u8>(weights + entry) - 128));
  }
  return end - begin;
}
