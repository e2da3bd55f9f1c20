/** A whole build: from the bytes of a network file to a chip. */
import { createHash } from 'node:crypto';
import {
  diagnostic,
  encodeChip,
  fail,
  preprocess,
  quantiseInput,
  type Chip,
  type Diagnostic,
  type InputEncoding,
  type Sample,
} from '../isa/index.ts';
import { AnnEvaluator, annMacs } from './ir/evaluate-ann.ts';
import { encodeGraphFile } from './ir/graph-file.ts';
import { shapeSize } from './ir/layers.ts';
import { printAnn } from './ir/print-ann.ts';
import { printFloatGraph, printPlaced, printQuantisedGraph, printRuns } from './ir/print-layers.ts';
import type { AnnGraph } from './ir/ann.ts';
import { describeBuild } from './describe-build.ts';
import { calibrateActivations, type Calibration } from './passes/calibrate-activations.ts';
import { chooseThresholds, clipThresholds, thresholdText } from './passes/choose-thresholds.ts';
import { embedSelfTest, type QuantisedSample } from './passes/embed-self-test.ts';
import { emitChip } from './passes/emit-chip.ts';
import { encodeInput, type Preprocessing } from './passes/encode-input.ts';
import { formLayers, type FormedLayers } from './passes/form-layers.ts';
import { partitionLayers } from './passes/partition-layers.ts';
import { placeTiles } from './passes/place-tiles.ts';
import { quantiseWeights } from './passes/quantise-weights.ts';
import { routeTrees } from './passes/route-trees.ts';
import { scheduleTicks } from './passes/schedule-ticks.ts';
import type { BuildOptions } from './options.ts';
import type { PassName } from './pipeline.ts';
import type { ReadOptions } from './read/index.ts';
import { readNetwork } from './read/index.ts';
import type { BuildRecord } from './record.ts';

export interface BuildRequest extends ReadOptions {
  readonly source: Uint8Array;
  readonly options: BuildOptions;
  /** Calibration data; undefined where none were given. */
  readonly calibration?: AsyncIterable<Sample>;
}

/** What a build tells its caller on the way. */
export interface BuildHooks {
  readonly onProgress?: (pass: PassName, done: number, total: number) => void;
  /** After every pass; `text` prints what it made. */
  readonly onPass?: (pass: PassName, text: () => string) => void;
  /** Seconds of a monotonic clock. */
  readonly now: () => number;
  /** Aborts between passes and between calibration samples. */
  readonly signal?: AbortSignal;
}

export interface BuildResult {
  readonly chip: Chip;
  readonly bytes: Uint8Array;
  readonly record: BuildRecord;
  readonly warnings: readonly Diagnostic[];
}

/**
 * @throws DiagnosticError for every fault of the network, the data or the fit; whatever `signal` was aborted with
 */
export async function buildChip(request: BuildRequest, hooks: BuildHooks): Promise<BuildResult> {
  const { options } = request;
  const { target, window } = options;
  const run = new PassRunner(hooks);
  const warnings: Diagnostic[] = [];

  const ann = run.pass('read-network', () => readNetwork(request.source, request), printAnn);
  const formed = run.pass(
    'form-layers',
    () => formLayers(ann),
    ({ graph }) => printFloatGraph(graph),
  );
  warnings.push(...formed.warnings);
  const intake = new Intake(ann, formed, options);
  const calibration = await run.passAsync(
    'calibrate-activations',
    () => intake.calibrate(request.calibration, run),
    (seen) => `${seen?.samples ?? 0} samples`,
  );
  warnings.push(...intake.warnings);
  const thresholds = run.pass(
    'choose-thresholds',
    () =>
      calibration === undefined ? withoutData(formed, warnings) : chooseThresholds(formed.graph, calibration, options),
    (all) => all.map((values, l) => `${formed.graph.layers[l]!.name}: ${[...values].join(' ')}`).join('\n'),
  );
  const schedule = run.pass('schedule-ticks', () => scheduleTicks(formed.graph, window, target), json);
  const encoding = run.pass('encode-input', () => intake.encoding(calibration), json);
  const quantised = run.pass(
    'quantise-weights',
    () => quantiseWeights(formed.graph, thresholds, schedule, encoding, options),
    ({ graph }) => printQuantisedGraph(graph),
  );
  warnings.push(...quantised.warnings);
  const { graph, outputStep } = quantised;
  const tiles = run.pass(
    'partition-layers',
    () => partitionLayers(graph, target),
    (t) => `${t.length} tiles`,
  );
  const placed = run.pass(
    'place-tiles',
    () => placeTiles(tiles, target),
    (p) => printPlaced(graph, p),
  );
  const routed = run.pass(
    'route-trees',
    () => routeTrees(graph, placed, target),
    (r) => printRuns(graph, r.runs, placed),
  );
  const labels = options.labels ?? ann.labels ?? [];
  checkLabels(labels, shapeSize(graph.layers.at(-1)!.shape));
  const emitted = run.pass(
    'emit-chip',
    () => emitChip(graph, placed, routed, { target, encoding, outputStep, labels }),
    json,
  );
  const selfTest = run.pass(
    'embed-self-test',
    () => embedSelfTest(graph, emitted.layers, intake.selfTestSamples(encoding)),
    ({ samples }) => `${samples.length} samples`,
  );
  const chip: Chip = {
    target,
    ticks: graph.ticks,
    window,
    ...emitted,
    provenance: {
      tool: options.tool,
      network: ann.name,
      sourceSha256: createHash('sha256').update(request.source).digest('hex'),
      options: recordedOptions(options),
      annMacs: annMacs(ann),
    },
    ...(selfTest.samples.length > 0 && { selfTest }),
    graph: encodeGraphFile({ quantised: graph, ann }),
  };
  const bytes = encodeChip(chip);
  const record = describeBuild({
    chip,
    bytes,
    options,
    formed,
    calibration,
    thresholds,
    schedule,
    quantisation: quantised.records,
    placed,
    trees: routed.trees,
    seconds: run.seconds,
    warnings,
  });
  return { chip, bytes, record, warnings };
}

const json = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (ArrayBuffer.isView(v) ? Array.from(v as Int32Array) : v), 2);

function withoutData(formed: FormedLayers, warnings: Diagnostic[]): readonly Float64Array[] {
  const thresholds = clipThresholds(formed.graph);
  if (thresholds === undefined) {
    const layer = formed.graph.layers.find((l) => l.activation.kind === 'relu' && l.activation.max === Infinity)!;
    fail(
      'E0301',
      'the activation has no upper limit, so its threshold must come from data',
      { layer: layer.name },
      'give --calibrate <data>',
    );
  }
  warnings.push(diagnostic('W0301', 'no calibration data: the clip levels of the activations are the thresholds'));
  return thresholds;
}

function checkLabels(labels: readonly string[], classes: number): void {
  if (labels.length !== 0 && labels.length !== classes)
    fail(
      'E0103',
      `${labels.length} class names were given for ${classes} outputs`,
      undefined,
      'give one name per output',
    );
}

function recordedOptions(options: BuildOptions): Record<string, string | number | boolean | null> {
  return {
    mode: 'default',
    threshold: thresholdText(options),
    per: options.per,
    window: options.window,
    weightBits: options.weightBits,
    calibrationLimit: options.calibrationLimit,
  };
}

/** Runs passes one after the other: times them, reports them, stops between them when aborted. */
class PassRunner {
  readonly seconds: Record<string, number> = {};
  readonly hooks: BuildHooks;

  constructor(hooks: BuildHooks) {
    this.hooks = hooks;
  }

  pass<R>(name: PassName, work: () => R, print: (result: R) => string): R {
    this.hooks.signal?.throwIfAborted();
    const start = this.hooks.now();
    const result = work();
    this.done(name, start, result, print);
    return result;
  }

  async passAsync<R>(name: PassName, work: () => Promise<R>, print: (result: R) => string): Promise<R> {
    this.hooks.signal?.throwIfAborted();
    const start = this.hooks.now();
    const result = await work();
    this.done(name, start, result, print);
    return result;
  }

  private done<R>(name: PassName, start: number, result: R, print: (result: R) => string): void {
    this.seconds[name] = this.hooks.now() - start;
    this.hooks.onPass?.(name, () => print(result));
  }
}

/** Calibration data on their way in: checked, preprocessed, a few of them kept for the self-test. */
class Intake {
  readonly warnings: Diagnostic[] = [];
  private readonly ann: AnnGraph;
  private readonly formed: FormedLayers;
  private readonly options: BuildOptions;
  private readonly preprocessing: Preprocessing;
  private readonly kept: { x: Float64Array; label: number }[] = [];
  private floats = false;

  constructor(ann: AnnGraph, formed: FormedLayers, options: BuildOptions) {
    this.ann = ann;
    this.formed = formed;
    this.options = options;
    this.preprocessing = options.preprocessing ?? ann.preprocessing ?? { scale: 255, mean: [0], std: [1] };
    const channels = formed.graph.inputShape[0];
    for (const [name, values] of [
      ['mean', this.preprocessing.mean],
      ['std', this.preprocessing.std],
    ] as const)
      if (values.length !== 1 && values.length !== channels)
        fail(
          'E0103',
          `${values.length} values of ${name} were given for ${channels} channels`,
          undefined,
          'give one value, or one per channel',
        );
  }

  async calibrate(samples: AsyncIterable<Sample> | undefined, run: PassRunner): Promise<Calibration | undefined> {
    if (samples === undefined) return undefined;
    const evaluator = new AnnEvaluator(this.ann);
    const calibration = await calibrateActivations(
      this.formed.graph,
      this.formed.nodeOf,
      evaluator,
      this.inputs(samples, run.hooks),
    );
    if (calibration.samples === 0) fail('E0302', 'the calibration data hold no sample');
    if (calibration.samples < this.options.calibrationLimit)
      this.warnings.push(
        diagnostic(
          'W0304',
          `${calibration.samples} calibration samples were available, ${this.options.calibrationLimit} asked for`,
        ),
      );
    return calibration;
  }

  private async *inputs(samples: AsyncIterable<Sample>, hooks: BuildHooks): AsyncGenerator<Float64Array> {
    const { calibrationLimit, selfTestSamples } = this.options;
    let done = 0;
    for await (const sample of samples) {
      hooks.signal?.throwIfAborted();
      const x = this.prepare(sample);
      if (done < selfTestSamples) this.kept.push({ x, label: sample.label ?? -1 });
      yield x;
      done++;
      hooks.onProgress?.('calibrate-activations', done, calibrationLimit);
      if (done >= calibrationLimit) return;
    }
  }

  private prepare(sample: Sample): Float64Array {
    const shape = this.formed.graph.inputShape;
    if (sample.values.length !== shapeSize(shape))
      fail(
        'E0302',
        `calibration sample ${sample.index} is ${sample.shape.join('×')}; the network takes ${shape.join('×')}`,
        undefined,
        'give data of the shape that the network was trained on',
      );
    this.floats = sample.values instanceof Float32Array;
    return preprocess(sample.values, { shape, ...this.perChannel(shape[0]) });
  }

  private perChannel(channels: number) {
    const { scale, mean, std } = this.preprocessing;
    const spread = (values: readonly number[]) => Array.from({ length: channels }, (_, c) => values[c] ?? values[0]!);
    return { scale, mean: spread(mean), std: spread(std) };
  }

  encoding(calibration: Calibration | undefined): InputEncoding {
    const range = this.floats ? calibration?.inputRange : undefined;
    return encodeInput(this.formed.graph.inputShape, this.preprocessing, range, this.options.target);
  }

  selfTestSamples(encoding: InputEncoding): QuantisedSample[] {
    return this.kept.map(({ x, label }) => ({ payloads: quantiseInput(x, encoding), label }));
  }
}
