/**
 * CONV with three taps a row, stride 1, from the bits of the scheduler: a window slides along each output row. Each event
 * adds three vectors of weights to the sums of three neighbouring positions, which stay in registers; a position that the
 * window leaves is added to its neurons.
 */
import * as R from '../records';
import { flush, ROWS_PER_FLUSH } from './rows';
import { wordBasesAt, wordsAt } from './scratch';

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
  for (let y = 0; y < outHeight; y++, state += rowBytes) {
    if (!findWords(op, bits, y)) continue;
    let c: u32 = 0;
    for (; c + 32 <= channels; c += 32) slide32(op, state + (c << 2), weights + c);
    if (c < channels) slide16(op, state + (c << 2), weights + c);
  }
  const taps = countTaps(op, bits);
  store<f64>(op, load<f64>(op, R.OP_SPIKE_VISITS) + <f64>taps * <f64>load<u32>(op, R.OP_SYNAPSES), R.OP_SPIKE_VISITS);
  return taps;
}

/** Channels that a word takes from each kernel row; bits that do not begin at a byte lose up to seven. */
function channelsPerWord(inChannels: u32): u32 {
  return (inChannels & 7) == 0 ? 64 : 56;
}

/** `size` bits from bit `at`. */
function bitsAt(bits: usize, at: u32, size: u32): u64 {
  const word = load<u64>(bits + (at >> 3)) >> (at & 7);
  return size == 64 ? word : word & (((<u64>1) << size) - 1);
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
    for (let x: u32 = 0; x < inWidth; x++) {
      let word: u64 = 0;
      for (let ky: u32 = 0, ay = <u32>top; ky < kernelHeight; ky++, ay += dilationY)
        if (ay < inHeight) word |= bitsAt(bits, (ay * inWidth + x) * inChannels, inChannels) << (ky * inChannels);
      store<u64>(wordsAt + (x << 3), word);
      any |= word;
    }
    return any != 0;
  }
  const most = channelsPerWord(inChannels);
  let j: u32 = 0;
  for (let ky: u32 = 0, ay = <u32>top; ky < kernelHeight; ky++, ay += dilationY)
    for (let channel: u32 = 0; channel < inChannels; channel += most, j++) {
      store<u32>(wordBasesAt + (j << 2), ky * rowStride + channel * channelStride);
      const size = min(most, inChannels - channel);
      let at = ay * inWidth * inChannels + channel;
      for (let x: u32 = 0; x < inWidth; x++, at += inChannels) {
        const word = ay < inHeight ? bitsAt(bits, at, size) : 0;
        store<u64>(wordsAt + ((x * words + j) << 3), word);
        any |= word;
      }
    }
  return any != 0;
}

/** 16 channels of one output row. */
function slide16(op: usize, state: usize, weights: usize): void {
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
    if (ax < to)
      for (let j: u32 = 0; j < words; j++) {
        let word = load<u64>(wordsAt + ((ax * words + j) << 3));
        if (word == 0) continue;
        const count = <u32>popcnt(word);
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
}

/** 32 channels of one output row. */
function slide32(op: usize, state: usize, weights: usize): void {
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
    if (ax < to)
      for (let j: u32 = 0; j < words; j++) {
        let word = load<u64>(wordsAt + ((ax * words + j) << 3));
        if (word == 0) continue;
        const count = <u32>popcnt(word);
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

/** Taps of all events. */
function countTaps(op: usize, bits: usize): u64 {
  const pixels = load<u32>(op, R.CONV_IN_HEIGHT) * load<u32>(op, R.CONV_IN_WIDTH);
  const inChannels = load<u32>(op, R.CONV_IN_CHANNELS);
  const most = channelsPerWord(inChannels);
  let taps: u64 = 0;
  let at: u32 = 0;
  let tapsOfPixel: usize = load<u32>(op, R.CONV_TAPS_AT);
  for (let pixel: u32 = 0; pixel < pixels; pixel++, tapsOfPixel += 2) {
    let events: u64 = 0;
    for (let left = inChannels; left != 0; ) {
      const size = min(most, left);
      events += popcnt(bitsAt(bits, at, size));
      at += size;
      left -= size;
    }
    taps += events * load<u16>(tapsOfPixel);
  }
  return taps;
}
