/**
 * Runs of neurons on their planes and flags, four neurons at a time. The last ones of a run may be fewer: what lies behind it
 * is read, and written as it was.
 */
import * as R from '../generated/records';
import { resultsAt } from './generated/scratch';

/** A period of operands that no run comes to the end of. */
export const NEVER: u32 = 0xffff_ffff;

/** Lanes of -1 for those of neurons k .. k+3 of a run of `count` that exist. */
export function existing(k: u32, count: u32): v128 {
  return i32x4.gt_s(i32x4.splat(count - k), i32x4(0, 1, 2, 3));
}

/**
 * Lanes of -1 for those of neurons k .. k+3 whose flags, bytes from `flags` on, are these behind a mask.
 *
 * @param flags 0: nothing is asked
 */
export function holding(flags: usize, k: u32, mask: v128, value: v128): v128 {
  if (flags == 0) return i32x4.splat(-1);
  const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(flags + k)));
  return i32x4.eq(v128.and(words, mask), value);
}

/** What a plane holds of results: those that wrap are shifted to the left and back, those that saturate have ends. */
export function held(result: v128, shift: u32, least: v128, most: v128): v128 {
  return i32x4.max_s(i32x4.min_s(i32x4.shr_s(i32x4.shl(result, shift), shift), most), least);
}

/** Where the results of a run go before {@link settle}: into the plane itself where nothing else lies among them. */
export function resultsOf(op: usize, count: u32): usize {
  const alone = load<u32>(op, R.STATE_FLAGS_AT) == 0 && (count & 3) == 0;
  return alone ? load<u32>(op, R.STATE_PLANE_AT) : resultsAt;
}

/** Makes of results what the plane holds of them, for those neurons that are acted on; the others keep what they have. */
export function settle(op: usize, results: usize, count: u32): void {
  let plane: usize = load<u32>(op, R.STATE_PLANE_AT);
  const flags: usize = load<u32>(op, R.STATE_FLAGS_AT);
  const mask = v128.load32_splat(op, R.STATE_MASK);
  const value = v128.load32_splat(op, R.STATE_VALUE);
  const shift = load<u32>(op, R.STATE_SHIFT);
  const least = v128.load32_splat(op, R.STATE_LEAST);
  const most = v128.load32_splat(op, R.STATE_MOST);
  const isPlain = shift == 0 && load<i32>(op, R.STATE_LEAST) == i32.MIN_VALUE;
  if (results == plane && isPlain) return;
  let k: u32 = 0;
  if (flags == 0)
    for (; k + 4 <= count; k += 4, plane += 16, results += 16)
      v128.store(plane, held(v128.load(results), shift, least, most));
  for (; k < count; k += 4, plane += 16, results += 16) {
    const lanes = v128.and(existing(k, count), holding(flags, k, mask, value));
    const result = held(v128.load(results), shift, least, most);
    v128.store(plane, v128.bitselect(result, v128.load(plane), lanes));
  }
}

/** plane = plane FUNCTION_… operand, with operands of a period as STATE_PERIOD. */
export function arithmetic(op: usize, chosen: u32, operands: usize, period: u32): void {
  const count = load<u32>(op, R.TICK_COUNT);
  const results = resultsOf(op, count);
  let plane: usize = load<u32>(op, R.STATE_PLANE_AT);
  let phase: u32 = 0;
  let out = results;
  for (let k: u32 = 0; k < count; k += 4, plane += 16, out += 16) {
    v128.store(out, applied(chosen, v128.load(plane), v128.load(operands + (phase << 2))));
    phase += 4;
    if (phase == period) phase = 0;
  }
  settle(op, results, count);
}

function applied(chosen: u32, state: v128, operand: v128): v128 {
  if (chosen == R.FUNCTION_ADD) return i32x4.add(state, operand);
  if (chosen == R.FUNCTION_SUB) return i32x4.sub(state, operand);
  if (chosen == R.FUNCTION_SET) return operand;
  if (chosen == R.FUNCTION_MIN) return i32x4.min_s(state, operand);
  if (chosen == R.FUNCTION_MAX) return i32x4.max_s(state, operand);
  return unreachable();
}

/** flag = plane COMPARISON_… operand, with operands of a period as STATE_PERIOD. */
export function comparison(op: usize, operands: usize, period: u32): void {
  const count = load<u32>(op, R.TICK_COUNT);
  const flags: usize = load<u32>(op, R.STATE_FLAGS_AT);
  const mask = v128.load32_splat(op, R.STATE_MASK);
  const value = v128.load32_splat(op, R.STATE_VALUE);
  const chosen = load<u32>(op, R.FLAG_COMPARISON);
  const bits = load<u32>(op, R.FLAG_BITS);
  const kept = load<u32>(op, R.FLAG_KEPT);
  let plane: usize = load<u32>(op, R.STATE_PLANE_AT);
  let phase: u32 = 0;
  for (let k: u32 = 0; k < count; k += 4, plane += 16) {
    const found = compared(chosen, v128.load(plane), v128.load(operands + (phase << 2)));
    phase += 4;
    if (phase == period) phase = 0;
    const noted = bytesOf(v128.and(found, holding(flags, k, mask, value))) & bits;
    const before = load<u32>(flags + k);
    const after = (before & kept) | noted;
    const exist = k + 4 <= count ? -1 : (1 << ((count - k) << 3)) - 1;
    store<u32>(flags + k, before ^ ((before ^ after) & exist));
  }
}

function compared(chosen: u32, state: v128, operand: v128): v128 {
  if (chosen == R.COMPARISON_GE) return i32x4.ge_s(state, operand);
  if (chosen == R.COMPARISON_GT) return i32x4.gt_s(state, operand);
  if (chosen == R.COMPARISON_LE) return i32x4.le_s(state, operand);
  if (chosen == R.COMPARISON_LT) return i32x4.lt_s(state, operand);
  return unreachable();
}

/** Lanes of 0 or -1 as bytes. */
function bytesOf(lanes: v128): u32 {
  const halves = i16x8.narrow_i32x4_s(lanes, lanes);
  return i32x4.extract_lane(i8x16.narrow_i16x8_s(halves, halves), 0);
}

/** Makes values of their planes of what the events of a tick have left in planes of fewer bits than a lane. */
export function wrapStates(core: usize): void {
  let run: usize = load<u32>(core, R.CORE_WRAPPED_AT);
  const end = run + load<u32>(core, R.CORE_WRAPPED) * R.WRAPPED_BYTES;
  for (; run < end; run += R.WRAPPED_BYTES) {
    const count = load<u32>(run, R.WRAPPED_COUNT);
    const shift = load<u32>(run, R.WRAPPED_SHIFT);
    let at: usize = load<u32>(run, R.WRAPPED_AT);
    for (let k: u32 = 0; k < count; k += 4, at += 16) {
      const state = v128.load(at);
      const wrapped = i32x4.shr_s(i32x4.shl(state, shift), shift);
      v128.store(at, v128.bitselect(wrapped, state, existing(k, count)));
    }
  }
}
