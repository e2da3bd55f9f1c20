/** Takes the events of an axon group out of the scheduler. */
import { gradedAt, payloadsAt, spikesAt } from './generated/scratch';

/** Events whose payload is not 1, found by the last {@link takePayloads}. */
export let gradedTaken: u32 = 0;

/** Axons of a group that are not silent. */
export function countBits(bits: usize, axons: u32): u32 {
  let count: u32 = 0;
  for (let base: u32 = 0; base < axons; base += 64) count += <u32>popcnt(wordOf(bits, base, axons));
  return count;
}

/** 64 axons from `base` on, without those of the next group, which may begin in the same byte row. */
function wordOf(bits: usize, base: u32, axons: u32): u64 {
  return bitsFrom(bits, base, min<u32>(64, axons - base));
}

/** `size` bits from bit `at` on: 1 to 64, at most 57 where they do not begin at a byte. */
export function bitsFrom(bits: usize, at: u32, size: u32): u64 {
  const others: u64 = 64 - size;
  return ((load<u64>(bits + (at >> 3)) >> (at & 7)) << others) >> others;
}

/** Lists the axons of a group that are not silent; returns their number. */
export function listBits(bits: usize, axons: u32): u32 {
  let out = spikesAt;
  for (let base: u32 = 0; base < axons; base += 64) {
    let word = wordOf(bits, base, axons);
    while (word != 0) {
      store<u32>(out, base + <u32>ctz(word));
      out += 4;
      word &= word - 1;
    }
  }
  return <u32>((out - spikesAt) >> 2);
}

/** Groups begin at bytes of their own. */
export function clearBits(bits: usize, axons: u32): void {
  memory.fill(bits, 0, (axons + 7) >> 3);
}

/**
 * Takes the axons of a group that counts payloads; those that returned to 0 are silent.
 *
 * @param payloads behind those of the group there may be others, or padding
 * @returns the number of those with payload 1; {@link gradedTaken} is that of the others
 */
export function takePayloads(axons: u32, payloads: usize): u32 {
  const silent = i16x8.splat(0);
  let spikes: u32 = 0;
  let graded: u32 = 0;
  for (let base: u32 = 0; base < axons; base += 8) {
    const at = payloads + (base << 1);
    let heard = <u32>i16x8.bitmask(i16x8.ne(v128.load(at), silent));
    if (axons - base < 8) heard &= (1 << (axons - base)) - 1;
    while (heard != 0) {
      const k = <u32>ctz(heard);
      heard &= heard - 1;
      const payload = <i32>load<i16>(at + (k << 1));
      store<i16>(at + (k << 1), 0);
      // To both lists, one of which then forgets it: nobody can foretell which.
      store<u32>(spikesAt + (spikes << 2), base + k);
      store<u32>(gradedAt + (graded << 2), base + k);
      store<i32>(payloadsAt + (graded << 2), payload);
      const isSpike = <u32>(payload == 1);
      spikes += isSpike;
      graded += 1 - isSpike;
    }
  }
  gradedTaken = graded;
  return spikes;
}
