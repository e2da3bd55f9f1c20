/** What an update costs, and when its packets leave. */
import * as R from '../generated/records';
import { activeBitsAt } from './generated/scratch';

/**
 * The cycles of a run, step by step of `updateLanes` neurons, and the cycle in which each packet is injected: the j-th
 * spike of a step j cycles after the step's start.
 */
export function schedule(core: usize, op: usize, count: u32, bits: usize): void {
  const lanes = load<u32>(core, R.CORE_UPDATE_LANES);
  const activeCycles = <f64>load<u32>(core, R.CORE_ACTIVE_CYCLES);
  const idleCycles = <f64>load<u32>(core, R.CORE_IDLE_CYCLES);
  const tree = load<u32>(op, R.SENDER_TREE);
  const sends = load<u32>(op, R.SENDER_SENDS) != 0;
  const cyclesAt: usize = load<u32>(core, R.CORE_PACKET_CYCLES_AT);
  const treesAt: usize = load<u32>(core, R.CORE_PACKET_TREES_AT);
  let packets = load<u32>(core, R.CORE_PACKETS);
  let cycles = load<f64>(core, R.CORE_CYCLES);
  for (let start: u32 = 0; start < count;) {
    const end = lanes < count - start ? start + lanes : count;
    let spikes: u32 = 0;
    let active = false;
    for (let k = start; k < end;) {
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
