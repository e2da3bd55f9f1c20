/** EMIT: the neurons whose flags say so send 1, or what a plane holds where that is not 0. */
import * as R from '../../generated/records';
import { operandsAt } from '../generated/scratch';
import { closeBits, countUpdates, noteFour, send, spikeBits } from '../sending';
import { existing, holding } from '../states';

export function execute(core: usize, op: usize, tick: u32): void {
  const bits = spikeBits(op, tick);
  const count = load<u32>(op, R.TICK_COUNT);
  const graded = load<u32>(op, R.EMIT_PLANE_AT) != 0;
  if (graded) workOutPayloads(op, count);
  send(core, op, tick, bits, step(op, count, bits, graded), graded ? operandsAt : 0);
}

/** What packets would carry, by neuron of the run. */
function workOutPayloads(op: usize, count: u32): void {
  const right = load<u32>(op, R.EMIT_RIGHT);
  const addedBelow = v128.load32_splat(op, R.EMIT_ADDED_BELOW);
  let plane: usize = load<u32>(op, R.EMIT_PLANE_AT);
  let out = operandsAt;
  for (let k: u32 = 0; k < count; k += 4, plane += 16, out += 16) {
    const held = v128.load(plane);
    const added = v128.and(i32x4.shr_s(held, 31), addedBelow);
    v128.store(out, i32x4.shr_s(i32x4.add(held, added), right));
  }
}

/** The run without its packets; returns spikes. */
function step(op: usize, count: u32, bits: usize, graded: bool): u32 {
  const flags: usize = load<u32>(op, R.EMIT_FLAGS_AT);
  const mask = v128.load32_splat(op, R.EMIT_MASK);
  const value = v128.load32_splat(op, R.EMIT_VALUE);
  const silent = i32x4.splat(0);
  let v: usize = load<u32>(op, R.TICK_V_AT);
  let previous: usize = load<u32>(op, R.SENDER_PREVIOUS_AT);
  let spikes: u32 = 0;
  let active: u32 = 0;
  for (let k: u32 = 0; k < count; k += 4, v += 16, previous += 16) {
    const exist = existing(k, count);
    let fired = v128.and(holding(flags, k, mask, value), exist);
    if (graded) fired = v128.andnot(fired, i32x4.eq(v128.load(operandsAt + (k << 2)), silent));
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
