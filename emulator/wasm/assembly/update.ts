/** The tick handler: BIAS, CURRENT and FIRE over runs of neurons. */
import * as R from '../generated/records';
import { deliver } from './deliver';
import { activeBitsAt, firedAt, parameterBlockAt } from './generated/scratch';

/** V[k] += parameters[k mod period]. */
export function addBias(op: usize): void {
  const count = load<u32>(op, R.TICK_COUNT);
  const period = load<u32>(op, R.TICK_PERIOD);
  const parameters = load<u32>(op, R.TICK_PARAMETERS_AT);
  let v: usize = load<u32>(op, R.TICK_V_AT);
  let phase: u32 = 0;
  let k: u32 = 0;
  if ((period & 3) == 0)
    for (; k + 4 <= count; k += 4) {
      v128.store(v, i32x4.add(v128.load(v), v128.load(parameters + (phase << 2))));
      phase += 4;
      if (phase == period) phase = 0;
      v += 16;
    }
  for (; k + 4 <= count; k += 4) {
    const bias = phase + 4 <= period ? v128.load(parameters + (phase << 2)) : wrapped(parameters, phase, period);
    v128.store(v, i32x4.add(v128.load(v), bias));
    phase = advance(phase + 4, period);
    v += 16;
  }
  for (; k < count; k++) {
    store<i32>(v, load<i32>(v) + load<i32>(parameters + (phase << 2)));
    phase = advance(phase + 1, period);
    v += 4;
  }
}

/** Parameters phase .. phase+3 of a period that begins anew among them. */
function wrapped(parameters: usize, phase: u32, period: u32): v128 {
  if (period == 1) return v128.load32_splat(parameters);
  const second = advance(phase + 1, period);
  const third = advance(second + 1, period);
  const fourth = advance(third + 1, period);
  let x = v128.load32_splat(parameters + (phase << 2));
  x = i32x4.replace_lane(x, 1, load<i32>(parameters + (second << 2)));
  x = i32x4.replace_lane(x, 2, load<i32>(parameters + (third << 2)));
  return i32x4.replace_lane(x, 3, load<i32>(parameters + (fourth << 2)));
}

function advance(phase: u32, period: u32): u32 {
  while (phase >= period) phase -= period;
  return phase;
}

/** V[k] += I[k]. */
export function addCurrent(op: usize): void {
  const count = load<u32>(op, R.TICK_COUNT);
  let v: usize = load<u32>(op, R.TICK_V_AT);
  let current: usize = load<u32>(op, R.TICK_CURRENT_AT);
  let k: u32 = 0;
  for (; k + 4 <= count; k += 4) {
    v128.store(v, i32x4.add(v128.load(v), v128.load(current)));
    v += 16;
    current += 16;
  }
  for (; k < count; k++) {
    store<i32>(v, load<i32>(v) + load<i32>(current));
    v += 4;
    current += 4;
  }
}

/** Compares, resets, notes the spikes and hands them to the cores that hear them. */
export function fire(core: usize, op: usize, tick: u32): void {
  const count = load<u32>(op, R.TICK_COUNT);
  const row = (tick - load<u32>(op, R.TICK_START)) * load<u32>(op, R.TICK_HISTORY_STRIDE);
  const bits: usize = load<u32>(op, R.TICK_HISTORY_AT) + row;
  const fired = step(op, count, bits);
  if (load<u32>(core, R.CORE_TIMED) != 0) schedule(core, op, count, bits);
  if (fired == 0) return;
  store<f64>(op, load<f64>(op, R.TICK_FIRED) + <f64>fired, R.TICK_FIRED);
  if (load<u32>(op, R.TICK_LISTS) != 0) listSpikes(op, count, bits);
  let sink: usize = load<u32>(op, R.TICK_SINKS_AT);
  const end = sink + load<u32>(op, R.TICK_SINKS) * R.SINK_BYTES;
  for (; sink < end; sink += R.SINK_BYTES) deliver(sink, bits, fired, tick);
}

/**
 * The run without its packets.
 *
 * @param bits receives a bit per neuron that fired; {@link activeBitsAt} those that were active
 * @returns spikes
 */
function step(op: usize, count: u32, bits: usize): u32 {
  const period = load<u32>(op, R.TICK_PERIOD);
  const parameters = load<u32>(op, R.TICK_PARAMETERS_AT);
  const equalFires = i32x4.splat(load<u32>(op, R.TICK_STRICT) != 0 ? 0 : -1);
  const toValue = load<u32>(op, R.TICK_TO_VALUE) != 0;
  const resetValue = i32x4.splat(load<i32>(op, R.TICK_RESET_VALUE));
  const biases: usize = load<u32>(op, R.TICK_BIASES_AT);
  let v: usize = load<u32>(op, R.TICK_V_AT);
  let previous: usize = load<u32>(op, R.TICK_PREVIOUS_AT);
  let fired: u32 = 0;
  let active: u32 = 0;
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
    const activeMask = quiet ^ 0xffff;
    settle(v, previous, toValue ? v128.bitselect(resetValue, v0, f0) : i32x4.sub(v0, v128.and(t0, f0)));
    settle(v + 16, previous + 16, toValue ? v128.bitselect(resetValue, v1, f1) : i32x4.sub(v1, v128.and(t1, f1)));
    settle(v + 32, previous + 32, toValue ? v128.bitselect(resetValue, v2, f2) : i32x4.sub(v2, v128.and(t2, f2)));
    settle(v + 48, previous + 48, toValue ? v128.bitselect(resetValue, v3, f3) : i32x4.sub(v3, v128.and(t3, f3)));
    v += 64;
    previous += 64;
    store<u16>(bits + (k >> 3), <u16>firedMask);
    store<u16>(activeBitsAt + (k >> 3), <u16>activeMask);
    fired += <u32>popcnt(firedMask);
    active += <u32>popcnt(activeMask);
  }
  let firedMask: u32 = 0;
  let activeMask: u32 = 0;
  for (let bit: u32 = 1, n = k; n < count; n++, bit <<= 1) {
    let potential = load<i32>(v);
    if (biases != 0) potential += load<i32>(biases + (phase << 2));
    const threshold = load<i32>(parameters + (phase << 2));
    phase = advance(phase + 1, period);
    let after = potential;
    if (potential > threshold || (potential == threshold && load<u32>(op, R.TICK_STRICT) == 0)) {
      firedMask |= bit;
      activeMask |= bit;
      after = load<u32>(op, R.TICK_TO_VALUE) != 0 ? load<i32>(op, R.TICK_RESET_VALUE) : potential - threshold;
    } else if (potential != load<i32>(previous)) activeMask |= bit;
    store<i32>(v, after);
    store<i32>(previous, after);
    v += 4;
    previous += 4;
  }
  // Bits behind the run are 0: whoever reads whole words relies on it.
  store<u64>(bits + (k >> 3), firedMask);
  store<u64>(activeBitsAt + (k >> 3), activeMask);
  fired += <u32>popcnt(firedMask);
  active += <u32>popcnt(activeMask);
  store<f64>(op, load<f64>(op, R.TICK_ACTIVE) + <f64>active, R.TICK_ACTIVE);
  store<f64>(op, load<f64>(op, R.TICK_IDLE) + <f64>(count - active), R.TICK_IDLE);
  return fired;
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

/** Parameters phase .. phase+15 of a period that begins anew among them; returns where they are. */
function wrapped16(parameters: usize, phase: u32, period: u32): usize {
  for (let k: u32 = 0; k < 64; k += 16) {
    v128.store(
      parameterBlockAt + k,
      phase + 4 > period ? wrapped(parameters, phase, period) : v128.load(parameters + (phase << 2)),
    );
    phase = advance(phase + 4, period);
  }
  return parameterBlockAt;
}

/** Lists the indices of the neurons that fired, and counts them layer by layer where they belong to several. */
function listSpikes(op: usize, count: u32, bits: usize): void {
  const layers: usize = load<u32>(op, R.TICK_LAYERS_AT);
  let out = firedAt;
  for (let base: u32 = 0; base < count; base += 64) {
    let word = load<u64>(bits + (base >> 3));
    while (word != 0) {
      const k = base + <u32>ctz(word);
      word &= word - 1;
      store<u32>(out, k);
      out += 4;
      if (layers == 0) continue;
      const counter: usize = load<u32>(layers + (k << 2));
      store<f64>(counter, load<f64>(counter) + 1);
    }
  }
}

/**
 * The cycles of a run, step by step of `updateLanes` neurons, and the cycle in which each packet is injected: the j-th
 * spike of a step j cycles after the step's start.
 */
function schedule(core: usize, op: usize, count: u32, bits: usize): void {
  const lanes = load<u32>(core, R.CORE_UPDATE_LANES);
  const activeCycles = <f64>load<u32>(core, R.CORE_ACTIVE_CYCLES);
  const idleCycles = <f64>load<u32>(core, R.CORE_IDLE_CYCLES);
  const tree = load<u32>(op, R.TICK_TREE);
  const sends = load<u32>(op, R.TICK_SENDS) != 0;
  const cyclesAt: usize = load<u32>(core, R.CORE_PACKET_CYCLES_AT);
  const treesAt: usize = load<u32>(core, R.CORE_PACKET_TREES_AT);
  let packets = load<u32>(core, R.CORE_PACKETS);
  let cycles = load<f64>(core, R.CORE_CYCLES);
  for (let start: u32 = 0; start < count; ) {
    const end = lanes < count - start ? start + lanes : count;
    let spikes: u32 = 0;
    let active = false;
    for (let k = start; k < end; ) {
      const size = min<u32>(32, end - k);
      spikes += <u32>popcnt(bitsFrom(bits, k, size));
      active = active || bitsFrom(activeBitsAt, k, size) != 0;
      k += size;
    }
    if (sends)
      for (let j: u32 = 0; j < spikes; j++) {
        // Beyond 2^31 the phase is refused; the number itself then matters to nobody.
        store<i32>(cyclesAt + (packets << 2), <i32>(<i64>cycles + j));
        store<u32>(treesAt + (packets << 2), tree);
        packets++;
      }
    cycles += max(active ? activeCycles : idleCycles, <f64>spikes);
    start = end;
  }
  store<u32>(core, packets, R.CORE_PACKETS);
  store<f64>(core, cycles, R.CORE_CYCLES);
}

/** `size` bits (at most 32) of a bit field from bit `first`. */
function bitsFrom(field: usize, first: u32, size: u32): u32 {
  const word = load<u64>(field + (first >> 3)) >> (first & 7);
  return size == 32 ? <u32>word : <u32>word & ((1 << size) - 1);
}
