/** Calibration data on their way into a build: checked, preprocessed, the first few of them kept. */
import { fail, preprocess, type Sample, type Shape } from '../../../isa/index.ts';
import type { BuildOptions, CalibrationData, Preprocessing } from '../../options.ts';
import type { SampleHooks } from '../../pass.ts';
import { perChannel } from '../encode-input.ts';
import { addToChannels, InputValues } from './input-values.ts';
import type { KeptSample } from './kept-samples.ts';

/** What the input of the network says itself. */
interface NetworkInput {
  readonly shape: Shape;
  /** Steps in which it comes, one sample after the other; absent: one. */
  readonly ticks?: number;
  readonly preprocessing: Preprocessing;
}

export class SampleReader {
  readonly preprocessing: Preprocessing;
  /** The first samples, preprocessed. */
  readonly kept: KeptSample[] = [];
  /** Samples that are not yielded, preprocessed. */
  readonly heldOut: KeptSample[] = [];
  readonly #shape: Shape;
  readonly #sampleShape: readonly number[];
  #floats = false;

  /**
   * @throws DiagnosticError E0103 where mean or std have neither one value nor one per channel, E0208 where the
   *   preprocessing takes bytes to values that are not finite
   */
  constructor({ shape, ticks = 1, preprocessing }: NetworkInput, options: Pick<BuildOptions, 'preprocessing'>) {
    this.#shape = shape;
    this.#sampleShape = ticks === 1 ? shape : [ticks, ...shape];
    this.preprocessing = options.preprocessing ?? preprocessing;
    checkPreprocessing(this.preprocessing, shape[0]);
  }

  /** Whether the last sample was of floating-point numbers, which are taken as they are. */
  get floats(): boolean {
    return this.#floats;
  }

  /**
   * The samples preprocessed, NCHW.
   *
   * @param keep how many of the first are kept
   * @param limit how many are given at most
   * @param holdOut how many more are held out at most: every fourth, and all that come after the limit
   * @throws DiagnosticError E0302 where a sample has another shape; whatever the signal was aborted with
   */
  async *read(
    data: CalibrationData,
    { keep, limit, holdOut = 0 }: { readonly keep: number; readonly limit: number; readonly holdOut?: number },
    { onProgress, signal }: SampleHooks,
  ): AsyncGenerator<Float64Array> {
    const samples = typeof data === 'function' ? data(this.#sampleShape) : data;
    let done = 0;
    for await (const sample of samples) {
      signal?.throwIfAborted();
      const x = this.#prepare(sample);
      if (this.heldOut.length < holdOut && (done >= limit || (done + this.heldOut.length) % 4 === 3)) {
        this.heldOut.push({ x, label: sample.label ?? -1 });
        if (done >= limit && this.heldOut.length >= holdOut) return;
        continue;
      }
      if (done < keep) this.kept.push({ x, label: sample.label ?? -1 });
      yield x;
      done++;
      onProgress(done, limit);
      if (done >= limit && this.heldOut.length >= holdOut) return;
    }
  }

  /**
   * The values of the first samples per channel; undefined for bytes, whose range is known, and for data that can be read once only.
   *
   * @throws as {@link read}
   */
  async inputValues(
    data: CalibrationData,
    limit: number,
    { signal }: SampleHooks,
  ): Promise<readonly InputValues[] | undefined> {
    if (typeof data !== 'function') return undefined;
    const [channels, height, width] = this.#shape;
    const values = Array.from({ length: channels }, () => new InputValues());
    let count = 0;
    for await (const sample of data(this.#sampleShape)) {
      signal?.throwIfAborted();
      const x = this.#prepare(sample);
      if (!this.#floats) return undefined;
      addToChannels(values, x, height * width);
      if (++count >= limit) break;
    }
    return values;
  }

  #prepare(sample: Sample): Float64Array {
    const shape = this.#shape;
    const expected = this.#sampleShape;
    if (sample.values.length !== expected.reduce((size, side) => size * side, 1))
      fail(
        'E0302',
        `calibration sample ${sample.index} is ${sample.shape.join('×')}; the network takes ${expected.join('×')}`,
        undefined,
        'give data of the shape that the network was trained on',
      );
    this.#floats = sample.values instanceof Float32Array;
    const { scale, mean, std } = this.preprocessing;
    const [channels] = shape;
    return preprocess(sample.values, {
      shape,
      scale,
      mean: perChannel(mean, channels),
      std: perChannel(std, channels),
    });
  }
}

function checkPreprocessing({ scale, mean, std }: Preprocessing, channels: number): void {
  const reached = std.flatMap((s, c) => [(255 / scale - (mean[c] ?? mean[0]!)) / s, (mean[c] ?? mean[0]!) / s]);
  if (!reached.every(Number.isFinite))
    fail(
      'E0208',
      `scale ${scale} with these mean and std takes bytes to values that are not finite`,
      undefined,
      'give the preprocessing that the network was trained with',
    );
  for (const [name, values] of [
    ['mean', mean],
    ['std', std],
  ] as const)
    if (values.length !== 1 && values.length !== channels)
      fail(
        'E0103',
        `${values.length} values of ${name} were given for ${channels} channels`,
        undefined,
        'give one value, or one per channel',
      );
}
