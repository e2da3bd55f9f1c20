/** DENSE: a row of weights per event. */
import * as R from '../../generated/records';
import { addRow, addRows, repeat } from '../rows';
import { gradedAt, payloadsAt, spikesAt, weightsOfEventAt } from '../generated/scratch';

/** @returns events, the unit of its cycles */
export function execute(op: usize, spikes: u32, graded: u32, repeats: bool, _lanes: u32): u64 {
  const synapses = <f64>load<u32>(op, R.OP_SYNAPSES);
  const shift = load<i32>(op, R.OP_SHIFT);
  const blocks = load<u32>(op, R.DENSE_BLOCK) != 0;
  const together = repeats && blocks ? graded : 0;
  if (blocks) addBlocks(op, spikes, together, shift);
  else for (let e: u32 = 0; e < spikes; e++) addStoredRow(op, load<u32>(spikesAt + (e << 2)), 1 << shift);
  for (let e = together; e < graded; e++) {
    const axon = load<u32>(gradedAt + (e << 2));
    const factor = load<i32>(payloadsAt + (e << 2)) << shift;
    if (blocks) addBlockedRow(op, axon, factor);
    else addStoredRow(op, axon, factor);
  }
  store<f64>(op, load<f64>(op, R.OP_SPIKE_VISITS) + <f64>spikes * synapses, R.OP_SPIKE_VISITS);
  store<f64>(op, load<f64>(op, R.OP_GRADED_VISITS) + <f64>graded * synapses, R.OP_GRADED_VISITS);
  return <u64>spikes + graded;
}

/** Adds the rows of all events, block by block of neurons. The last block may be narrower. */
function addBlocks(op: usize, spikes: u32, graded: u32, shift: i32): void {
  if ((spikes | graded) == 0) return;
  const count = load<u32>(op, R.DENSE_COUNT);
  const axons = load<u32>(op, R.DENSE_AXONS);
  const block = load<u32>(op, R.DENSE_BLOCK);
  const weights = load<u32>(op, R.OP_WEIGHTS_AT);
  const state = load<u32>(op, R.OP_STATE_AT);
  let listed: u32 = 0;
  let end: usize = 0;
  for (let n: u32 = 0; n < count; n += block) {
    const width = min(block, count - n);
    if (width != listed) end = listRows(width, spikes, graded);
    listed = width;
    addRows(state + (n << 2), width, weights + n * axons, weightsOfEventAt, end, shift);
  }
}

/** Lists where the rows of all events begin that are `width` bytes long; returns the list's end. */
function listRows(width: u32, spikes: u32, graded: u32): usize {
  let end = weightsOfEventAt;
  for (let e: u32 = 0; e < spikes; e++, end += 4) store<u32>(end, load<u32>(spikesAt + (e << 2)) * width);
  for (let e: u32 = 0; e < graded; e++)
    end = repeat(end, load<u32>(gradedAt + (e << 2)) * width, load<u32>(payloadsAt + (e << 2)));
  return end;
}

/** One row from the blocks. */
function addBlockedRow(op: usize, axon: u32, factor: i32): void {
  const count = load<u32>(op, R.DENSE_COUNT);
  const axons = load<u32>(op, R.DENSE_AXONS);
  const block = load<u32>(op, R.DENSE_BLOCK);
  const weights = load<u32>(op, R.OP_WEIGHTS_AT);
  const state = load<u32>(op, R.OP_STATE_AT);
  for (let n: u32 = 0; n < count; n += block) {
    const width = min(block, count - n);
    addRow(state + (n << 2), weights + n * axons + axon * width, width, factor);
  }
}

/** One row as it is stored. */
function addStoredRow(op: usize, axon: u32, factor: i32): void {
  const row = load<u32>(op, R.OP_WEIGHTS_AT) + axon * load<u32>(op, R.DENSE_STRIDE);
  addRow(load<u32>(op, R.OP_STATE_AT), row, load<u32>(op, R.OP_SYNAPSES), factor);
}
