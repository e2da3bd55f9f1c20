/** FIREV: FIRE with values of their own behind the spikes, or none. */
import * as R from '../../generated/records';
import { closeBits, countUpdates, noteFour, send, spikeBits } from '../sending';
import { existing } from '../states';

export function execute(core: usize, op: usize, tick: u32): void {
  const bits = spikeBits(op, tick);
  send(core, op, tick, bits, step(op, load<u32>(op, R.TICK_COUNT), bits));
}

/** The run without its packets; returns spikes. */
function step(op: usize, count: u32, bits: usize): u32 {
  const thresholds: usize = load<u32>(op, R.FIREV_PARAMETERS_AT);
  const period = load<u32>(op, R.FIREV_PERIOD);
  const resets: usize = load<u32>(op, R.FIREV_RESETS_AT);
  const resetPeriod = load<u32>(op, R.FIREV_RESET_PERIOD);
  const equalFires = i32x4.splat(load<u32>(op, R.FIREV_STRICT) != 0 ? 0 : -1);
  let v: usize = load<u32>(op, R.TICK_V_AT);
  let previous: usize = load<u32>(op, R.SENDER_PREVIOUS_AT);
  let spikes: u32 = 0;
  let active: u32 = 0;
  let phase: u32 = 0;
  let resetPhase: u32 = 0;
  for (let k: u32 = 0; k < count; k += 4, v += 16, previous += 16) {
    const exist = existing(k, count);
    const potential = v128.load(v);
    const before = v128.load(previous);
    const threshold = v128.load(thresholds + (phase << 2));
    phase += 4;
    if (phase == period) phase = 0;
    const reaches = v128.or(i32x4.gt_s(potential, threshold), v128.and(i32x4.eq(potential, threshold), equalFires));
    const fired = v128.and(reaches, exist);
    const activeLanes = v128.or(fired, v128.andnot(exist, i32x4.eq(potential, before)));
    let after = potential;
    if (resets != 0) {
      after = v128.bitselect(v128.load(resets + (resetPhase << 2)), potential, fired);
      resetPhase += 4;
      if (resetPhase == resetPeriod) resetPhase = 0;
      v128.store(v, after);
    }
    v128.store(previous, v128.bitselect(after, before, exist));
    noteFour(bits, k, fired, activeLanes);
    spikes += <u32>popcnt(i32x4.bitmask(fired));
    active += <u32>popcnt(i32x4.bitmask(activeLanes));
  }
  closeBits(bits, count);
  countUpdates(op, active, count - active);
  return spikes;
}
