/** SPARSE: a list of single connections per event. */
import * as R from '../records';
import { gradedAt, payloadsAt, spikesAt } from './scratch';

/** @returns lane steps, the unit of its cycles; 0 where `lanes` is 0 */
export function sparse(op: usize, spikes: u32, graded: u32, lanes: u32): u64 {
  const state = load<u32>(op, R.OP_STATE_AT);
  const rows = load<u32>(op, R.SPARSE_ROWS_AT);
  const entries = load<u32>(op, R.SPARSE_ENTRIES_AT);
  if (entries == 0) return sparseAsStored(op, spikes, graded, lanes);
  const shift = load<i32>(op, R.OP_SHIFT);
  let visits: u64 = 0;
  let steps: u64 = 0;
  for (let e: u32 = 0; e < spikes; e++) {
    const row = rows + (load<u32>(spikesAt + (e << 2)) << 2);
    const begin = load<u32>(row);
    const length = load<u32>(row, 4) - begin;
    visits += length;
    if (lanes != 0) steps += (length + lanes - 1) / lanes;
    let at = entries + (begin << 2);
    const end = at + (length << 2);
    const pairs = at + ((length & ~1) << 2);
    for (; at < pairs; at += 8) {
      const first = load<u32>(at);
      const second = load<u32>(at, 4);
      const n = state + ((first >>> 8) << 2);
      store<i32>(n, load<i32>(n) + ((<i32>(<i8>first)) << shift));
      const m = state + ((second >>> 8) << 2);
      store<i32>(m, load<i32>(m) + ((<i32>(<i8>second)) << shift));
    }
    if (at < end) addEntry(state, load<u32>(at), 1 << shift);
  }
  store<f64>(op, load<f64>(op, R.OP_SPIKE_VISITS) + <f64>visits, R.OP_SPIKE_VISITS);
  visits = 0;
  for (let e: u32 = 0; e < graded; e++) {
    const row = rows + (load<u32>(gradedAt + (e << 2)) << 2);
    const factor = load<i32>(payloadsAt + (e << 2)) << shift;
    const begin = load<u32>(row);
    const length = load<u32>(row, 4) - begin;
    visits += length;
    if (lanes != 0) steps += (length + lanes - 1) / lanes;
    const end = entries + ((begin + length) << 2);
    for (let at = entries + (begin << 2); at < end; at += 4) addEntry(state, load<u32>(at), factor);
  }
  store<f64>(op, load<f64>(op, R.OP_GRADED_VISITS) + <f64>visits, R.OP_GRADED_VISITS);
  return steps;
}

function addEntry(state: usize, entry: u32, factor: i32): void {
  const n = state + ((entry >>> 8) << 2);
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
