/** COUNT. */
import * as R from '../../generated/records';
import { existing, held, holding, resultsOf, settle } from '../states';

export function execute(_core: usize, op: usize, _tick: u32): void {
  const count = load<u32>(op, R.TICK_COUNT);
  const thresholds: usize = load<u32>(op, R.STATE_PARAMETERS_AT);
  const period = load<u32>(op, R.STATE_PERIOD);
  const flags: usize = load<u32>(op, R.STATE_FLAGS_AT);
  const mask = v128.load32_splat(op, R.STATE_MASK);
  const value = v128.load32_splat(op, R.STATE_VALUE);
  const largest = v128.load32_splat(op, R.COUNT_LARGEST);
  const shift = load<u32>(op, R.COUNT_INTO_SHIFT);
  const least = v128.load32_splat(op, R.COUNT_INTO_LEAST);
  const most = v128.load32_splat(op, R.COUNT_INTO_MOST);
  const results = resultsOf(op, count);
  let plane: usize = load<u32>(op, R.STATE_PLANE_AT);
  let into: usize = load<u32>(op, R.COUNT_INTO_AT);
  let out = results;
  let phase: u32 = 0;
  for (let k: u32 = 0; k < count; k += 4, plane += 16, into += 16, out += 16) {
    const state = v128.load(plane);
    const threshold = v128.load(thresholds + (phase << 2));
    phase += 4;
    if (phase == period) phase = 0;
    // A state below its threshold counts as none, negative or not.
    const reached = v128.and(quotients(state, threshold), i32x4.ge_s(state, threshold));
    const counted = i32x4.min_s(reached, largest);
    v128.store(out, i32x4.sub(state, i32x4.mul(counted, threshold)));
    const lanes = v128.and(existing(k, count), holding(flags, k, mask, value));
    v128.store(into, v128.bitselect(held(counted, shift, least, most), v128.load(into), lanes));
  }
  settle(op, results, count);
}

/** Quotients towards zero. Doubles round no quotient of two numbers of 32 bits up to the next whole number. */
function quotients(states: v128, thresholds: v128): v128 {
  const upperStates = v128.shuffle<i32>(states, states, 2, 3, 2, 3);
  const upperThresholds = v128.shuffle<i32>(thresholds, thresholds, 2, 3, 2, 3);
  return v128.shuffle<i32>(
    quotientsOfTwo(states, thresholds),
    quotientsOfTwo(upperStates, upperThresholds),
    0,
    1,
    4,
    5,
  );
}

/** Of the first two lanes. */
function quotientsOfTwo(states: v128, thresholds: v128): v128 {
  const quotient = f64x2.div(f64x2.convert_low_i32x4_s(states), f64x2.convert_low_i32x4_s(thresholds));
  return i32x4.trunc_sat_f64x2_s_zero(quotient);
}
