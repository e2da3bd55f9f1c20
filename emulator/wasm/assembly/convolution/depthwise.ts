/**
 * CONV with a kernel of its own for every channel: an event has one synapse per tap, so going from event to event costs far
 * more than the sums. Where enough neurons spike, every output gathers its window instead: sixteen channels at once,
 * spikes being masks over the weights. 16 channels, 10 % spiking: 0.6 G synops/s, event by event 0.1 (`npm run bench`).
 */
import * as R from '../../generated/records';
import { addSums } from '../rows';
import { spikesAt, weightsOfEventAt } from '../generated/scratch';

const VECTOR: u32 = 16;
/** Gathering pays where at least one of so many axons spikes. */
const AXONS_PER_SPIKE: u32 = 64;

/** Of the instruction at hand: bytes of masks, and of weights, from tap to tap and from kernel row to kernel row. */
let columnStep: u32 = 0;
let rowStep: u32 = 0;
let tapStride: u32 = 0;
let weightRowStride: u32 = 0;

/** Whether {@link gatherDepthwise} can be used and pays. */
export function gathersDepthwise(op: usize, spikes: u32): bool {
  if (load<u32>(op, R.CONV_TAP_ROWS_AT) == 0) return false;
  return spikes * AXONS_PER_SPIKE >= axonsOf(op);
}

/**
 * Adds what all spikes of a tick bring.
 *
 * @returns taps that hit the tile
 */
export function gatherDepthwise(op: usize, spikes: u32, shift: i32): u64 {
  const taps = maskSpikes(op, spikes);
  const inHeight = load<i32>(op, R.CONV_IN_HEIGHT);
  const inWidth = load<i32>(op, R.CONV_IN_WIDTH);
  const channels = load<u32>(op, R.CONV_OUT_CHANNELS);
  const outHeight = load<i32>(op, R.CONV_OUT_HEIGHT);
  const outWidth = load<i32>(op, R.CONV_OUT_WIDTH);
  const kernelWidth = load<i32>(op, R.CONV_KERNEL_WIDTH);
  const kernelHeight = load<i32>(op, R.CONV_KERNEL_HEIGHT);
  const strideX = load<i32>(op, R.CONV_STRIDE_X);
  const strideY = load<i32>(op, R.CONV_STRIDE_Y);
  const dilationX = load<i32>(op, R.CONV_DILATION_X);
  const dilationY = load<i32>(op, R.CONV_DILATION_Y);
  const rows = load<u32>(op, R.CONV_TAP_ROWS_AT);
  tapStride = wholeVectors(channels);
  weightRowStride = <u32>kernelWidth * tapStride;
  columnStep = <u32>dilationX * channels;
  rowStep = <u32>(dilationY * inWidth) * channels;
  let state: usize = load<u32>(op, R.OP_STATE_AT);
  let top = -load<i32>(op, R.CONV_OFFSET_Y);
  for (let y = 0; y < outHeight; y++, top += strideY) {
    const fromY = firstTap(top, dilationY);
    const countY = endTap(top, dilationY, inHeight, kernelHeight) - fromY;
    let left = -load<i32>(op, R.CONV_OFFSET_X);
    for (let x = 0; x < outWidth; x++, left += strideX, state += channels << 2) {
      const fromX = firstTap(left, dilationX);
      const countX = endTap(left, dilationX, inWidth, kernelWidth) - fromX;
      if (countX <= 0 || countY <= 0) continue;
      const pixel = (top + fromY * dilationY) * inWidth + left + fromX * dilationX;
      const masks = weightsOfEventAt + <u32>pixel * channels;
      const weights = rows + <u32>(fromY * kernelWidth + fromX) * tapStride;
      for (let c: u32 = 0; c < channels; c += VECTOR)
        addWindow(state + (c << 2), masks + c, weights + c, countX, countY, shift);
    }
  }
  return taps;
}

/** One window of sixteen channels. What stands beyond the last channel has weights of zero. */
function addWindow(state: usize, masks: usize, weights: usize, countX: i32, countY: i32, shift: i32): void {
  let low = i16x8.splat(0);
  let high = i16x8.splat(0);
  for (let ky = 0; ky < countY; ky++, masks += rowStep, weights += weightRowStride) {
    let mask = masks;
    let weight = weights;
    for (let kx = 0; kx < countX; kx++, mask += columnStep, weight += tapStride) {
      const heard = v128.and(v128.load(mask), v128.load(weight));
      low = i16x8.add(low, i16x8.extend_low_i8x16_s(heard));
      high = i16x8.add(high, i16x8.extend_high_i8x16_s(heard));
    }
  }
  addSums(state, low, high, shift);
}

/** A byte per axon, all ones where it spikes; returns the taps of the spikes. */
function maskSpikes(op: usize, spikes: u32): u64 {
  const channels = load<u32>(op, R.CONV_IN_CHANNELS);
  const tapsAt = load<u32>(op, R.CONV_TAPS_AT);
  memory.fill(weightsOfEventAt, 0, axonsOf(op) + VECTOR);
  let taps: u64 = 0;
  for (let e: u32 = 0; e < spikes; e++) {
    const axon = load<u32>(spikesAt + (e << 2));
    store<u8>(weightsOfEventAt + axon, 0xff);
    taps += load<u16>(tapsAt + ((axon / channels) << 1));
  }
  return taps;
}

function axonsOf(op: usize): u32 {
  return load<u32>(op, R.CONV_IN_HEIGHT) * load<u32>(op, R.CONV_IN_WIDTH) * load<u32>(op, R.CONV_IN_CHANNELS);
}

/** First tap that does not lie before the axon region. */
function firstTap(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
}

/** First tap that lies behind the axon region, or the end of the kernel. */
function endTap(start: i32, dilation: i32, size: i32, kernel: i32): i32 {
  return start >= size ? 0 : min(kernel, (size - 1 - start) / dilation + 1);
}

function wholeVectors(count: u32): u32 {
  return (count + VECTOR - 1) & ~(VECTOR - 1);
}
