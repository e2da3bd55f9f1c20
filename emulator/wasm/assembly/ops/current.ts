/** CURRENT. */
import * as R from '../../generated/records';

/** V[k] += I[k]. */
export function execute(_core: usize, op: usize, _tick: u32): void {
  const count = load<u32>(op, R.TICK_COUNT);
  let v: usize = load<u32>(op, R.TICK_V_AT);
  let current: usize = load<u32>(op, R.CURRENT_INPUT_AT);
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
