/** DIAG: one neuron per event. */
import * as R from '../../generated/records';
import { gradedAt, payloadsAt, spikesAt } from '../generated/scratch';

/** @returns events, the unit of its cycles */
export function execute(op: usize, spikes: u32, graded: u32, _repeats: bool, _lanes: u32): u64 {
  const state = load<u32>(op, R.OP_STATE_AT);
  const weights = load<u32>(op, R.OP_WEIGHTS_AT);
  const period = load<u32>(op, R.DIAG_PERIOD);
  const shift = load<i32>(op, R.OP_SHIFT);
  for (let e: u32 = 0; e < spikes; e++) addOne(state, weights, period, load<u32>(spikesAt + (e << 2)), 1 << shift);
  for (let e: u32 = 0; e < graded; e++)
    addOne(state, weights, period, load<u32>(gradedAt + (e << 2)), load<i32>(payloadsAt + (e << 2)) << shift);
  store<f64>(op, load<f64>(op, R.OP_SPIKE_VISITS) + <f64>spikes, R.OP_SPIKE_VISITS);
  store<f64>(op, load<f64>(op, R.OP_GRADED_VISITS) + <f64>graded, R.OP_GRADED_VISITS);
  return <u64>spikes + graded;
}

function addOne(state: usize, weights: usize, period: u32, index: u32, factor: i32): void {
  const weight = <i32>load<u8>(weights + (index < period ? index : index % period)) - 128;
  const n = state + (index << 2);
  store<i32>(n, load<i32>(n) + factor * weight);
}
