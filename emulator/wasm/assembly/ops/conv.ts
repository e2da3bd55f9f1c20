/**
 * CONV: a shared kernel. Several ways with equal sums: *push* adds the patch that each event reaches; *pull* gathers, for
 * each output position, the events of its window and adds their weight rows in registers; *slide* does so from the bits of
 * the scheduler. Pull works on 16 neurons with three instructions, but touches every position; push pays per event alone.
 */
import * as R from '../../generated/records';
import { gatherDepthwise, gathersDepthwise } from '../convolution/depthwise';
import { gradedTaps, pull, spikeTaps } from '../convolution/pull';
import { push } from '../convolution/push';
import { gradedAt, payloadsAt, spikesAt } from '../generated/scratch';

export { slide as executeBits, slides as takesBits } from '../convolution/slide';

/** @returns taps, the unit of its cycles */
export function execute(op: usize, spikes: u32, graded: u32, repeats: bool, _lanes: u32): u64 {
  const synapses = <f64>load<u32>(op, R.OP_SYNAPSES);
  const shift = load<i32>(op, R.OP_SHIFT);
  const mirrored = load<u32>(op, R.CONV_MIRRORED) != 0;
  const pulled = mirrored && pull(op, spikes, repeats ? graded : 0, shift);
  let taps: u64 = 0;
  if (pulled) taps = spikeTaps;
  else if (gathersDepthwise(op, spikes)) taps = gatherDepthwise(op, spikes, shift);
  else {
    for (let e: u32 = 0; e < spikes; e++) taps += push(op, load<u32>(spikesAt + (e << 2)), 1 << shift);
  }
  store<f64>(op, load<f64>(op, R.OP_SPIKE_VISITS) + <f64>taps * synapses, R.OP_SPIKE_VISITS);
  if (graded == 0) return taps;
  let taken: u64 = gradedTaps;
  if (!pulled || !repeats) {
    taken = 0;
    for (let e: u32 = 0; e < graded; e++)
      taken += push(op, load<u32>(gradedAt + (e << 2)), load<i32>(payloadsAt + (e << 2)) << shift);
  }
  store<f64>(op, load<f64>(op, R.OP_GRADED_VISITS) + <f64>taken * synapses, R.OP_GRADED_VISITS);
  return taps + taken;
}
