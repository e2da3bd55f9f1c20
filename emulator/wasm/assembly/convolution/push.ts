/** CONV event by event. */
import * as R from '../../generated/records';
import { addRow } from '../rows';

/** Adds the patch that the event of one axon reaches; returns the taps that hit the tile. */
export function push(op: usize, index: u32, factor: i32): u32 {
  const inChannels = load<u32>(op, R.CONV_IN_CHANNELS);
  const inWidth = load<u32>(op, R.CONV_IN_WIDTH);
  const kernelHeight = load<u32>(op, R.CONV_KERNEL_HEIGHT);
  const kernelWidth = load<u32>(op, R.CONV_KERNEL_WIDTH);
  const outHeight = load<i32>(op, R.CONV_OUT_HEIGHT);
  const outWidth = load<i32>(op, R.CONV_OUT_WIDTH);
  const outChannels = load<u32>(op, R.CONV_OUT_CHANNELS);
  const strideY = load<i32>(op, R.CONV_STRIDE_Y);
  const strideX = load<i32>(op, R.CONV_STRIDE_X);
  const dilationY = load<i32>(op, R.CONV_DILATION_Y);
  const dilationX = load<i32>(op, R.CONV_DILATION_X);
  const tapStride = load<u32>(op, R.CONV_TAP_STRIDE);
  const mirrored = load<u32>(op, R.CONV_MIRRORED) != 0;
  const run = load<u32>(op, R.OP_SYNAPSES);
  const column = index / inChannels;
  const channel = index - column * inChannels;
  const ay = column / inWidth;
  const ax = column - ay * inWidth;
  // One group: run = outChannels, and the group is 0.
  const groupFirst = run == outChannels ? 0 : (channel / (inChannels / load<u32>(op, R.CONV_GROUPS))) * run;
  const state = load<u32>(op, R.OP_STATE_AT) + (groupFirst << 2);
  const rowStride = load<u32>(op, R.CONV_ROW_STRIDE);
  let row = load<u32>(op, R.OP_WEIGHTS_AT) + channel * load<u32>(op, R.CONV_CHANNEL_STRIDE);
  const contiguous = mirrored && strideX == 1 && tapStride == outChannels;
  let taps: u32 = 0;
  let numeratorY = <i32>ay + load<i32>(op, R.CONV_OFFSET_Y);
  // The output row sinks as ky grows, so the first negative one ends the loop.
  for (let ky: u32 = 0; ky < kernelHeight && numeratorY >= 0; ky++) {
    const y = strideY == 1 ? numeratorY : numeratorY % strideY == 0 ? numeratorY / strideY : outHeight;
    if (y < outHeight) {
      const outRow = <u32>(y * outWidth);
      let numeratorX = <i32>ax + load<i32>(op, R.CONV_OFFSET_X);
      if (contiguous) {
        const low = max(0, numeratorX - <i32>kernelWidth + 1);
        const high = min(outWidth - 1, numeratorX);
        if (low <= high) {
          const count = <u32>(high - low + 1);
          const first = kernelWidth - 1 - <u32>(numeratorX - low);
          addRow(state + (((outRow + low) * outChannels) << 2), row + first * tapStride, count * outChannels, factor);
          taps += count;
        }
      } else
        for (let kx: u32 = 0; kx < kernelWidth && numeratorX >= 0; kx++) {
          const x = strideX == 1 ? numeratorX : numeratorX % strideX == 0 ? numeratorX / strideX : outWidth;
          if (x < outWidth) {
            const tap = mirrored ? kernelWidth - 1 - kx : kx;
            addRow(state + (((outRow + x) * outChannels) << 2), row + tap * tapStride, run, factor);
            taps++;
          }
          numeratorX -= dilationX;
        }
    }
    numeratorY -= dilationY;
    row += rowStride;
  }
  return taps;
}
