/** DENSE: a row of weights per event. */
import * as R from '../records';
import { addRow, addRows, repeat } from './rows';
import { gradedAt, payloadsAt, spikesAt, weightsOfEventAt } from './scratch';

/**
 * @param repeats whether a graded event may be taken as so many spikes
 * @returns events, the unit of its cycles
 */
export function dense(op: usize, spikes: u32, graded: u32, repeats: bool): u64 {
  const state = load<u32>(op, R.OP_STATE_AT);
  const weights = load<u32>(op, R.OP_WEIGHTS_AT);
  const stride = load<u32>(op, R.DENSE_STRIDE);
  const shift = load<i32>(op, R.OP_SHIFT);
  const synapses = load<u32>(op, R.OP_SYNAPSES);
  const count = load<u32>(op, R.DENSE_COUNT);
  const together = (count & 15) == 0;
  const all = together && repeats;
  if (together) {
    let end = weightsOfEventAt;
    for (let e: u32 = 0; e < spikes; e++, end += 4) store<u32>(end, load<u32>(spikesAt + (e << 2)) * stride);
    if (all)
      for (let e: u32 = 0; e < graded; e++)
        end = repeat(end, load<u32>(gradedAt + (e << 2)) * stride, load<u32>(payloadsAt + (e << 2)));
    addRows(state, count, weights, weightsOfEventAt, end, shift);
  } else
    for (let e: u32 = 0; e < spikes; e++)
      addRow(state, weights + load<u32>(spikesAt + (e << 2)) * stride, synapses, 1 << shift);
  for (let e: u32 = all ? graded : 0; e < graded; e++) {
    const row = weights + load<u32>(gradedAt + (e << 2)) * stride;
    addRow(state, row, synapses, load<i32>(payloadsAt + (e << 2)) << shift);
  }
  const spikeVisits = <f64>spikes * <f64>synapses;
  store<f64>(op, load<f64>(op, R.OP_SPIKE_VISITS) + spikeVisits, R.OP_SPIKE_VISITS);
  store<f64>(op, load<f64>(op, R.OP_GRADED_VISITS) + <f64>graded * <f64>synapses, R.OP_GRADED_VISITS);
  return <u64>spikes + graded;
}
