/**
 * CONV for many spikes: instead of adding the patch of each spike (conv.ts), gathers for each output position the spikes of
 * its window and adds their weight rows together (packed.ts). Equal sums.
 */
import type { GroupEvents } from '../events.ts';
import type { ConvolutionTile } from './conv.ts';
import { addPackedRows, packedLength } from './packed.ts';

/** Positions are touched whether they hear something or not: that pays from so many spikes per position on. */
const SPIKES_PER_POSITION = 2;

/** Lists of the spikes of one tick; reused from tick to tick. */
export interface PullScratch {
  /** Where the spikes of each pixel of the axon region begin, and the end. */
  readonly pixels: Int32Array;
  /** Where the weights of each spike's channel begin, among the packed rows. */
  readonly channels: Int32Array;
  /** Where the weight row of each spike of a window begins. */
  readonly window: Int32Array;
}

/**
 * @param axons of the largest region
 * @param spikes of a tick, at most: a window shows each of them at most once
 */
export const newPullScratch = (axons: number, spikes: number): PullScratch => ({
  pixels: new Int32Array(axons + 1),
  channels: new Int32Array(spikes),
  window: new Int32Array(spikes),
});

/** Whether {@link pullConvolution} fits the tile at all. */
export const canPull = ({ groups }: Pick<ConvolutionTile, 'groups'>): boolean => groups === 1;

/** Whether it is faster for so many spikes. */
export function isWorthPulling(tile: ConvolutionTile, spikes: number): boolean {
  const { kernelHeight, kernelWidth, strideY, strideX, outHeight, outWidth } = tile;
  return spikes * kernelHeight * kernelWidth >= SPIKES_PER_POSITION * outHeight * strideY * outWidth * strideX;
}

/** Axons that spike, ascending; an axon may occur several times. */
export type Spikes = Pick<GroupEvents, 'repeated' | 'repeats'>;

/** The runs of a tile as packed rows, in their order. */
export interface PackedRuns {
  readonly rows: Float64Array;
  readonly shift: number;
}

/**
 * Adds what all spikes of a tick reach, for a tile of one group.
 *
 * @returns the number of taps that hit the tile; each visits outChannels synapses
 */
export function pullConvolution(
  state: Int32Array,
  tile: ConvolutionTile,
  { rows, shift }: PackedRuns,
  spikes: Spikes,
  scratch: PullScratch,
): number {
  const { outHeight, outWidth, outChannels, strideY, strideX, offsetY, offsetX } = tile;
  const length = packedLength(outChannels);
  const sums = { rows, length, starts: scratch.window, shift };
  sortByPixel(tile, length, spikes, scratch);
  let neuron = tile.first;
  let taps = 0;
  for (let y = 0, top = 0 - offsetY; y < outHeight; y++, top += strideY)
    for (let x = 0, left = 0 - offsetX; x < outWidth; x++, left += strideX, neuron += outChannels) {
      const seen = gatherWindow(tile, top, left, length, scratch);
      taps += seen;
      addPackedRows(state, neuron, sums, seen);
    }
  return taps;
}

/** Notes where the spikes of each pixel begin, and the weights of each spike's channel. */
function sortByPixel(
  tile: ConvolutionTile,
  length: number,
  { repeated, repeats }: Spikes,
  { pixels, channels }: PullScratch,
): void {
  const { inChannels } = tile;
  const size = tile.inHeight * tile.inWidth;
  const channelLength = tile.kernelHeight * tile.kernelWidth * length;
  let spike = 0;
  for (let pixel = 0, first = 0; pixel < size; pixel++, first += inChannels) {
    pixels[pixel] = spike;
    for (; spike < repeats; spike++) {
      const channel = repeated[spike]! - first;
      if (channel >= inChannels) break;
      channels[spike] = channel * channelLength;
    }
  }
  pixels[size] = spike;
}

/**
 * Lists the weight rows of the spikes in the window whose first pixel is (top, left), which may lie outside of the region.
 *
 * @returns their number
 */
function gatherWindow(
  tile: ConvolutionTile,
  top: number,
  left: number,
  length: number,
  { pixels, channels, window }: PullScratch,
): number {
  const { inHeight, inWidth, kernelHeight, kernelWidth, dilationY, dilationX } = tile;
  let rows = 0;
  for (let ky = 0, ay = top; ky < kernelHeight; ky++, ay += dilationY) {
    if (ay < 0 || ay >= inHeight) continue;
    let tap = ky * kernelWidth * length;
    for (let kx = 0, ax = left; kx < kernelWidth; kx++, ax += dilationX, tap += length) {
      if (ax < 0 || ax >= inWidth) continue;
      const pixel = ay * inWidth + ax;
      const end = pixels[pixel + 1]!;
      for (let spike = pixels[pixel]!; spike < end; spike++) window[rows++] = channels[spike]! + tap;
    }
  }
  return rows;
}
