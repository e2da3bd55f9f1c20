/**
 * A convolution of few active elements from the side of the outputs. It adds the same products in the same order as if one
 * element after the other were scattered, but with the sums in registers (kernels/assembly: `gather`).
 */
import type { Shape } from '../../isa/index.ts';
import * as R from './kernels/generated/records.ts';
import type { KernelArray, KernelMemory } from './kernels/memory.ts';
import type { Branch, ConvOperator } from '../ir/layers.ts';

/** Output channels that the kernel sums at a time. */
const BLOCK = 8;

/** Along one axis: source positions that are neighbours, in one window, and the taps of the kernel that they meet. */
interface Run {
  readonly source: number;
  readonly tap: number;
  length: number;
}

/**
 * The runs of every window along an axis, in ascending order of their source positions.
 *
 * @param size of the source before pooling; what the pooling windows leave over is in no run
 * @param longest largest length of a run
 */
function windowRuns(
  size: number,
  pool: number,
  outSize: number,
  [kernel, stride, padding, dilation]: readonly [kernel: number, stride: number, padding: number, dilation: number],
  longest: number,
): Run[][] {
  const pooledSize = Math.floor(size / pool);
  return Array.from({ length: outSize }, (_, out) => {
    const runs: Run[] = [];
    for (let tap = 0; tap < kernel; tap++) {
      const pooled = out * stride - padding + tap * dilation;
      if (pooled < 0 || pooled >= pooledSize) continue;
      for (let source = pooled * pool; source < (pooled + 1) * pool; source++) {
        const last = runs.at(-1);
        const length = last?.length ?? longest;
        if (last !== undefined && length < longest && last.source + length === source && last.tap + length === tap)
          last.length++;
        else runs.push({ source, tap, length: 1 });
      }
    }
    return runs;
  });
}

/** Where the runs of each window begin, one more at the end; and the runs, as words. */
function placeRuns(memory: KernelMemory, windows: readonly Run[][], words: (run: Run) => readonly number[]) {
  const all = windows.flat().flatMap(words);
  const start = memory.u32(windows.length + 1, (array) => {
    windows.forEach((runs, k) => {
      array[k + 1] = array[k]! + runs.length;
    });
  });
  return { start, runs: memory.u32(all.length, (array) => void array.set(all)) };
}

/** A convolution without groups. */
export class ConvGather {
  readonly #memory: KernelMemory;
  readonly #source: Shape;
  /** Its record GATHER. */
  readonly #plan: number;
  /** Per source pixel where its elements begin in the list; one more at the end. */
  readonly #firstOf: KernelArray<Uint32Array>;

  /**
   * @param source shape of the source before pooling
   * @param shape shape of the layer
   * @param memory of the engine, not yet made
   * @param scale factor per channel of the source; undefined: 1
   */
  constructor(
    branch: Branch<ArrayLike<number>> & { readonly operator: ConvOperator<ArrayLike<number>> },
    source: Shape,
    shape: Shape,
    memory: KernelMemory,
    scale: Float64Array | undefined,
  ) {
    const { operator, pool } = branch;
    const { kernel, stride, padding, dilation, weight } = operator;
    const [channels, height, width] = source;
    const taps = kernel[0] * kernel[1];
    this.#memory = memory;
    this.#source = source;
    const rows = windowRuns(height, pool[0], shape[1], [kernel[0], stride[0], padding[0], dilation[0]], 1);
    const rowRuns = placeRuns(memory, rows, (run) => [run.source * width, run.tap * kernel[1]]);
    const columns = windowRuns(width, pool[1], shape[2], [kernel[1], stride[1], padding[1], dilation[1]], kernel[1]);
    const columnRuns = placeRuns(memory, columns, (run) => [run.source, run.tap, run.length]);
    this.#firstOf = memory.u32(height * width + 1);
    // [block of output channels][kernel row][kernel column][source channel][channel of the block], scaled
    const weights = memory.f64(Math.ceil(shape[0] / BLOCK) * taps * channels * BLOCK, (array) => {
      for (let k = 0; k < weight.length; k++) {
        const channel = Math.floor(k / taps) % channels;
        const out = Math.floor(k / (taps * channels));
        const row = (Math.floor(out / BLOCK) * taps + (k % taps)) * channels + channel;
        array[row * BLOCK + (out % BLOCK)] = weight[k]! * (scale?.[channel] ?? 1);
      }
    });
    const tapBytes = channels * BLOCK * 8;
    this.#plan = memory.record(R.GATHER_BYTES, [
      [R.GATHER_FIRST_OF_AT, this.#firstOf.at],
      [R.GATHER_ROWS_AT, rowRuns.start.at],
      [R.GATHER_ROW_RUNS_AT, rowRuns.runs.at],
      [R.GATHER_OUT_ROWS, shape[1]],
      [R.GATHER_COLUMNS_AT, columnRuns.start.at],
      [R.GATHER_COLUMN_RUNS_AT, columnRuns.runs.at],
      [R.GATHER_OUT_COLUMNS, shape[2]],
      [R.GATHER_WEIGHTS_AT, weights.at],
      [R.GATHER_TAP_BYTES, tapBytes],
      [R.GATHER_BLOCK_BYTES, taps * tapBytes],
      [R.GATHER_CHANNELS, shape[0]],
    ]);
  }

  /** As {@link Scatter.add}. */
  add(elements: Uint32Array, values: Float64Array, count: number, into: Float64Array): void {
    if (count === 0) return;
    this.#findPixels(elements, count);
    this.#memory.kernels.gather(this.#plan, elements.byteOffset, values.byteOffset, into.byteOffset);
  }

  #findPixels(elements: Uint32Array, count: number): void {
    const [channels] = this.#source;
    const firstOf = this.#firstOf.array;
    let pixel = 0;
    // One behind the last element of the pixel.
    let end = 0;
    for (let k = 0; k < count; k++) {
      const element = elements[k]!;
      for (; element >= end; end += channels) firstOf[pixel++] = k;
    }
    firstOf.fill(count, pixel);
  }
}
