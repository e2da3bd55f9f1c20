/**
 * CONV with three taps a row, stride 1, from the bits of the scheduler: a window slides along each output row. Each event
 * adds three vectors of weights to the sums of three neighbouring positions, which stay in registers; a position that the
 * window leaves is added to its neurons.
 */
import * as R from '../generated/records';
import { bitsFrom } from './events';
import { flush, ROWS_PER_FLUSH } from './rows';
import { wordBasesAt, wordsAt } from './generated/scratch';

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
      if (ay < inHeight)
        any |= addRowOfBits(
          wordsAt,
          8,
          bits,
          ay * inWidth * inChannels,
          inWidth,
          inChannels,
          inChannels,
          ky * inChannels,
        );
    return any != 0;
  }
  const most = channelsPerWord(inChannels);
  const step = words << 3;
  let out = wordsAt;
  memory.fill(wordsAt, 0, inWidth * step);
  let j: u32 = 0;
  for (let ky: u32 = 0, ay = <u32>top; ky < kernelHeight; ky++, ay += dilationY)
    for (let channel: u32 = 0; channel < inChannels; channel += most, j++, out += 8) {
      store<u32>(wordBasesAt + (j << 2), ky * rowStride + channel * channelStride);
      if (ay >= inHeight) continue;
      const size = min(most, inChannels - channel);
      any |= addRowOfBits(out, step, bits, ay * inWidth * inChannels + channel, inWidth, inChannels, size, 0);
    }
  return any != 0;
}

/**
 * Adds `size` bits of each of `count` pixels to words that lie `step` bytes apart.
 *
 * @param at bit of the first pixel; the next ones follow `stride` bits apart
 * @param place bit of the word where they begin
 * @returns all of them in one
 */
function addRowOfBits(
  out: usize,
  step: u32,
  bits: usize,
  at: u32,
  count: u32,
  stride: u32,
  size: u32,
  place: u32,
): u64 {
  let any: u64 = 0;
  const end = out + count * step;
  for (; out < end; out += step, at += stride) {
    const word = bitsFrom(bits, at, size);
    any |= word;
    store<u64>(out, load<u64>(out) | (word << place));
  }
  return any;
}

/** 16 channels of one output row; returns the taps of its events. */
function slide16(op: usize, state: usize, weights: usize): u32 {
  let taps: u32 = 0;
  const words = load<u32>(op, R.CONV_SLIDE_WORDS);
  const channelStride = load<u32>(op, R.CONV_CHANNEL_STRIDE);
  const tapStride = load<u32>(op, R.CONV_TAP_STRIDE);
  const shift = load<i32>(op, R.OP_SHIFT);
  const outWidth = load<i32>(op, R.CONV_OUT_WIDTH);
  const position = load<u32>(op, R.CONV_OUT_CHANNELS) << 2;
  const inWidth = load<i32>(op, R.CONV_IN_WIDTH);
  const offset = load<i32>(op, R.CONV_OFFSET_X);
  const zero = i16x8.splat(0);
  let t0 = zero;
  let h0 = zero;
  let t1 = zero;
  let h1 = zero;
  let t2 = zero;
  let h2 = zero;
  let n0: u32 = 0;
  let n1: u32 = 0;
  let n2: u32 = 0;
  // The first and the last column that reach the tile; then two more positions leave the window.
  const from = max(0, -offset);
  const to = min(inWidth, outWidth + 2 - offset);
  for (let ax = from; ax < to + 2; ax++) {
    const x = ax + offset - 2;
    if (ax < to) {
      const reach = <u32>(min(x + 2, outWidth - 1) - max(x, 0) + 1);
      for (let j: u32 = 0; j < words; j++) {
        let word = load<u64>(wordsAt + ((ax * words + j) << 3));
        if (word == 0) continue;
        const count = <u32>popcnt(word);
        taps += count * reach;
        if (max(max(n0, n1), n2) + count > ROWS_PER_FLUSH) {
          flushInside(state, position, x, outWidth, t0, h0, n0, shift);
          flushInside(state, position, x + 1, outWidth, t1, h1, n1, shift);
          flushInside(state, position, x + 2, outWidth, t2, h2, n2, shift);
          t0 = h0 = t1 = h1 = t2 = h2 = zero;
          n0 = n1 = n2 = 0;
        }
        n0 += count;
        n1 += count;
        n2 += count;
        const base = weights + load<u32>(wordBasesAt + (j << 2));
        while (word != 0) {
          const row = base + <u32>ctz(word) * channelStride;
          word &= word - 1;
          const a = v128.load(row);
          t0 = i16x8.add(t0, a);
          h0 = i16x8.add(h0, i16x8.shr_u(a, 8));
          const b = v128.load(row + tapStride);
          t1 = i16x8.add(t1, b);
          h1 = i16x8.add(h1, i16x8.shr_u(b, 8));
          const c = v128.load(row + (tapStride << 1));
          t2 = i16x8.add(t2, c);
          h2 = i16x8.add(h2, i16x8.shr_u(c, 8));
        }
      }
    }
    flushInside(state, position, x, outWidth, t0, h0, n0, shift);
    t0 = t1;
    h0 = h1;
    n0 = n1;
    t1 = t2;
    h1 = h2;
    n1 = n2;
    t2 = h2 = zero;
    n2 = 0;
  }
  return taps;
}

/** 32 channels of one output row; returns the taps of its events. */
function slide32(op: usize, state: usize, weights: usize): u32 {
  let taps: u32 = 0;
  const words = load<u32>(op, R.CONV_SLIDE_WORDS);
  const channelStride = load<u32>(op, R.CONV_CHANNEL_STRIDE);
  const tapStride = load<u32>(op, R.CONV_TAP_STRIDE);
  const shift = load<i32>(op, R.OP_SHIFT);
  const outWidth = load<i32>(op, R.CONV_OUT_WIDTH);
  const position = load<u32>(op, R.CONV_OUT_CHANNELS) << 2;
  const inWidth = load<i32>(op, R.CONV_IN_WIDTH);
  const offset = load<i32>(op, R.CONV_OFFSET_X);
  const upper = state + 64;
  const zero = i16x8.splat(0);
  let t0 = zero;
  let h0 = zero;
  let t1 = zero;
  let h1 = zero;
  let t2 = zero;
  let h2 = zero;
  let u0 = zero;
  let g0 = zero;
  let u1 = zero;
  let g1 = zero;
  let u2 = zero;
  let g2 = zero;
  let n0: u32 = 0;
  let n1: u32 = 0;
  let n2: u32 = 0;
  const from = max(0, -offset);
  const to = min(inWidth, outWidth + 2 - offset);
  for (let ax = from; ax < to + 2; ax++) {
    const x = ax + offset - 2;
    if (ax < to) {
      const reach = <u32>(min(x + 2, outWidth - 1) - max(x, 0) + 1);
      for (let j: u32 = 0; j < words; j++) {
        let word = load<u64>(wordsAt + ((ax * words + j) << 3));
        if (word == 0) continue;
        const count = <u32>popcnt(word);
        taps += count * reach;
        if (max(max(n0, n1), n2) + count > ROWS_PER_FLUSH) {
          flushInside(state, position, x, outWidth, t0, h0, n0, shift);
          flushInside(state, position, x + 1, outWidth, t1, h1, n1, shift);
          flushInside(state, position, x + 2, outWidth, t2, h2, n2, shift);
          flushInside(upper, position, x, outWidth, u0, g0, n0, shift);
          flushInside(upper, position, x + 1, outWidth, u1, g1, n1, shift);
          flushInside(upper, position, x + 2, outWidth, u2, g2, n2, shift);
          t0 = h0 = t1 = h1 = t2 = h2 = zero;
          u0 = g0 = u1 = g1 = u2 = g2 = zero;
          n0 = n1 = n2 = 0;
        }
        n0 += count;
        n1 += count;
        n2 += count;
        const base = weights + load<u32>(wordBasesAt + (j << 2));
        while (word != 0) {
          const first = base + <u32>ctz(word) * channelStride;
          word &= word - 1;
          const a = v128.load(first);
          t0 = i16x8.add(t0, a);
          h0 = i16x8.add(h0, i16x8.shr_u(a, 8));
          const d = v128.load(first, 16);
          u0 = i16x8.add(u0, d);
          g0 = i16x8.add(g0, i16x8.shr_u(d, 8));
          const second = first + tapStride;
          const b = v128.load(second);
          t1 = i16x8.add(t1, b);
          h1 = i16x8.add(h1, i16x8.shr_u(b, 8));
          const e = v128.load(second, 16);
          u1 = i16x8.add(u1, e);
          g1 = i16x8.add(g1, i16x8.shr_u(e, 8));
          const third = second + tapStride;
          const c = v128.load(third);
          t2 = i16x8.add(t2, c);
          h2 = i16x8.add(h2, i16x8.shr_u(c, 8));
          const f = v128.load(third, 16);
          u2 = i16x8.add(u2, f);
          g2 = i16x8.add(g2, i16x8.shr_u(f, 8));
        }
      }
    }
    flushInside(state, position, x, outWidth, t0, h0, n0, shift);
    flushInside(upper, position, x, outWidth, u0, g0, n0, shift);
    t0 = t1;
    h0 = h1;
    u0 = u1;
    g0 = g1;
    n0 = n1;
    t1 = t2;
    h1 = h2;
    u1 = u2;
    g1 = g2;
    n1 = n2;
    t2 = h2 = u2 = g2 = zero;
    n2 = 0;
  }
  return taps;
}

/** Adds the sums of `rows` rows to position x, where it lies in the tile. */
function flushInside(
  state: usize,
  position: u32,
  x: i32,
  outWidth: i32,
  total: v128,
  high: v128,
  rows: u32,
  shift: i32,
): void {
  if (rows == 0 || <u32>x >= <u32>outWidth) return;
  flush(state + x * position, total, high, i16x8.splat(<i16>(rows << 7)), shift);
}
