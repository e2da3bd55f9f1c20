/** Takes the events of an axon group out of the scheduler. */
import { gradedAt, payloadsAt, spikesAt } from './scratch';

/** Events whose payload is not 1, found by the last {@link takePayloads}. */
export let gradedTaken: u32 = 0;

/**
 * Takes the axons of a group whose payloads are 0 or 1, and leaves them silent.
 *
 * @returns their number
 */
export function takeBits(bits: usize, axons: u32): u32 {
  let out = spikesAt;
  for (let base: u32 = 0; base < axons; base += 64) {
    const at = bits + (base >> 3);
    let word = load<u64>(at);
    if (word == 0) continue;
    const left = axons - base;
    // The next group may begin in the same word.
    const foreign: u64 = left >= 64 ? 0 : word & (<u64>-1 << left);
    store<u64>(at, foreign);
    word ^= foreign;
    while (word != 0) {
      store<u32>(out, base + <u32>ctz(word));
      out += 4;
      word &= word - 1;
    }
  }
  return <u32>((out - spikesAt) >> 2);
}

/**
 * Takes the axons of a group that counts payloads; those that returned to 0 are silent.
 *
 * @returns the number of those with payload 1; {@link gradedTaken} is that of the others
 */
export function takePayloads(bits: usize, axons: u32, payloads: usize): u32 {
  const touched = takeBits(bits, axons);
  let spikes: u32 = 0;
  let graded: u32 = 0;
  for (let k: u32 = 0; k < touched; k++) {
    const axon = load<u32>(spikesAt + (k << 2));
    const at = payloads + (axon << 1);
    const payload = <i32>load<i16>(at);
    store<i16>(at, 0);
    if (payload == 1) store<u32>(spikesAt + (spikes++ << 2), axon);
    else if (payload != 0) {
      store<u32>(gradedAt + (graded << 2), axon);
      store<i32>(payloadsAt + (graded++ << 2), payload);
    }
  }
  gradedTaken = graded;
  return spikes;
}
