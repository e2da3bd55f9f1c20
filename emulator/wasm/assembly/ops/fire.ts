/** FIRE: compares, resets, notes the spikes and hands them to the cores that hear them. */
import * as R from '../../generated/records';
import { activeBitsAt } from '../generated/scratch';
import { advance, wrapped16 } from '../periods';
import { countUpdates, send, spikeBits } from '../sending';

export function execute(core: usize, op: usize, tick: u32): void {
  const bits = spikeBits(op, tick);
  send(core, op, tick, bits, step(op, load<u32>(op, R.TICK_COUNT), bits));
}

/**
 * The run without its packets.
 *
 * @param bits receives a bit per neuron that fired; {@link activeBitsAt} those that were active
 * @returns spikes
 */
function step(op: usize, count: u32, bits: usize): u32 {
  const period = load<u32>(op, R.FIRE_PERIOD);
  const parameters = load<u32>(op, R.FIRE_PARAMETERS_AT);
  const equalFires = i32x4.splat(load<u32>(op, R.FIRE_STRICT) != 0 ? 0 : -1);
  const toValue = load<u32>(op, R.FIRE_TO_VALUE) != 0;
  const resetValue = i32x4.splat(load<i32>(op, R.FIRE_RESET_VALUE));
  const biases: usize = load<u32>(op, R.FIRE_BIASES_AT);
  let v: usize = load<u32>(op, R.TICK_V_AT);
  let previous: usize = load<u32>(op, R.SENDER_PREVIOUS_AT);
  let fired: u32 = 0;
  let idle: u32 = 0;
  let phase: u32 = 0;
  let k: u32 = 0;
  // The same sixteen again and again, or a block that moves along the parameters.
  const alike = period < 16 && 16 % period == 0;
  let thresholds: usize = alike ? wrapped16(parameters, 0, period) : 0;
  for (; k + 16 <= count; k += 16) {
    const block = biases + (phase << 2);
    if (!alike) {
      thresholds = phase + 16 > period ? wrapped16(parameters, phase, period) : parameters + (phase << 2);
      phase += 16;
      if (phase >= period) phase = advance(phase, period);
    }
    let v0 = v128.load(v);
    let v1 = v128.load(v, 16);
    let v2 = v128.load(v, 32);
    let v3 = v128.load(v, 48);
    if (biases != 0) {
      v0 = i32x4.add(v0, v128.load(block));
      v1 = i32x4.add(v1, v128.load(block, 16));
      v2 = i32x4.add(v2, v128.load(block, 32));
      v3 = i32x4.add(v3, v128.load(block, 48));
    }
    const t0 = v128.load(thresholds);
    const t1 = v128.load(thresholds, 16);
    const t2 = v128.load(thresholds, 32);
    const t3 = v128.load(thresholds, 48);
    const f0 = fires(v0, t0, equalFires);
    const f1 = fires(v1, t1, equalFires);
    const f2 = fires(v2, t2, equalFires);
    const f3 = fires(v3, t3, equalFires);
    // What changed since the last update is active, and so is what fires.
    const quiet = packed(
      v128.andnot(i32x4.eq(v0, v128.load(previous)), f0),
      v128.andnot(i32x4.eq(v1, v128.load(previous, 16)), f1),
      v128.andnot(i32x4.eq(v2, v128.load(previous, 32)), f2),
      v128.andnot(i32x4.eq(v3, v128.load(previous, 48)), f3),
    );
    const firedMask = packed(f0, f1, f2, f3);
    settle(v, previous, toValue ? v128.bitselect(resetValue, v0, f0) : i32x4.sub(v0, v128.and(t0, f0)));
    settle(v + 16, previous + 16, toValue ? v128.bitselect(resetValue, v1, f1) : i32x4.sub(v1, v128.and(t1, f1)));
    settle(v + 32, previous + 32, toValue ? v128.bitselect(resetValue, v2, f2) : i32x4.sub(v2, v128.and(t2, f2)));
    settle(v + 48, previous + 48, toValue ? v128.bitselect(resetValue, v3, f3) : i32x4.sub(v3, v128.and(t3, f3)));
    v += 64;
    previous += 64;
    store<u16>(bits + (k >> 3), <u16>firedMask);
    store<u16>(activeBitsAt + (k >> 3), <u16>~quiet);
    fired += <u32>popcnt(firedMask);
    idle += <u32>popcnt(quiet);
  }
  // Bits behind the run are 0: whoever reads whole words relies on it.
  store<u64>(bits + (k >> 3), 0);
  store<u64>(activeBitsAt + (k >> 3), 0);
  const last = k < count ? stepRest(op, k, phase, count, bits) : 0;
  idle += count - k - <u32>popcnt(last >>> 16);
  countUpdates(op, count - idle, idle);
  return fired + <u32>popcnt(last & 0xffff);
}

/**
 * The last neurons of the run, which fill no block: from `k` on, a multiple of 16.
 *
 * @param phase of the parameters of neuron `k`
 * @returns a bit for each that fired; in the upper half, for each that was active
 */
function stepRest(op: usize, k: u32, phase: u32, count: u32, bits: usize): u32 {
  const period = load<u32>(op, R.FIRE_PERIOD);
  const parameters: usize = load<u32>(op, R.FIRE_PARAMETERS_AT);
  const biases: usize = load<u32>(op, R.FIRE_BIASES_AT);
  let v: usize = load<u32>(op, R.TICK_V_AT) + (k << 2);
  let previous: usize = load<u32>(op, R.SENDER_PREVIOUS_AT) + (k << 2);
  let firedMask: u32 = 0;
  let activeMask: u32 = 0;
  for (let bit: u32 = 1, n = k; n < count; n++, bit <<= 1) {
    let potential = load<i32>(v);
    if (biases != 0) potential += load<i32>(biases + (phase << 2));
    const threshold = load<i32>(parameters + (phase << 2));
    phase = advance(phase + 1, period);
    let after = potential;
    if (potential > threshold || (potential == threshold && load<u32>(op, R.FIRE_STRICT) == 0)) {
      firedMask |= bit;
      activeMask |= bit;
      after = load<u32>(op, R.FIRE_TO_VALUE) != 0 ? load<i32>(op, R.FIRE_RESET_VALUE) : potential - threshold;
    } else if (potential != load<i32>(previous)) activeMask |= bit;
    store<i32>(v, after);
    store<i32>(previous, after);
    v += 4;
    previous += 4;
  }
  store<u16>(bits + (k >> 3), <u16>firedMask);
  store<u16>(activeBitsAt + (k >> 3), <u16>activeMask);
  return firedMask | (activeMask << 16);
}

/** Lanes of -1 for those that reach or, where `equalFires` is 0, exceed their threshold. */
function fires(v: v128, threshold: v128, equalFires: v128): v128 {
  return v128.or(i32x4.gt_s(v, threshold), v128.and(i32x4.eq(v, threshold), equalFires));
}

/** A bit per lane of 0 or -1. */
function packed(a: v128, b: v128, c: v128, d: v128): u32 {
  return i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
}

function settle(v: usize, previous: usize, after: v128): void {
  v128.store(v, after);
  v128.store(previous, after);
}
