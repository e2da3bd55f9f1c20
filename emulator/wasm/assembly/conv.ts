/**
 * CONV: a shared kernel. Two ways with equal sums: *push* adds the patch that each event reaches; *pull* gathers, for
 * each output position, the events of its window and adds their weight rows in registers. Pull works on 16 neurons with
 * three instructions, but touches every position; push pays per event alone.
 */
import * as R from '../generated/records';
import { gatherDepthwise, gathersDepthwise } from './depthwise';
import { addRow, addRows, repeat } from './rows';
import {
  columnEventsAt,
  columnsAt,
  gradedAt,
  payloadsAt,
  pixelsAt,
  spikesAt,
  weightsOfEventAt,
} from './generated/scratch';

/** Pull where each position has at least this many events in its window on average. */
const EVENTS_PER_POSITION: u64 = 2;

/**
 * @param repeats whether a graded event may be taken as so many spikes
 * @returns taps, the unit of its cycles
 */
export function convolution(op: usize, spikes: u32, graded: u32, repeats: bool): u64 {
  const synapses = <f64>load<u32>(op, R.OP_SYNAPSES);
  const shift = load<i32>(op, R.OP_SHIFT);
  const mirrored = load<u32>(op, R.CONV_MIRRORED) != 0;
  const pulled = mirrored && pull(op, spikes, repeats ? graded : 0, shift);
  let taps: u64 = 0;
  if (pulled) taps = spikeTaps;
  else if (gathersDepthwise(op, spikes)) taps = gatherDepthwise(op, spikes, shift);
  else {
    for (let e: u32 = 0; e < spikes; e++) taps += push(op, load<u32>(spikesAt + (e << 2)), 1 << shift);
  }
  store<f64>(op, load<f64>(op, R.OP_SPIKE_VISITS) + <f64>taps * synapses, R.OP_SPIKE_VISITS);
  if (graded == 0) return taps;
  let taken: u64 = gradedTaps;
  if (!pulled || !repeats) {
    taken = 0;
    for (let e: u32 = 0; e < graded; e++)
      taken += push(op, load<u32>(gradedAt + (e << 2)), load<i32>(payloadsAt + (e << 2)) << shift);
  }
  store<f64>(op, load<f64>(op, R.OP_GRADED_VISITS) + <f64>taken * synapses, R.OP_GRADED_VISITS);
  return taps + taken;
}

/** Adds the patch that the event of one axon reaches; returns the taps that hit the tile. */
function push(op: usize, index: u32, factor: i32): u32 {
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

/** Taps that the spikes and the graded events have, as {@link sortByPixel} found them. */
let spikeTaps: u64 = 0;
let gradedTaps: u64 = 0;

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
function pull(op: usize, spikes: u32, graded: u32, shift: i32): bool {
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
