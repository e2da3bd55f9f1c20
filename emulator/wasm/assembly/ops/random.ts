/** RANDOM. */
import * as R from '../../generated/records';
import { resultsOf, settle } from '../states';

/** The tick has 32 bits: the high word that is mixed in last is 0. */
export function execute(_core: usize, op: usize, tick: u32): void {
  const count = load<u32>(op, R.TICK_COUNT);
  const identities: usize = load<u32>(op, R.STATE_PARAMETERS_AT);
  const period = load<u32>(op, R.STATE_PERIOD);
  const seed = v128.load32_splat(op, R.RANDOM_SEED);
  const kept = v128.load32_splat(op, R.RANDOM_DRAWN);
  const time = i32x4.splat(tick);
  const results = resultsOf(op, count);
  let out = results;
  let phase: u32 = 0;
  for (let k: u32 = 0; k < count; k += 4, out += 16) {
    const ofNeuron = mixed(v128.xor(seed, v128.load(identities + (phase << 2))));
    phase += 4;
    if (phase == period) phase = 0;
    v128.store(out, v128.and(mixed(mixed(v128.xor(ofNeuron, time))), kept));
  }
  settle(op, results, count);
}

function mixed(words: v128): v128 {
  let x = v128.xor(words, i32x4.shr_u(words, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}
