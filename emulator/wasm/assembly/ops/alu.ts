/** ALU. */
import * as R from '../../generated/records';
import { operandsAt } from '../generated/scratch';
import { arithmetic, NEVER } from '../states';

export function execute(_core: usize, op: usize, _tick: u32): void {
  const count = load<u32>(op, R.TICK_COUNT);
  const left = load<u32>(op, R.ALU_LEFT);
  const right = load<u32>(op, R.ALU_RIGHT);
  let source: usize = load<u32>(op, R.ALU_SOURCE_AT);
  if ((left | right) != 0) {
    const addedBelow = v128.load32_splat(op, R.ALU_ADDED_BELOW);
    let out = operandsAt;
    for (let k: u32 = 0; k < count; k += 4, source += 16, out += 16) {
      const shifted = i32x4.shl(v128.load(source), left);
      const added = v128.and(i32x4.shr_s(shifted, 31), addedBelow);
      v128.store(out, i32x4.shr_s(i32x4.add(shifted, added), right));
    }
    source = operandsAt;
  }
  arithmetic(op, load<u32>(op, R.ALU_FUNCTION), source, NEVER);
}
