/** FIRES: FIRE that takes spikes back; packets carry 1 or -1. */
import * as R from '../../generated/records';
import { operandsAt } from '../generated/scratch';
import { closeBits, countUpdates, noteFour, send, spikeBits } from '../sending';
import { existing } from '../states';

export function execute(core: usize, op: usize, tick: u32): void {
  const bits = spikeBits(op, tick);
  send(core, op, tick, bits, step(op, load<u32>(op, R.TICK_COUNT), bits), operandsAt);
}

/** The run without its packets, whose payloads are noted by neuron of the run; returns spikes. */
function step(op: usize, count: u32, bits: usize): u32 {
  const thresholds: usize = load<u32>(op, R.FIRES_PARAMETERS_AT);
  const period = load<u32>(op, R.FIRES_PERIOD);
  const equalFires = i32x4.splat(load<u32>(op, R.FIRES_STRICT) != 0 ? 0 : -1);
  const zero = i32x4.splat(0);
  let v: usize = load<u32>(op, R.TICK_V_AT);
  let previous: usize = load<u32>(op, R.SENDER_PREVIOUS_AT);
  let counter: usize = load<u32>(op, R.FIRES_COUNTER_AT);
  let payloads = operandsAt;
  let spikes: u32 = 0;
  let active: u32 = 0;
  let phase: u32 = 0;
  for (let k: u32 = 0; k < count; k += 4, v += 16, previous += 16, counter += 16, payloads += 16) {
    const exist = existing(k, count);
    const potential = v128.load(v);
    const before = v128.load(previous);
    const counted = v128.load(counter);
    const threshold = v128.load(thresholds + (phase << 2));
    phase += 4;
    if (phase == period) phase = 0;
    const reaches = v128.or(i32x4.gt_s(potential, threshold), v128.and(i32x4.eq(potential, threshold), equalFires));
    const fires = v128.and(reaches, exist);
    // A threshold is above 0, so no neuron does both.
    const falls = v128.and(i32x4.lt_s(potential, zero), i32x4.gt_s(counted, zero));
    const takesBack = v128.and(falls, exist);
    const sends = v128.or(fires, takesBack);
    // Lanes of a comparison are -1.
    const sent = i32x4.sub(takesBack, fires);
    const after = i32x4.sub(potential, i32x4.mul(sent, threshold));
    v128.store(payloads, sent);
    v128.store(counter, i32x4.add(counted, sent));
    v128.store(v, after);
    const activeLanes = v128.or(sends, v128.andnot(exist, i32x4.eq(potential, before)));
    v128.store(previous, v128.bitselect(after, before, exist));
    noteFour(bits, k, sends, activeLanes);
    spikes += <u32>popcnt(i32x4.bitmask(sends));
    active += <u32>popcnt(i32x4.bitmask(activeLanes));
  }
  closeBits(bits, count);
  countUpdates(op, active, count - active);
  return spikes;
}
