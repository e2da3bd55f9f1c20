/**
 * The convolution of the reference interpreter: every output pixel gathers what its window holds. Few elements of a spike
 * map are set, so what is 0 is passed over. All sums are integers that fit 32 bit, so their order does not matter.
 */
import type { Shape } from '../../isa/index.ts';
import type { ConvOperator, StoredWeights } from '../ir/layers.ts';

/** Under test runners, which run code in contexts of their own, a global is looked up anew at every use. */
const { imul } = Math;

/** A cross-correlation with its weights in the order of their use; memory is allocated once. */
export class ReferenceConv {
  readonly #operator: ConvOperator<StoredWeights>;
  readonly #source: Shape;
  readonly #shape: Shape;
  /** [group][kernel row][kernel column][input channel of the group][output channel of the group] */
  readonly #weight: StoredWeights;
  /** The input, channel-last. */
  readonly #pixels: Int32Array;
  /** Sums of one output pixel: the output channels of a group. */
  readonly #column: Int32Array;

  /**
   * @param source shape of the input
   * @param shape of the output
   */
  constructor(operator: ConvOperator<StoredWeights>, source: Shape, shape: Shape) {
    const { weight, kernel, groups } = operator;
    const taps = kernel[0] * kernel[1];
    const inGroup = source[0] / groups;
    const outGroup = shape[0] / groups;
    this.#operator = operator;
    this.#source = source;
    this.#shape = shape;
    this.#pixels = new Int32Array(source[0] * source[1] * source[2]);
    this.#column = new Int32Array(outGroup);
    this.#weight = weight.slice();
    let from = 0;
    for (let out = 0; out < shape[0]; out++)
      for (let g = 0; g < inGroup; g++)
        for (let tap = 0; tap < taps; tap++) {
          const row = (Math.floor(out / outGroup) * taps + tap) * inGroup + g;
          this.#weight[row * outGroup + (out % outGroup)] = weight[from++]!;
        }
  }

  /** @param input NCHW @param sums NCHW; overwritten */
  run(input: Int32Array, sums: Int32Array): void {
    const { groups } = this.#operator;
    const [outChannels, outRows, outColumns] = this.#shape;
    const area = outRows * outColumns;
    const outGroup = outChannels / groups;
    this.#turn(input);
    for (let group = 0; group < groups; group++)
      for (let y = 0; y < outRows; y++)
        for (let x = 0; x < outColumns; x++) {
          this.#gather(group, y, x);
          const to = group * outGroup * area + y * outColumns + x;
          for (let c = 0; c < outGroup; c++) sums[to + c * area] = this.#column[c]!;
        }
  }

  #turn(input: Int32Array): void {
    const pixels = this.#pixels;
    const [channels, rows, columns] = this.#source;
    const area = rows * columns;
    for (let c = 0; c < channels; c++)
      for (let pixel = 0; pixel < area; pixel++) pixels[pixel * channels + c] = input[c * area + pixel]!;
  }

  /** The sums of the output pixel at row y, column x. */
  #gather(group: number, y: number, x: number): void {
    const { kernel, stride, padding, dilation, groups } = this.#operator;
    const [channels, rows, columns] = this.#source;
    const column = this.#column;
    const inGroup = channels / groups;
    const weightsPerTap = inGroup * column.length;
    column.fill(0);
    for (let ky = 0; ky < kernel[0]; ky++) {
      const row = y * stride[0] + ky * dilation[0] - padding[0];
      if (row < 0 || row >= rows) continue;
      for (let kx = 0; kx < kernel[1]; kx++) {
        const at = x * stride[1] + kx * dilation[1] - padding[1];
        if (at < 0 || at >= columns) continue;
        const tap = (group * kernel[0] + ky) * kernel[1] + kx;
        const first = (row * columns + at) * channels + group * inGroup;
        addTap(this.#pixels, first, first + inGroup, this.#weight, tap * weightsPerTap, column);
      }
    }
  }
}

/** column += input × weights, for the inputs [from, to) of one tap. */
function addTap(
  input: Int32Array,
  from: number,
  to: number,
  weight: StoredWeights,
  weightAt: number,
  column: Int32Array,
): void {
  const count = column.length;
  const lastOfFour = count - 3;
  for (let k = from, row = weightAt; k < to; k++, row += count) {
    const value = input[k]!;
    if (value === 0) continue;
    // Plain products of integers would be computed in floating point, since one may be −0.
    let w = row;
    let c = 0;
    for (; c < lastOfFour; c += 4, w += 4) {
      column[c] = column[c]! + imul(value, weight[w]!);
      column[c + 1] = column[c + 1]! + imul(value, weight[w + 1]!);
      column[c + 2] = column[c + 2]! + imul(value, weight[w + 2]!);
      column[c + 3] = column[c + 3]! + imul(value, weight[w + 3]!);
    }
    for (; c < count; c++, w++) column[c] = column[c]! + imul(value, weight[w]!);
  }
}
