/** SPARSE: a list of single connections per event. */
import * as R from '../records';
import { columnAt, columnEventsAt, gradedAt, payloadsAt, spikesAt, weightsOfEventAt } from './scratch';

/** Lists that are looked up before the first of them is walked. */
const BLOCK: u32 = 256;
/** Bytes that come from memory at once. */
const CACHE_LINE: u32 = 64;

/**
 * Lists lie apart, so what costs is waiting for memory: many lists are looked up and touched, none waiting for the other,
 * before the first of them is walked.
 *
 * @returns lane steps, the unit of its cycles; 0 where `lanes` is 0
 */
export function sparse(op: usize, spikes: u32, graded: u32, lanes: u32): u64 {
  if (load<u32>(op, R.SPARSE_ENTRIES_AT) == 0) return sparseAsStored(op, spikes, graded, lanes);
  const factor = 1 << load<i32>(op, R.OP_SHIFT);
  let steps: u64 = 0;
  let visits: u64 = 0;
  for (let e: u32 = 0; e < spikes; e += BLOCK) {
    const size = min(BLOCK, spikes - e);
    visits += findLists(op, spikesAt + (e << 2), size);
    if (lanes != 0) steps += laneSteps(size, lanes);
    addLists(op, size, factor);
  }
  store<f64>(op, load<f64>(op, R.OP_SPIKE_VISITS) + <f64>visits, R.OP_SPIKE_VISITS);
  visits = 0;
  for (let e: u32 = 0; e < graded; e++) {
    visits += findLists(op, gradedAt + (e << 2), 1);
    if (lanes != 0) steps += laneSteps(1, lanes);
    addLists(op, 1, load<i32>(payloadsAt + (e << 2)) * factor);
  }
  store<f64>(op, load<f64>(op, R.OP_GRADED_VISITS) + <f64>visits, R.OP_GRADED_VISITS);
  return steps;
}

/** Notes where the lists of some axons begin and end; returns their entries. */
function findLists(op: usize, axons: usize, count: u32): u32 {
  const rows = load<u32>(op, R.SPARSE_ROWS_AT);
  const entries = load<u32>(op, R.SPARSE_ENTRIES_AT);
  let sum: u32 = 0;
  let seen: u32 = 0;
  for (let k: u32 = 0; k < count; k++) {
    const row = rows + (load<u32>(axons + (k << 2)) << 2);
    const begin = load<u32>(row);
    const end = load<u32>(row, 4);
    const from = entries + begin * R.SPARSE_ENTRY_BYTES;
    const to = entries + end * R.SPARSE_ENTRY_BYTES;
    sum += end - begin;
    for (let at = from; at < to; at += CACHE_LINE) seen ^= load<u32>(at);
    store<u32>(weightsOfEventAt + (k << 2), from);
    store<u32>(columnEventsAt + (k << 2), to);
  }
  // Otherwise nobody would need what was touched.
  store<u32>(columnAt, seen);
  return sum;
}

/** Lane steps of the lists that were found. */
function laneSteps(count: u32, lanes: u32): u64 {
  let steps: u64 = 0;
  for (let k: u32 = 0; k < count; k++) {
    const bytes = load<u32>(columnEventsAt + (k << 2)) - load<u32>(weightsOfEventAt + (k << 2));
    steps += (bytes / R.SPARSE_ENTRY_BYTES + lanes - 1) / lanes;
  }
  return steps;
}

/** Adds the lists that were found. */
function addLists(op: usize, count: u32, factor: i32): void {
  const state = load<u32>(op, R.OP_STATE_AT);
  for (let k: u32 = 0; k < count; k++) {
    let at: usize = load<u32>(weightsOfEventAt + (k << 2));
    const end: usize = load<u32>(columnEventsAt + (k << 2));
    for (; at + R.SPARSE_ENTRY_BYTES < end; at += 2 * R.SPARSE_ENTRY_BYTES) {
      const first = load<u32>(at);
      const second = load<u32>(at, R.SPARSE_ENTRY_BYTES);
      addEntry(state, first, factor);
      addEntry(state, second, factor);
    }
    if (at < end) addEntry(state, load<u32>(at), factor);
  }
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
