/** CONV for many events: each output position gathers the weight rows of its window, and adds them together. */
import * as R from '../../generated/records';
import { addRows, repeat } from '../rows';
import {
  columnEventsAt,
  columnsAt,
  gradedAt,
  payloadsAt,
  pixelsAt,
  spikesAt,
  weightsOfEventAt,
} from '../generated/scratch';

/** Pull where each position has at least this many events in its window on average. */
const EVENTS_PER_POSITION: u64 = 2;

/** Taps that the spikes and the graded events have, as {@link sortByPixel} found them. */
export let spikeTaps: u64 = 0;
export let gradedTaps: u64 = 0;

/**
 * Notes where the events of each pixel of the axon region begin, and the weights of each event's channel; a graded event
 * as often as its payload says.
 *
 * @returns taps of all that was noted
 */
function sortByPixel(op: usize, spikes: u32, graded: u32): u64 {
  const pixels = load<u32>(op, R.CONV_IN_HEIGHT) * load<u32>(op, R.CONV_IN_WIDTH);
  const inChannels = load<u32>(op, R.CONV_IN_CHANNELS);
  const channelStride = load<u32>(op, R.CONV_CHANNEL_STRIDE);
  const tapsAt = load<u32>(op, R.CONV_TAPS_AT);
  let ofSpikes: u64 = 0;
  let ofGraded: u64 = 0;
  let ofAll: u64 = 0;
  let out = weightsOfEventAt;
  let e: u32 = 0;
  let g: u32 = 0;
  let firstAxon: u32 = 0;
  for (let pixel: u32 = 0; pixel < pixels; pixel++) {
    store<u32>(pixelsAt + (pixel << 2), <u32>((out - weightsOfEventAt) >> 2));
    const taps: u64 = load<u16>(tapsAt + (pixel << 1));
    const before = out;
    for (; e < spikes; e++, out += 4) {
      const channel = load<u32>(spikesAt + (e << 2)) - firstAxon;
      if (channel >= inChannels) break;
      store<u32>(out, channel * channelStride);
    }
    ofSpikes += (<u64>(out - before) >> 2) * taps;
    for (; g < graded; g++) {
      const channel = load<u32>(gradedAt + (g << 2)) - firstAxon;
      if (channel >= inChannels) break;
      out = repeat(out, channel * channelStride, load<u32>(payloadsAt + (g << 2)));
      ofGraded += taps;
    }
    ofAll += (<u64>(out - before) >> 2) * taps;
    firstAxon += inChannels;
  }
  store<u32>(pixelsAt + (pixels << 2), <u32>((out - weightsOfEventAt) >> 2));
  spikeTaps = ofSpikes;
  gradedTaps = ofGraded;
  return ofAll;
}

/**
 * All output positions, row by row.
 *
 * @returns false where there are so few events that nothing has been done
 */
export function pull(op: usize, spikes: u32, graded: u32, shift: i32): bool {
  const positions = load<u32>(op, R.CONV_OUT_HEIGHT) * load<u32>(op, R.CONV_OUT_WIDTH);
  if ((spikes | graded) == 0 || sortByPixel(op, spikes, graded) < EVENTS_PER_POSITION * positions) return false;
  const inWidth = load<i32>(op, R.CONV_IN_WIDTH);
  const kernelWidth = load<i32>(op, R.CONV_KERNEL_WIDTH);
  const outHeight = load<i32>(op, R.CONV_OUT_HEIGHT);
  const outWidth = load<i32>(op, R.CONV_OUT_WIDTH);
  const outChannels = load<u32>(op, R.CONV_OUT_CHANNELS);
  const strideX = load<i32>(op, R.CONV_STRIDE_X);
  const offsetX = load<i32>(op, R.CONV_OFFSET_X);
  const tapStride = load<i32>(op, R.CONV_TAP_STRIDE);
  const weights = load<u32>(op, R.OP_WEIGHTS_AT);
  let state: usize = load<u32>(op, R.OP_STATE_AT);
  for (let y = 0; y < outHeight; y++) {
    if (gatherColumns(op, y) == 0) {
      state += (outWidth * outChannels) << 2;
      continue;
    }
    let left = -offsetX;
    for (let x = 0; x < outWidth; x++, left += strideX, state += outChannels << 2) {
      const from = max(0, left);
      const to = min(inWidth, left + kernelWidth);
      if (from >= to) continue;
      const list = columnEventsAt + (load<u32>(columnsAt + (from << 2)) << 2);
      const end = columnEventsAt + (load<u32>(columnsAt + (to << 2)) << 2);
      // The tap of column ax is ax - left; it is stored at kernelWidth - 1 - tap.
      if (list < end) addRows(state, <u32>tapStride, weights + (kernelWidth - 1 + left) * tapStride, list, end, shift);
    }
  }
  return true;
}

/**
 * Collects the events that output row y sees, column by column of the axon region: offset of their weights for a window
 * that begins in column 0.
 *
 * @returns their number
 */
function gatherColumns(op: usize, y: i32): u32 {
  const inHeight = load<i32>(op, R.CONV_IN_HEIGHT);
  const inWidth = load<u32>(op, R.CONV_IN_WIDTH);
  const kernelHeight = load<i32>(op, R.CONV_KERNEL_HEIGHT);
  const dilationY = load<i32>(op, R.CONV_DILATION_Y);
  const tapStride = load<u32>(op, R.CONV_TAP_STRIDE);
  const rowStride = load<u32>(op, R.CONV_ROW_STRIDE);
  const top = y * load<i32>(op, R.CONV_STRIDE_Y) - load<i32>(op, R.CONV_OFFSET_Y);
  let events: u32 = 0;
  for (let x: u32 = 0; x < inWidth; x++) {
    store<u32>(columnsAt + (x << 2), events);
    let ay = top;
    let offset: u32 = 0 - x * tapStride;
    for (let ky = 0; ky < kernelHeight; ky++, ay += dilationY, offset += rowStride) {
      if (<u32>ay >= <u32>inHeight) continue;
      const pixel = pixelsAt + ((<u32>ay * inWidth + x) << 2);
      let e = load<u32>(pixel);
      const count = load<u32>(pixel, 4) - e;
      const offsets = i32x4.splat(offset);
      let from = weightsOfEventAt + (e << 2);
      let to = columnEventsAt + (events << 2);
      events += count;
      const end = columnEventsAt + (events << 2);
      // Four at a time; what lies behind the last one is overwritten by the next pixel.
      do {
        v128.store(to, i32x4.add(v128.load(from), offsets));
        from += 16;
        to += 16;
      } while (to < end);
    }
  }
  store<u32>(columnsAt + (inWidth << 2), events);
  return events;
}
