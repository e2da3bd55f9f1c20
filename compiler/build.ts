/** A whole build: from the bytes of a network file to a chip. */
import { createHash } from 'node:crypto';
import { shapeSize, diagnostic, encodeChip, fail, type Chip, type Diagnostic, type Sample } from '../isa/index.ts';
import type { AnnGraph } from './ir/ann.ts';
import { annMacs } from './ir/evaluate-ann.ts';
import { encodeGraphFile } from './ir/graph-file.ts';
import { printAnn } from './ir/print-ann.ts';
import { printFloatGraph, printPlaced, printQuantisedGraph, printRuns } from './ir/print-layers.ts';
import { describeBuild } from './describe-build.ts';
import { Intake } from './intake.ts';
import { PassRunner, type BuildHooks } from './pass-runner.ts';
import { chooseThresholds, clipThresholds, thresholdText } from './passes/choose-thresholds.ts';
import { embedSelfTest } from './passes/embed-self-test.ts';
import { emitChip } from './passes/emit-chip.ts';
import { fireOutput } from './passes/fire-output.ts';
import { formLayers, type FormedLayers } from './passes/form-layers.ts';
import { partitionLayers } from './passes/partition-layers.ts';
import { placeTiles } from './passes/place-tiles.ts';
import { quantiseWeights } from './passes/quantise-weights.ts';
import { routeTrees } from './passes/route-trees.ts';
import { setNeurons } from './passes/set-neurons.ts';
import { scheduleTicks } from './passes/schedule-ticks.ts';
import type { BuildOptions } from './options.ts';
import type { ReadOptions } from './read/index.ts';
import { readNetwork } from './read/index.ts';
import type { BuildRecord } from './record.ts';

export interface BuildRequest extends ReadOptions {
  readonly source: Uint8Array;
  readonly options: BuildOptions;
  /** Calibration data; undefined where none were given. */
  readonly calibration?: AsyncIterable<Sample>;
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
  const formed = formNetwork(ann, options, run);
  warnings.push(...formed.warnings);
  const intake = new Intake(ann, formed, options);
  const calibration = await run.passAsync(
    'calibrate-activations',
    () => intake.calibrate(request.calibration, hooks),
    (seen) => `${seen?.samples ?? 0} samples`,
  );
  warnings.push(...intake.warnings);
  const thresholds = run.pass(
    'choose-thresholds',
    () =>
      calibration === undefined ? withoutData(formed, warnings) : chooseThresholds(formed.graph, calibration, options),
    (all) => all.map((values, l) => `${formed.graph.layers[l]!.name}: ${[...values].join(' ')}`).join('\n'),
  );
  const spiking = run.pass(
    'set-neurons',
    () => setNeurons(formed.graph, thresholds, options.mode, window),
    ({ neurons }) => json(neurons),
  );
  const schedule = run.pass('schedule-ticks', () => scheduleTicks(formed.graph, options.mode, window, target), json);
  const encoding = run.pass('encode-input', () => intake.encoding(calibration), json);
  const quantised = run.pass(
    'quantise-weights',
    () => quantiseWeights(spiking, schedule, encoding, options),
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

function formNetwork(ann: AnnGraph, { mode }: BuildOptions, run: PassRunner): FormedLayers {
  const print = ({ graph }: FormedLayers) => printFloatGraph(graph);
  const formed = run.pass('form-layers', () => formLayers(ann), print);
  return mode === 'paper' ? run.pass('fire-output', () => fireOutput(formed), print) : formed;
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
    mode: options.mode,
    threshold: thresholdText(options),
    per: options.per,
    window: options.window,
    weightBits: options.weightBits,
    calibrationLimit: options.calibrationLimit,
  };
}
