/** Calibration data on their way into a build. */
import {
  diagnostic,
  fail,
  preprocess,
  quantiseInput,
  shapeSize,
  type Diagnostic,
  type InputEncoding,
  type Sample,
  type Target,
} from '../isa/index.ts';
import type { AnnGraph } from './ann/ann.ts';
import { AnnEvaluator } from './engines/evaluate-ann.ts';
import type { BuildOptions } from './options.ts';
import type { KeptSample } from './passes/measure-conversion.ts';
import type { BuildHooks } from './pass-runner.ts';
import { calibrateActivations, type Calibration } from './passes/calibrate-activations.ts';
import type { QuantisedSample } from './passes/embed-self-test.ts';
import { encodeInput, perChannel, type Preprocessing } from './passes/encode-input.ts';
import type { FormedLayers } from './passes/form-layers.ts';
import { RATE_SAMPLES, type RateSample } from './passes/measure-rates.ts';

/** Samples that corrections run on: enough for means per channel, few enough to keep. */
const CORRECTION_SAMPLES = 64;

/** Calibration data on their way in: checked, preprocessed, a few of them kept for the self-test. */
export class Intake {
  readonly warnings: Diagnostic[] = [];
  readonly #ann: AnnGraph;
  readonly #formed: FormedLayers;
  readonly #options: BuildOptions;
  readonly #preprocessing: Preprocessing;
  /** The first samples, preprocessed. */
  readonly #kept: KeptSample[] = [];
  #floats = false;

  constructor(ann: AnnGraph, formed: FormedLayers, options: BuildOptions) {
    this.#ann = ann;
    this.#formed = formed;
    this.#options = options;
    this.#preprocessing = options.preprocessing ?? ann.preprocessing ?? { scale: 255, mean: [0], std: [1] };
    const { scale, mean, std } = this.#preprocessing;
    const reached = std.flatMap((s, c) => [(255 / scale - (mean[c] ?? mean[0]!)) / s, (mean[c] ?? mean[0]!) / s]);
    if (!reached.every(Number.isFinite))
      fail(
        'E0208',
        `scale ${scale} with these mean and std takes bytes to values that are not finite`,
        undefined,
        'give the preprocessing that the network was trained with',
      );
    const channels = formed.graph.inputShape[0];
    for (const [name, values] of [
      ['mean', this.#preprocessing.mean],
      ['std', this.#preprocessing.std],
    ] as const)
      if (values.length !== 1 && values.length !== channels)
        fail(
          'E0103',
          `${values.length} values of ${name} were given for ${channels} channels`,
          undefined,
          'give one value, or one per channel',
        );
  }

  async calibrate(samples: AsyncIterable<Sample> | undefined, hooks: BuildHooks): Promise<Calibration | undefined> {
    if (samples === undefined) return undefined;
    const evaluator = new AnnEvaluator(this.#ann);
    const calibration = await calibrateActivations(
      this.#formed.graph,
      this.#formed.nodeOf,
      evaluator,
      this.#inputs(samples, hooks),
    );
    if (calibration.samples === 0) fail('E0302', 'the calibration data hold no sample');
    if (calibration.samples < this.#options.calibrationLimit)
      this.warnings.push(
        diagnostic(
          'W0304',
          `${calibration.samples} calibration samples were available, ${this.#options.calibrationLimit} asked for`,
        ),
      );
    return calibration;
  }

  /** The samples that balancing and corrections run on. @throws DiagnosticError E0301 where there are none */
  correctionSamples(): readonly Float64Array[] {
    if (this.#kept.length === 0)
      fail(
        'E0301',
        'balancing and corrections follow what the network does on data, and there are none',
        undefined,
        'give --calibrate <data>',
      );
    return this.#kept.slice(0, CORRECTION_SAMPLES).map(({ x }) => x);
  }

  ledgerSamples(count: number): readonly KeptSample[] {
    return this.#kept.slice(0, count);
  }

  get #keptSamples(): number {
    const { selfTestSamples, ledgerSamples, correct, balance } = this.#options;
    return Math.max(
      RATE_SAMPLES,
      selfTestSamples,
      ledgerSamples,
      correct !== 'none' || balance ? CORRECTION_SAMPLES : 0,
    );
  }

  /** Only the samples that are kept: for a network that is converted already. */
  async collect(samples: AsyncIterable<Sample> | undefined, hooks: BuildHooks): Promise<void> {
    const keptSamples = this.#keptSamples;
    if (samples === undefined || keptSamples === 0) return;
    const inputs = this.#inputs(samples, hooks, Math.min(keptSamples, this.#options.calibrationLimit));
    while ((await inputs.next()).done !== true);
  }

  async *#inputs(
    samples: AsyncIterable<Sample>,
    hooks: BuildHooks,
    limit = this.#options.calibrationLimit,
  ): AsyncGenerator<Float64Array> {
    const keptSamples = this.#keptSamples;
    let done = 0;
    for await (const sample of samples) {
      hooks.signal?.throwIfAborted();
      const x = this.#prepare(sample);
      if (done < keptSamples) this.#kept.push({ x, label: sample.label ?? -1 });
      yield x;
      done++;
      hooks.onProgress?.('calibrate-activations', done, limit);
      if (done >= limit) return;
    }
  }

  #prepare(sample: Sample): Float64Array {
    const shape = this.#formed.graph.inputShape;
    if (sample.values.length !== shapeSize(shape))
      fail(
        'E0302',
        `calibration sample ${sample.index} is ${sample.shape.join('×')}; the network takes ${shape.join('×')}`,
        undefined,
        'give data of the shape that the network was trained on',
      );
    this.#floats = sample.values instanceof Float32Array;
    const { scale, mean, std } = this.#preprocessing;
    const [channels] = shape;
    return preprocess(sample.values, {
      shape,
      scale,
      mean: perChannel(mean, channels),
      std: perChannel(std, channels),
    });
  }

  encoding(calibration: Calibration | undefined, target: Target): InputEncoding {
    const range = this.#floats ? calibration?.inputRange : undefined;
    return encodeInput(this.#formed.graph.inputShape, this.#preprocessing, range, target);
  }

  selfTestSamples(encoding: InputEncoding, count: number): QuantisedSample[] {
    return this.#kept.slice(0, count).map(({ x, label }) => ({ payloads: quantiseInput(x, encoding), label }));
  }

  /** The samples that spike rates are measured on. */
  rateSamples(encoding: InputEncoding): RateSample[] {
    return this.#kept.slice(0, RATE_SAMPLES).map(({ x }) => ({ x, payloads: quantiseInput(x, encoding) }));
  }
}
