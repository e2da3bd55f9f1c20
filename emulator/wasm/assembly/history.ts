/** From the spikes of a run, a row of bits per tick, to a word of ticks per neuron; from those words to a list. */
import * as R from '../generated/records';
import { columnAt } from './generated/scratch';

/**
 * Writes the spike words of all neurons of an instruction that sends spikes.
 *
 * @param ticks that are done; later rows are of earlier inferences
 */
export function tellSpikes(op: usize, ticks: u32): void {
  const start = load<u32>(op, R.TICK_START);
  const end = min(ticks, load<u32>(op, R.TICK_END));
  if (start >= end) return;
  const count = load<u32>(op, R.TICK_COUNT);
  const wordOf: usize = load<u32>(op, R.SENDER_SPIKES_AT);
  for (let word = start >> 5; word <= (end - 1) >> 5; word++)
    for (let k: u32 = 0; k < count; k += 8) {
      gather(op, start, end, word << 5, k >> 3);
      let early = v128.load(columnAt);
      let late = v128.load(columnAt, 16);
      // The mask takes the highest bit of each byte: the last of eight neurons first.
      for (let j: i32 = 7; j >= 0; j--) {
        const ticksOfNeuron = <u32>i8x16.bitmask(early) | ((<u32>i8x16.bitmask(late)) << 16);
        if (k + j < count) store<u32>(<usize>load<u32>(wordOf + ((k + j) << 2)) + (word << 2), ticksOfNeuron);
        early = i8x16.shl(early, 1);
        late = i8x16.shl(late, 1);
      }
    }
}

/** Byte `column` of the rows of 32 ticks from `first` on. */
function gather(op: usize, start: u32, end: u32, first: u32, column: u32): void {
  const from = max(start, first);
  const to = min(end, first + 32);
  const stride = load<u32>(op, R.SENDER_HISTORY_STRIDE);
  let row: usize = load<u32>(op, R.SENDER_HISTORY_AT) + (from - start) * stride + column;
  const none = i8x16.splat(0);
  v128.store(columnAt, none);
  v128.store(columnAt, none, 16);
  for (let tick = from; tick < to; tick++, row += stride) store<u8>(columnAt + (tick - first), load<u8>(row));
}

/**
 * Writes {layer, index, tick} for each spike of the neurons of a list, in the order of their bits: three u32, which is what
 * the spike digest hashes (isa/spikes.ts has the reference).
 *
 * @param out room for 32 spikes per word, and 4 bytes more
 * @returns where the next spike goes
 */
export function listSpikes(list: usize, out: usize): usize {
  let bits: usize = load<u32>(list, R.SPIKE_LIST_BITS_AT);
  const words = load<u32>(list, R.SPIKE_LIST_WORDS);
  const ofLayer = i32x4.replace_lane(i32x4.splat(0), 0, load<u32>(list, R.SPIKE_LIST_LAYER));
  const shift = load<i32>(list, R.SPIKE_LIST_SHIFT);
  let index = load<u32>(list, R.SPIKE_LIST_INDEX);
  for (const end = index + load<u32>(list, R.SPIKE_LIST_NEURONS); index < end; index++) {
    const spike = i32x4.replace_lane(ofLayer, 1, index);
    let tick = shift;
    for (let w: u32 = 0; w < words; w++, bits += 4, tick += 32) {
      let word = load<u32>(bits);
      while (word != 0) {
        v128.store(out, i32x4.replace_lane(spike, 2, tick + <i32>ctz(word)));
        out += 12;
        word &= word - 1;
      }
    }
  }
  return out;
}
