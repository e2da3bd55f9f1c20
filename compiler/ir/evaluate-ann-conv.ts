/**
 * The hot loop of the float engine: convolution as a gather over a zero-padded copy of the input.
 *
 * Every output is one sum, begun at the bias and run over (input channel, kernel row, kernel column) in that order. The
 * blocking below computes several sums side by side but never splits one, so the result does not depend on it.
 */
import type { Shape } from '../../isa/index.ts';
import type { ConvNode } from './ann.ts';

/** Output channels that are computed side by side. */
const BLOCK = 4;

/** A convolution prepared for its input shape: scratch memory, offsets, weights in the order of their use. */
export class PreparedConv {
  private readonly node: ConvNode;
  private readonly input: Shape;
  /** Input with its zero border, [C][rows][columns]; the border is never written. */
  private readonly bordered: Float64Array;
  private readonly borderedColumns: number;
  private readonly borderedPlane: number;
  /** Per tap of a group's kernel (input channel, row, column): its offset from the window's origin. */
  private readonly taps: Int32Array;
  /** Per output pixel: the origin of its window in a plane of `bordered`; one more, so that pixels can go in pairs. */
  private readonly origins: Int32Array;
  /** Per block of output channels: [tap][channel of the block]; channels beyond the group's are zero. */
  private readonly weights: Float64Array;
  private readonly bias: Float64Array;
  private readonly blocksPerGroup: number;

  constructor(node: ConvNode, input: Shape) {
    this.node = node;
    this.input = input;
    const [top, left, bottom, right] = node.padding;
    this.borderedColumns = input[2] + left + right;
    this.borderedPlane = (input[1] + top + bottom) * this.borderedColumns;
    this.bordered = new Float64Array(input[0] * this.borderedPlane);
    this.taps = this.prepareTaps();
    this.origins = this.prepareOrigins();
    this.blocksPerGroup = Math.ceil(node.shape[0] / node.groups / BLOCK);
    this.weights = new Float64Array(node.groups * this.blocksPerGroup * this.taps.length * BLOCK);
    this.bias = new Float64Array(node.groups * this.blocksPerGroup * BLOCK);
    this.prepareWeights();
  }

  private prepareTaps(): Int32Array {
    const [, inPerGroup, kernelRows, kernelColumns] = this.node.weight.shape as [number, number, number, number];
    const taps = new Int32Array(inPerGroup * kernelRows * kernelColumns);
    let tap = 0;
    for (let channel = 0; channel < inPerGroup; channel++) {
      for (let row = 0; row < kernelRows; row++) {
        for (let column = 0; column < kernelColumns; column++) {
          const y = row * this.node.dilation[0];
          const x = column * this.node.dilation[1];
          taps[tap++] = channel * this.borderedPlane + y * this.borderedColumns + x;
        }
      }
    }
    return taps;
  }

  private prepareOrigins(): Int32Array {
    const [, rows, columns] = this.node.shape;
    const origins = new Int32Array(rows * columns + 1);
    for (let pixel = 0; pixel < rows * columns; pixel++) {
      const y = Math.floor(pixel / columns) * this.node.stride[0];
      origins[pixel] = y * this.borderedColumns + (pixel % columns) * this.node.stride[1];
    }
    return origins;
  }

  private prepareWeights(): void {
    const { weight, bias, shape, groups } = this.node;
    const outPerGroup = shape[0] / groups;
    const taps = this.taps.length;
    for (let out = 0; out < shape[0]; out++) {
      const within = out % outPerGroup;
      const block = Math.floor(out / outPerGroup) * this.blocksPerGroup + Math.floor(within / BLOCK);
      const lane = within % BLOCK;
      for (let tap = 0; tap < taps; tap++) {
        this.weights[(block * taps + tap) * BLOCK + lane] = weight.data[out * taps + tap]!;
      }
      if (bias !== undefined) this.bias[block * BLOCK + lane] = bias.data[out]!;
    }
  }

  /** Convolves x [C, H, W] into `output`, both NCHW. */
  run(x: Float64Array, output: Float64Array): void {
    this.fillBordered(x);
    const { groups, shape } = this.node;
    const pixels = this.origins.length - 1;
    const outPerGroup = shape[0] / groups;
    for (let group = 0; group < groups; group++) {
      const groupOrigin = group * (this.input[0] / groups) * this.borderedPlane;
      for (let k = 0; k < this.blocksPerGroup; k++) {
        const block = group * this.blocksPerGroup + k;
        const first = group * outPerGroup + k * BLOCK;
        const channels = Math.min(BLOCK, outPerGroup - k * BLOCK);
        convolveBlock(
          this.bordered,
          groupOrigin,
          this.origins,
          this.taps,
          this.weights,
          block * this.taps.length * BLOCK,
          this.bias,
          block * BLOCK,
          output,
          first * pixels,
          channels,
        );
      }
    }
  }

  private fillBordered(x: Float64Array): void {
    const [channels, rows, columns] = this.input;
    const [top, left] = this.node.padding;
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < rows; row++) {
        const from = (channel * rows + row) * columns;
        const to = channel * this.borderedPlane + (top + row) * this.borderedColumns + left;
        for (let column = 0; column < columns; column++) this.bordered[to + column] = x[from + column]!;
      }
    }
  }
}

/** Four output channels of every pixel, two pixels at a time: eight sums in registers, six loads per eight products. */
function convolveBlock(
  input: Float64Array,
  groupOrigin: number,
  origins: Int32Array,
  taps: Int32Array,
  weights: Float64Array,
  weightsAt: number,
  bias: Float64Array,
  biasAt: number,
  output: Float64Array,
  outputAt: number,
  channels: number,
): void {
  const pixels = origins.length - 1;
  const tapCount = taps.length;
  const bias0 = bias[biasAt]!;
  const bias1 = bias[biasAt + 1]!;
  const bias2 = bias[biasAt + 2]!;
  const bias3 = bias[biasAt + 3]!;
  for (let pixel = 0; pixel < pixels; pixel += 2) {
    const originA = groupOrigin + origins[pixel]!;
    const originB = groupOrigin + origins[pixel + 1]!;
    let a0 = bias0;
    let a1 = bias1;
    let a2 = bias2;
    let a3 = bias3;
    let b0 = bias0;
    let b1 = bias1;
    let b2 = bias2;
    let b3 = bias3;
    let at = weightsAt;
    for (let tap = 0; tap < tapCount; tap++) {
      const offset = taps[tap]!;
      const xa = input[originA + offset]!;
      const xb = input[originB + offset]!;
      const w0 = weights[at]!;
      a0 += w0 * xa;
      b0 += w0 * xb;
      const w1 = weights[at + 1]!;
      a1 += w1 * xa;
      b1 += w1 * xb;
      const w2 = weights[at + 2]!;
      a2 += w2 * xa;
      b2 += w2 * xb;
      const w3 = weights[at + 3]!;
      a3 += w3 * xa;
      b3 += w3 * xb;
      at += 4;
    }
    storeColumn(output, outputAt + pixel, pixels, channels, a0, a1, a2, a3);
    if (pixel + 1 < pixels) storeColumn(output, outputAt + pixel + 1, pixels, channels, b0, b1, b2, b3);
  }
}

function storeColumn(
  output: Float64Array,
  at: number,
  stride: number,
  channels: number,
  v0: number,
  v1: number,
  v2: number,
  v3: number,
): void {
  output[at] = v0;
  if (channels > 1) output[at + stride] = v1;
  if (channels > 2) output[at + 2 * stride] = v2;
  if (channels > 3) output[at + 3 * stride] = v3;
}
