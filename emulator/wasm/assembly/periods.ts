/** Parameters that a run of neurons repeats with a period. */
import { parameterBlockAt } from './generated/scratch';

/** Parameters phase .. phase+3 of a period that begins anew among them. */
export function wrapped(parameters: usize, phase: u32, period: u32): v128 {
  if (period == 1) return v128.load32_splat(parameters);
  const second = advance(phase + 1, period);
  const third = advance(second + 1, period);
  const fourth = advance(third + 1, period);
  let x = v128.load32_splat(parameters + (phase << 2));
  x = i32x4.replace_lane(x, 1, load<i32>(parameters + (second << 2)));
  x = i32x4.replace_lane(x, 2, load<i32>(parameters + (third << 2)));
  return i32x4.replace_lane(x, 3, load<i32>(parameters + (fourth << 2)));
}

export function advance(phase: u32, period: u32): u32 {
  while (phase >= period) phase -= period;
  return phase;
}

/** Parameters phase .. phase+15 of a period that begins anew among them; returns where they are. */
export function wrapped16(parameters: usize, phase: u32, period: u32): usize {
  for (let k: u32 = 0; k < 64; k += 16) {
    v128.store(
      parameterBlockAt + k,
      phase + 4 > period ? wrapped(parameters, phase, period) : v128.load(parameters + (phase << 2)),
    );
    phase = advance(phase + 4, period);
  }
  return parameterBlockAt;
}
