import { hits } from '../../machine/taps.ts';
import { addDenseRow } from './dense.ts';

/** A convolution over a tile, with its geometry as in the instruction CONV. Lengths in elements, not in bytes. */
export interface ConvolutionTile {
  readonly first: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly groups: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly dilationY: number;
  readonly dilationX: number;
  readonly offsetY: number;
  readonly offsetX: number;
  /** Unpacked weights: a run per (input channel, kernel row, kernel column). */
  readonly weights: Int8Array;
  /** Element at which the first run starts. */
  readonly base: number;
  /** Elements from one run to the next; more than outChannels / groups where runs end within a byte. */
  readonly runStride: number;
  /**
   * The same weights with each kernel row mirrored, so that the taps of a row write one contiguous run of neurons.
   * Only where the taps of a row are neighbours: strideX = dilationX = 1, one group, no gap between runs.
   */
  readonly mirrored: Int8Array | undefined;
}

/** Whether the taps of a kernel row reach neighbouring neurons without gaps, so that {@link mirrorRows} is of use. */
export function rowsAreContiguous(tile: Omit<ConvolutionTile, 'mirrored'>): boolean {
  return (
    tile.strideX === 1 &&
    tile.dilationX === 1 &&
    tile.groups === 1 &&
    tile.runStride === tile.outChannels &&
    tile.kernelWidth > 1
  );
}

/** Kernel with every row mirrored: run (ac, ky, kx) of the result is run (ac, ky, kernelWidth-1-kx) of the tile. */
export function mirrorRows(tile: Omit<ConvolutionTile, 'mirrored'>): Int8Array {
  const { kernelWidth, outChannels } = tile;
  const rows = tile.inChannels * tile.kernelHeight;
  const out = new Int8Array(rows * kernelWidth * outChannels);
  for (let row = 0; row < rows; row++)
    for (let kx = 0; kx < kernelWidth; kx++) {
      const from = tile.base + (row * kernelWidth + kx) * outChannels;
      out.set(
        tile.weights.subarray(from, from + outChannels),
        (row * kernelWidth + kernelWidth - 1 - kx) * outChannels,
      );
    }
  return out;
}

/**
 * Adds the patch that one event of axon `index` reaches (the instruction CONV).
 *
 * @param factor payload << shift
 * @returns the number of taps that hit the tile; each visits outChannels / groups synapses
 */
export function addConvolutionPatch(state: Int32Array, tile: ConvolutionTile, index: number, factor: number): number {
  const ac = index % tile.inChannels;
  const column = ((index - ac) / tile.inChannels) | 0;
  const ax = column % tile.inWidth;
  const ay = ((column - ax) / tile.inWidth) | 0;
  const { strideY, dilationY, outHeight, kernelHeight } = tile;
  const rowNeurons = tile.outWidth * tile.outChannels;
  const first = tile.first + groupOffset(tile, ac);
  let taps = 0;
  let numerator = ay + tile.offsetY;
  // The output row sinks as ky grows, so the first negative one ends the loop.
  for (let ky = 0; ky < kernelHeight && numerator >= 0; ky++, numerator -= dilationY) {
    const y = strideY === 1 ? numerator : numerator % strideY === 0 ? (numerator / strideY) | 0 : outHeight;
    if (y >= outHeight) continue;
    taps += addKernelRow(state, tile, first + y * rowNeurons, ax, ac * kernelHeight + ky, factor);
  }
  return taps;
}

/** First output channel that input channel `ac` reaches. */
function groupOffset({ groups, inChannels, outChannels }: ConvolutionTile, ac: number): number {
  return groups === 1 ? 0 : ((ac / (inChannels / groups)) | 0) * ((outChannels / groups) | 0);
}

/** The number of taps that {@link addConvolutionPatch} finds for an axon. */
export function tapsOfAxon(tile: ConvolutionTile, index: number): number {
  const column = (index / tile.inChannels) | 0;
  const ay = (column / tile.inWidth) | 0;
  const ax = column - ay * tile.inWidth;
  return (
    hits(ay + tile.offsetY, tile.kernelHeight, tile.dilationY, tile.strideY, tile.outHeight) *
    hits(ax + tile.offsetX, tile.kernelWidth, tile.dilationX, tile.strideX, tile.outWidth)
  );
}

/**
 * One kernel row: where its taps reach neighbouring columns a single run, else tap by tap.
 *
 * @param first neuron of the output row
 * @param ax column of the axon region
 */
function addKernelRow(
  state: Int32Array,
  tile: ConvolutionTile,
  first: number,
  ax: number,
  kernelRow: number,
  factor: number,
): number {
  const { outWidth, outChannels, kernelWidth, mirrored } = tile;
  if (mirrored === undefined) return addTapsOfRow(state, tile, first, ax, kernelRow, factor);
  const last = ax + tile.offsetX;
  const low = Math.max(0, last - kernelWidth + 1);
  const high = Math.min(outWidth - 1, last);
  if (high < low) return 0;
  const at = (kernelRow * kernelWidth + kernelWidth - 1 - (last - low)) * outChannels;
  addDenseRow(state, first + low * outChannels, (high - low + 1) * outChannels, mirrored, at, factor);
  return high - low + 1;
}

/** One kernel row, tap by tap; as {@link addKernelRow}. */
function addTapsOfRow(
  state: Int32Array,
  tile: ConvolutionTile,
  first: number,
  ax: number,
  kernelRow: number,
  factor: number,
): number {
  const { strideX, dilationX, outWidth, outChannels, kernelWidth, groups } = tile;
  const run = (outChannels / groups) | 0;
  let taps = 0;
  let numerator = ax + tile.offsetX;
  for (let kx = 0; kx < kernelWidth && numerator >= 0; kx++, numerator -= dilationX) {
    const x = strideX === 1 ? numerator : numerator % strideX === 0 ? (numerator / strideX) | 0 : outWidth;
    if (x >= outWidth) continue;
    const at = tile.base + (kernelRow * kernelWidth + kx) * tile.runStride;
    addDenseRow(state, first + x * outChannels, run, tile.weights, at, factor);
    taps++;
  }
  return taps;
}
