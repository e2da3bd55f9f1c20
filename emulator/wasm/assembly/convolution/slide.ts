/**
 * CONV with three taps a row, stride 1, from the bits of the scheduler: a window slides along each output row. Each event
 * adds three vectors of weights to the sums of three neighbouring positions, which stay in registers; a position that the
 * window leaves is added to its neurons.
 */
import * as R from '../../generated/records';
import { bitsFrom } from '../events';
import { wordBasesAt, wordsAt } from '../generated/scratch';
import { slide16, slide32 } from './window';

/** Below this many events per pixel of the axon region it is faster to push them one by one. */
const EVENTS_PER_PIXEL: f64 = 0.2;

/** Whether the kernel fits the instruction and pays for so many events. */
export function slides(op: usize, spikes: u32): bool {
  if (load<u32>(op, R.CONV_SLIDE_WORDS) == 0) return false;
  const pixels = load<u32>(op, R.CONV_IN_HEIGHT) * load<u32>(op, R.CONV_IN_WIDTH);
  return <f64>spikes >= EVENTS_PER_PIXEL * <f64>pixels;
}

/**
 * All events of a group.
 *
 * @param bits a bit per axon
 * @returns taps, the unit of its cycles
 */
export function slide(op: usize, bits: usize): u64 {
  const outHeight = load<i32>(op, R.CONV_OUT_HEIGHT);
  const rowBytes = (load<u32>(op, R.CONV_OUT_WIDTH) * load<u32>(op, R.CONV_OUT_CHANNELS)) << 2;
  const channels = load<u32>(op, R.CONV_TAP_STRIDE);
  const weights: usize = load<u32>(op, R.OP_WEIGHTS_AT);
  let state: usize = load<u32>(op, R.OP_STATE_AT);
  let taps: u64 = 0;
  for (let y = 0; y < outHeight; y++, state += rowBytes) {
    if (!findWords(op, bits, y)) continue;
    let c: u32 = 0;
    let taken: u32 = 0;
    for (; c + 32 <= channels; c += 32) taken = slide32(op, state + (c << 2), weights + c);
    if (c < channels) taken = slide16(op, state + (c << 2), weights + c);
    taps += taken;
  }
  store<f64>(op, load<f64>(op, R.OP_SPIKE_VISITS) + <f64>taps * <f64>load<u32>(op, R.OP_SYNAPSES), R.OP_SPIKE_VISITS);
  return taps;
}

/** Channels that a word takes from each kernel row; bits that do not begin at a byte lose up to seven. */
function channelsPerWord(inChannels: u32): u32 {
  return (inChannels & 7) == 0 ? 64 : 56;
}

/**
 * The events that output row y sees: per column of the axon region, words whose bit b means the weights at the word's base
 * + b * channel stride. Kernel rows share one word where they fit.
 *
 * @returns whether there is any
 */
function findWords(op: usize, bits: usize, y: i32): bool {
  const inHeight = load<u32>(op, R.CONV_IN_HEIGHT);
  const inWidth = load<u32>(op, R.CONV_IN_WIDTH);
  const inChannels = load<u32>(op, R.CONV_IN_CHANNELS);
  const kernelHeight = load<u32>(op, R.CONV_KERNEL_HEIGHT);
  const channelStride = load<u32>(op, R.CONV_CHANNEL_STRIDE);
  const rowStride = load<u32>(op, R.CONV_ROW_STRIDE);
  const dilationY = load<u32>(op, R.CONV_DILATION_Y);
  const words = load<u32>(op, R.CONV_SLIDE_WORDS);
  const top = y * load<i32>(op, R.CONV_STRIDE_Y) - load<i32>(op, R.CONV_OFFSET_Y);
  let any: u64 = 0;
  if (words == 1) {
    store<u32>(wordBasesAt, 0);
    memory.fill(wordsAt, 0, inWidth << 3);
    for (let ky: u32 = 0, ay = <u32>top; ky < kernelHeight; ky++, ay += dilationY)
      if (ay < inHeight) any |= addRowOfBits(op, wordsAt, bits, ay * inWidth * inChannels, inChannels, ky * inChannels);
    return any != 0;
  }
  const most = channelsPerWord(inChannels);
  let out = wordsAt;
  memory.fill(wordsAt, 0, (inWidth * words) << 3);
  let j: u32 = 0;
  for (let ky: u32 = 0, ay = <u32>top; ky < kernelHeight; ky++, ay += dilationY)
    for (let channel: u32 = 0; channel < inChannels; channel += most, j++, out += 8) {
      store<u32>(wordBasesAt + (j << 2), ky * rowStride + channel * channelStride);
      if (ay >= inHeight) continue;
      const size = min(most, inChannels - channel);
      any |= addRowOfBits(op, out, bits, ay * inWidth * inChannels + channel, size, 0);
    }
  return any != 0;
}

/**
 * Adds `size` bits of each pixel of a row of the axon region to the words of its column.
 *
 * @param out word of the first column
 * @param at bit of the first pixel
 * @param place bit of the word where they begin
 * @returns all of them in one
 */
function addRowOfBits(op: usize, out: usize, bits: usize, at: u32, size: u32, place: u32): u64 {
  const step = load<u32>(op, R.CONV_SLIDE_WORDS) << 3;
  const stride = load<u32>(op, R.CONV_IN_CHANNELS);
  const end = out + load<u32>(op, R.CONV_IN_WIDTH) * step;
  let any: u64 = 0;
  for (; out < end; out += step, at += stride) {
    const word = bitsFrom(bits, at, size);
    any |= word;
    store<u64>(out, load<u64>(out) | (word << place));
  }
  return any;
}
