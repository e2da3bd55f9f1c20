/**
 * Convolution in the float engine: a gather over a zero-padded copy of the input.
 *
 * Every output is one sum, begun at the bias and run over (input channel, kernel row, kernel column) in that order. The
 * kernel computes several sums side by side but never splits one, so the result does not depend on it.
 */
import type { Shape } from '../../../isa/index.ts';
import * as R from '../../engines/kernels/generated/records.ts';
import type { KernelArray, KernelMemory } from '../../engines/kernels/memory.ts';
import type { Padding, Pair, Tensor } from '../../ir/ann.ts';

/** Output channels that the kernel computes side by side. */
const BLOCK = 4;
/** Pixels that it computes side by side. */
const PIXELS = 4;

export interface Convolution {
  /** Of the output. */
  readonly shape: Shape;
  /** [out, in/groups, kernel rows, kernel columns] */
  readonly weight: Tensor;
  readonly bias?: Tensor;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
  readonly groups: number;
}

/** A convolution prepared for its input shape: scratch memory, offsets, weights in the order of their use. */
export class FloatConvolution {
  readonly #node: Convolution;
  readonly #input: Shape;
  readonly #memory: KernelMemory;
  /** Input with its zero border, [C][rows][columns]; the border is never written. */
  readonly #bordered: KernelArray<Float64Array>;
  readonly #borderedColumns: number;
  readonly #borderedPlane: number;
  readonly #tapCount: number;
  /** Its record CONVOLVE. */
  readonly #plan: number;
  /** Per block of output channels: [tap][channel of the block]; channels beyond the group's are zero. */
  readonly #weights: KernelArray<Float64Array>;
  readonly #bias: KernelArray<Float64Array>;
  readonly #blocksPerGroup: number;

  /** @param memory of the engine, not yet made */
  constructor(node: Convolution, input: Shape, memory: KernelMemory) {
    this.#node = node;
    this.#input = input;
    this.#memory = memory;
    const [top, left, bottom, right] = node.padding;
    this.#borderedColumns = input[2] + left + right;
    this.#borderedPlane = (input[1] + top + bottom) * this.#borderedColumns;
    this.#tapCount = node.weight.data.length / node.shape[0];
    this.#blocksPerGroup = Math.ceil(node.shape[0] / node.groups / BLOCK);
    const blocks = node.groups * this.#blocksPerGroup;
    const pixels = Math.ceil((node.shape[1] * node.shape[2]) / PIXELS) * PIXELS;
    this.#bordered = memory.f64(input[0] * this.#borderedPlane);
    const kernelTaps = memory.u32(this.#tapCount, (taps) => {
      this.#writeTaps(taps);
    });
    const windowOrigins = memory.u32(pixels, (origins) => {
      this.#writeOrigins(origins);
    });
    this.#plan = memory.record(R.CONVOLVE_BYTES, [
      [R.CONVOLVE_ORIGINS_AT, windowOrigins.at],
      [R.CONVOLVE_PIXELS, node.shape[1] * node.shape[2]],
      [R.CONVOLVE_TAPS_AT, kernelTaps.at],
      [R.CONVOLVE_TAPS_END_AT, kernelTaps.at + 4 * this.#tapCount],
    ]);
    this.#weights = memory.f64(blocks * this.#tapCount * BLOCK, (weights) => {
      this.#writeWeights(weights);
    });
    this.#bias = memory.f64(blocks * BLOCK, (bias) => {
      node.bias?.data.forEach((value, out) => {
        const { block, lane } = this.#placeOf(out);
        bias[block * BLOCK + lane] = value;
      });
    });
  }

  /** Per tap of a group's kernel (input channel, row, column): its offset in bytes from the window's origin. */
  #writeTaps(taps: Uint32Array): void {
    const [, inPerGroup, kernelRows, kernelColumns] = this.#node.weight.shape as [number, number, number, number];
    let tap = 0;
    for (let channel = 0; channel < inPerGroup; channel++) {
      for (let row = 0; row < kernelRows; row++) {
        for (let column = 0; column < kernelColumns; column++) {
          const y = row * this.#node.dilation[0];
          const x = column * this.#node.dilation[1];
          taps[tap++] = 8 * (channel * this.#borderedPlane + y * this.#borderedColumns + x);
        }
      }
    }
  }

  /**
   * Per output pixel: the origin of its window in a plane of `bordered`, in bytes. The last pixels are there for the kernel
   * alone: it reads their windows, which is the first one's.
   */
  #writeOrigins(origins: Uint32Array): void {
    const [, rows, columns] = this.#node.shape;
    for (let pixel = 0; pixel < rows * columns; pixel++) {
      const y = Math.floor(pixel / columns) * this.#node.stride[0];
      origins[pixel] = 8 * (y * this.#borderedColumns + (pixel % columns) * this.#node.stride[1]);
    }
  }

  #writeWeights(weights: Float64Array): void {
    const { weight, shape } = this.#node;
    const tapCount = this.#tapCount;
    for (let out = 0; out < shape[0]; out++) {
      const { block, lane } = this.#placeOf(out);
      for (let tap = 0; tap < tapCount; tap++)
        weights[(block * tapCount + tap) * BLOCK + lane] = weight.data[out * tapCount + tap]!;
    }
  }

  /** Where the weights of an output channel are. */
  #placeOf(out: number): { readonly block: number; readonly lane: number } {
    const outPerGroup = this.#node.shape[0] / this.#node.groups;
    const within = out % outPerGroup;
    const block = Math.floor(out / outPerGroup) * this.#blocksPerGroup + Math.floor(within / BLOCK);
    return { block, lane: within % BLOCK };
  }

  /**
   * Convolves x [C, H, W] into `output`, both NCHW.
   *
   * @param output an array of the engine's memory
   */
  run(x: Float64Array, output: Float64Array): void {
    this.#fillBordered(x);
    const tapCount = this.#tapCount;
    const blocksPerGroup = this.#blocksPerGroup;
    const { groups, shape } = this.#node;
    const { kernels } = this.#memory;
    const pixels = shape[1] * shape[2];
    const outPerGroup = shape[0] / groups;
    for (let group = 0; group < groups; group++) {
      const groupOrigin = group * (this.#input[0] / groups) * this.#borderedPlane;
      for (let k = 0; k < blocksPerGroup; k++) {
        const block = group * blocksPerGroup + k;
        const first = group * outPerGroup + k * BLOCK;
        kernels.convolve(
          this.#plan,
          this.#bordered.at + 8 * groupOrigin,
          this.#weights.at + 8 * block * tapCount * BLOCK,
          this.#bias.at + 8 * block * BLOCK,
          output.byteOffset + 8 * first * pixels,
          Math.min(BLOCK, outPerGroup - k * BLOCK),
        );
      }
    }
  }

  #fillBordered(x: Float64Array): void {
    const bordered = this.#bordered.array;
    const [channels, rows, columns] = this.#input;
    const [top, left] = this.#node.padding;
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < rows; row++) {
        const from = (channel * rows + row) * columns;
        const to = channel * this.#borderedPlane + (top + row) * this.#borderedColumns + left;
        for (let column = 0; column < columns; column++) bordered[to + column] = x[from + column]!;
      }
    }
  }
}
