/** What follows once it is known which neurons of a run fire: FIRE, FIREV, FIRES and EMIT. */
import * as R from '../generated/records';
import { deliver } from './deliver';
import { activeBitsAt, firedAt } from './generated/scratch';
import { schedule } from './schedule';

/** Where the spikes of a run in this tick are noted, a bit per neuron. */
export function spikeBits(op: usize, tick: u32): usize {
  const row = (tick - load<u32>(op, R.TICK_START)) * load<u32>(op, R.SENDER_HISTORY_STRIDE);
  return <usize>load<u32>(op, R.SENDER_HISTORY_AT) + row;
}

/**
 * Notes which of neurons k .. k+3 fired, and which were active: lanes of -1.
 *
 * @param k a multiple of 4; a run is noted in ascending order
 * @param bits as {@link spikeBits}; {@link activeBitsAt} likewise
 */
export function noteFour(bits: usize, k: u32, fired: v128, active: v128): void {
  const at = k >> 3;
  const firedMask = <u32>i32x4.bitmask(fired);
  const activeMask = <u32>i32x4.bitmask(active);
  if ((k & 4) == 0) {
    store<u8>(bits + at, <u8>firedMask);
    store<u8>(activeBitsAt + at, <u8>activeMask);
  } else {
    store<u8>(bits + at, <u8>(<u32>load<u8>(bits + at) | (firedMask << 4)));
    store<u8>(activeBitsAt + at, <u8>(<u32>load<u8>(activeBitsAt + at) | (activeMask << 4)));
  }
}

/** Bits behind the run are 0: whoever reads whole words relies on it. */
export function closeBits(bits: usize, count: u32): void {
  store<u64>(bits + ((count + 7) >> 3), 0);
  store<u64>(activeBitsAt + ((count + 7) >> 3), 0);
}

/** Counts the updates of a run. */
export function countUpdates(op: usize, active: u32, idle: u32): void {
  store<f64>(op, load<f64>(op, R.SENDER_IDLE) + <f64>idle, R.SENDER_IDLE);
  store<f64>(op, load<f64>(op, R.SENDER_ACTIVE) + <f64>active, R.SENDER_ACTIVE);
}

/**
 * Counts the spikes of a run, schedules their packets and hands them to the cores that hear them.
 *
 * @param bits of those that fired; {@link activeBitsAt} has those that were active
 * @param fired their number
 * @param payloads of the packets of the run, i32 each; 0: all of them are 1
 */
export function send(core: usize, op: usize, tick: u32, bits: usize, fired: u32, payloads: usize = 0): void {
  const count = load<u32>(op, R.TICK_COUNT);
  if (load<u32>(core, R.CORE_TIMED) != 0) schedule(core, op, count, bits);
  if (fired == 0) return;
  store<f64>(op, load<f64>(op, R.SENDER_FIRED) + <f64>fired, R.SENDER_FIRED);
  if (payloads != 0) countPayloads(op, count, bits, payloads);
  if (load<u32>(op, R.SENDER_LISTS) != 0) listSpikes(op, count, bits, payloads);
  let sink: usize = load<u32>(op, R.SENDER_SINKS_AT);
  const end = sink + load<u32>(op, R.SENDER_SINKS) * R.SINK_BYTES;
  for (; sink < end; sink += R.SINK_BYTES) deliver(sink, bits, fired, tick, payloads);
}

/** Adds up the magnitudes of what the packets of a run carry. */
function countPayloads(op: usize, count: u32, bits: usize, payloads: usize): void {
  let sum: f64 = 0;
  for (let base: u32 = 0; base < count; base += 64) {
    let word = load<u64>(bits + (base >> 3));
    while (word != 0) {
      sum += magnitudeOf(payloads, base + <u32>ctz(word));
      word &= word - 1;
    }
  }
  store<f64>(op, load<f64>(op, R.SENDER_PAYLOAD) + sum, R.SENDER_PAYLOAD);
}

/** @param payloads 0: all of them are 1 */
function magnitudeOf(payloads: usize, k: u32): f64 {
  return payloads == 0 ? 1 : Math.abs(<f64>load<i32>(payloads + (k << 2)));
}

/** Lists the indices of the neurons that fired, and counts them layer by layer where they belong to several. */
function listSpikes(op: usize, count: u32, bits: usize, payloads: usize): void {
  const layers: usize = load<u32>(op, R.SENDER_LAYERS_AT);
  let out = firedAt;
  for (let base: u32 = 0; base < count; base += 64) {
    let word = load<u64>(bits + (base >> 3));
    while (word != 0) {
      const k = base + <u32>ctz(word);
      word &= word - 1;
      store<u32>(out, k);
      out += 4;
      if (layers == 0) continue;
      const counter: usize = load<u32>(layers + (k << 2));
      store<f64>(counter, load<f64>(counter) + 1);
      store<f64>(counter, load<f64>(counter, 8) + magnitudeOf(payloads, k), 8);
    }
  }
}
