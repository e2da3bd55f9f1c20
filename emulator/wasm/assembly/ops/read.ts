/** READ: its potentials are copied, and leave in the read-out phase. */
import * as R from '../../generated/records';

export function execute(_core: usize, op: usize, _tick: u32): void {
  memory.copy(load<u32>(op, R.READ_COPY_AT), load<u32>(op, R.TICK_V_AT), load<u32>(op, R.TICK_COUNT) << 2);
}
