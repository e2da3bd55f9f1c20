/** BIAS, unless the FIREs behind it do it (../../fused-biases.ts). */
import * as R from '../../generated/records';
import { advance, wrapped } from '../periods';

/** V[k] += parameters[k mod period]. */
export function execute(_core: usize, op: usize, _tick: u32): void {
  if (load<u32>(op, R.BIAS_IS_DONE) != 0) return;
  const count = load<u32>(op, R.TICK_COUNT);
  const period = load<u32>(op, R.BIAS_PERIOD);
  const parameters = load<u32>(op, R.BIAS_PARAMETERS_AT);
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
