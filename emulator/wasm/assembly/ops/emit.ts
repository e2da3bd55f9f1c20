/** EMIT: the neurons whose flags say so send. */
import * as R from '../../generated/records';
import { closeBits, countUpdates, noteFour, send, spikeBits } from '../sending';
import { existing, holding } from '../states';

export function execute(core: usize, op: usize, tick: u32): void {
  const bits = spikeBits(op, tick);
  send(core, op, tick, bits, step(op, load<u32>(op, R.TICK_COUNT), bits));
}

/** The run without its packets; returns spikes. */
function step(op: usize, count: u32, bits: usize): u32 {
  const flags: usize = load<u32>(op, R.EMIT_FLAGS_AT);
  const mask = v128.load32_splat(op, R.EMIT_MASK);
  const value = v128.load32_splat(op, R.EMIT_VALUE);
  let v: usize = load<u32>(op, R.TICK_V_AT);
  let previous: usize = load<u32>(op, R.SENDER_PREVIOUS_AT);
  let spikes: u32 = 0;
  let active: u32 = 0;
  for (let k: u32 = 0; k < count; k += 4, v += 16, previous += 16) {
    const exist = existing(k, count);
    const fired = v128.and(holding(flags, k, mask, value), exist);
    const before = v128.load(previous);
    const potential = v128.load(v);
    const changed = v128.andnot(exist, i32x4.eq(potential, before));
    const activeLanes = v128.or(fired, changed);
    v128.store(previous, v128.bitselect(potential, before, exist));
    noteFour(bits, k, fired, activeLanes);
    spikes += <u32>popcnt(i32x4.bitmask(fired));
    active += <u32>popcnt(i32x4.bitmask(activeLanes));
  }
  closeBits(bits, count);
  countUpdates(op, active, count - active);
  return spikes;
}
