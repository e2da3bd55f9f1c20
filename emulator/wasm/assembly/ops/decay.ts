/** DECAY. */
import * as R from '../../generated/records';
import { resultsOf, settle } from '../states';

export function execute(_core: usize, op: usize, _tick: u32): void {
  const count = load<u32>(op, R.TICK_COUNT);
  const results = resultsOf(op, count);
  const kind = load<u32>(op, R.DECAY_KIND);
  if (kind == R.DECAY_KIND_MUL || kind == R.DECAY_KIND_SHIFT) scale(op, results, count, kind == R.DECAY_KIND_SHIFT);
  else if (kind == R.DECAY_KIND_LINEAR || kind == R.DECAY_KIND_DRIFT)
    step(op, results, count, kind == R.DECAY_KIND_DRIFT);
  else unreachable();
  settle(op, results, count);
}

/**
 * (state * factor + what is added) / 2^denominator, rounded down.
 *
 * @param isTaken it is what is taken away, and at least 1 where there is anything
 */
function scale(op: usize, out: usize, count: u32, isTaken: bool): void {
  const factors: usize = load<u32>(op, R.STATE_PARAMETERS_AT);
  const period = load<u32>(op, R.STATE_PERIOD);
  const denominator = load<u32>(op, R.DECAY_DENOMINATOR);
  const added = v128.load32_splat(op, R.DECAY_ADDED);
  const addedBelow = v128.load32_splat(op, R.DECAY_ADDED_BELOW);
  let plane: usize = load<u32>(op, R.STATE_PLANE_AT);
  let phase: u32 = 0;
  for (let k: u32 = 0; k < count; k += 4, plane += 16, out += 16) {
    const state = v128.load(plane);
    const factor = v128.load(factors + (phase << 2));
    phase += 4;
    if (phase == period) phase = 0;
    const more = i32x4.add(added, v128.and(i32x4.shr_s(state, 31), addedBelow));
    const low = i64x2.add(i64x2.extmul_low_i32x4_s(state, factor), i64x2.extend_low_i32x4_u(more));
    const high = i64x2.add(i64x2.extmul_high_i32x4_s(state, factor), i64x2.extend_high_i32x4_u(more));
    // Of the quotients only the lower halves are kept, so that what comes in from above does not matter.
    const part = v128.shuffle<i32>(i64x2.shr_u(low, denominator), i64x2.shr_u(high, denominator), 0, 2, 4, 6);
    v128.store(out, isTaken ? i32x4.sub(state, i32x4.sub(part, missing(state, part))) : part);
  }
}

/** -1 where nothing is taken away of a state that is not 0: that state is positive, since parts are rounded down. */
function missing(state: v128, part: v128): v128 {
  const nothing = i32x4.splat(0);
  return v128.and(i32x4.eq(part, nothing), i32x4.gt_s(state, nothing));
}

/** By the parameter towards 0; a drift crosses it, and otherwise it is where a state stops. */
function step(op: usize, out: usize, count: u32, isDrift: bool): void {
  const parameters: usize = load<u32>(op, R.STATE_PARAMETERS_AT);
  const period = load<u32>(op, R.STATE_PERIOD);
  const nothing = i32x4.splat(0);
  let plane: usize = load<u32>(op, R.STATE_PLANE_AT);
  let phase: u32 = 0;
  for (let k: u32 = 0; k < count; k += 4, plane += 16, out += 16) {
    const state = v128.load(plane);
    const forth = v128.load(parameters + (phase << 2));
    phase += 4;
    if (phase == period) phase = 0;
    const back = i32x4.neg(forth);
    const taken = isDrift
      ? v128.or(v128.and(i32x4.gt_s(state, nothing), forth), v128.and(i32x4.lt_s(state, nothing), back))
      : i32x4.min_s(i32x4.max_s(state, back), forth);
    v128.store(out, i32x4.sub(state, taken));
  }
}
