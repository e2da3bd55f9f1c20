/**
 * Chooses the threshold of every channel: the largest activation seen, a percentile, or the level with the smallest mean
 * square error of the staircase that will run (Deng & Gu 2021 use the maximum; reference: spec/conversion.md).
 */
import { diagnostic, fail, option } from '../../isa/index.ts';
import { type ConversionMode, CONVERSIONS, type ConversionRules } from '../conversions.ts';
import type { FloatGraph, FloatLayer } from '../ir/layers.ts';
import { NEURONS } from '../neurons/generated/index.ts';
import { layerWindows } from '../levels.ts';
import type { BuildOptions, ThresholdOptions } from '../options.ts';
import { pass } from '../pass.ts';
import { verifyThresholds } from '../verify/verify-float-layers.ts';
import { ActivationHistogram } from './calibrate/histogram.ts';
import { boundedThresholds } from './calibrate/bounded-thresholds.ts';
import type { Calibration } from './calibrate-activations.ts';
import { type InputPlan, rangesOfPlan } from './encode-input.ts';
import type { FormedLayers } from './form-layers.ts';

/** The rule as the command line writes it. */
export function thresholdText({ rule }: Pick<ThresholdOptions, 'rule'>): string {
  return rule.kind === 'percentile' ? `percentile:${rule.percent}` : rule.kind;
}

/** Thresholds searched: this many steps from the maximum down, in hundredths of it. */
const SEARCH_STEPS = 95;

/**
 * A channel that calibration never saw active gets this share of the layer's largest threshold, so that it stays able
 * to fire without dividing by zero.
 */
const DEAD_SHARE = 0.05;

/** What a threshold is chosen for. */
interface ActivatedLayers {
  readonly layers: readonly Pick<FloatLayer, 'name' | 'shape' | 'activation'>[];
}

/** Rule and grain of thresholds in a mode: those that were asked for, else those of the mode. */
export function thresholdOptionsIn(
  mode: ConversionMode,
  { stated = [], window, rule, per }: BuildOptions,
): ThresholdOptions {
  const { presets } = CONVERSIONS[mode];
  return {
    ...{ mode, window },
    rule: stated.includes('threshold') ? rule : presets.rule,
    per: stated.includes('per') ? per : presets.per,
  };
}

/** Per layer, per channel threshold in units of the activation; [] for the read-out. */
export function chooseThresholds(
  graph: ActivatedLayers,
  calibration: Pick<Calibration, 'histograms'>,
  options: ThresholdOptions,
): readonly Float64Array[] {
  const windows = layerWindows(graph, options);
  return graph.layers.map((layer, l) => {
    const own = windows === undefined ? options : { ...options, window: windows[l]! };
    const channels = calibration.histograms[l]!;
    if (channels.length === 0) return new Float64Array(0);
    // A staircase was trained with its own threshold: any other would lose what the network learned.
    if (layer.activation.kind === 'relu' && layer.activation.levels !== undefined)
      return new Float64Array(channels.length).fill(layer.activation.max);
    const limit = layer.activation.kind === 'relu' ? layer.activation.max : Infinity;
    if (options.per === 'layer') {
      const threshold = choose(ActivationHistogram.merge(channels), own);
      return new Float64Array(channels.length).fill(Math.min(limit, threshold > 0 ? threshold : Math.min(limit, 1)));
    }
    const thresholds = Float64Array.from(channels, (histogram) => Math.min(limit, choose(histogram, own)));
    const largest = thresholds.reduce((a, b) => Math.max(a, b), 0);
    const floor = largest > 0 ? largest * DEAD_SHARE : Math.min(limit, 1);
    return thresholds.map((threshold) => (threshold > 0 ? threshold : floor));
  });
}

/** Thresholds from the clip levels alone; undefined where a layer has none. */
export function clipThresholds(graph: ActivatedLayers): readonly Float64Array[] | undefined {
  const unbounded = graph.layers.some((l) => l.activation.kind === 'relu' && l.activation.max === Infinity);
  if (unbounded) return undefined;
  return graph.layers.map((layer) =>
    layer.activation.kind === 'relu'
      ? new Float64Array(layer.shape[0]).fill(layer.activation.max)
      : new Float64Array(0),
  );
}

function choose(histogram: ActivationHistogram, options: ThresholdOptions): number {
  switch (options.rule.kind) {
    case 'max':
      return histogram.max;
    case 'percentile':
      return histogram.percentile(options.rule.percent / 100);
    case 'mse':
      return leastSquares(histogram, options);
  }
}

/**
 * Grid search for the threshold θ with the smallest expected square error: that of the rounding staircase
 * (θ/T)·clip(⌊x·T/θ + ½⌋, 0, T), and of counts that miss it because the input comes unevenly. The second part grows with the
 * step θ/T, so it prefers thresholds that clip a little more.
 */
function leastSquares(histogram: ActivationHistogram, { mode, window }: ThresholdOptions): number {
  if (histogram.max === 0) return 0;
  let best = histogram.max;
  let bestError = Infinity;
  for (let k = 0; k < SEARCH_STEPS; k++) {
    const threshold = (histogram.max * (100 - k)) / 100;
    const error = expectedError(histogram, threshold, window, CONVERSIONS[mode]);
    if (error < bestError) {
      bestError = error;
      best = threshold;
    }
  }
  return best;
}

function expectedError(
  histogram: ActivationHistogram,
  threshold: number,
  window: number,
  { neuron, unevenness: { variance } }: ConversionRules,
): number {
  const { response } = NEURONS[neuron];
  const { bins, width } = histogram;
  const step = threshold / window;
  const last = Math.floor(histogram.max / width);
  let error = 0;
  for (let k = 0; k <= last; k++) {
    const n = bins[k]!;
    if (n === 0) continue;
    const x = (k + 0.5) * width;
    error += n * ((x - step * response.spikes(x, step, window)) ** 2 + variance * step * step);
  }
  return error;
}

interface Needs {
  readonly formed: FormedLayers;
  /** undefined without data. */
  readonly activations: Calibration | undefined;
  readonly input: InputPlan;
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0301 where there are no data, and an activation has no upper limit that would do */
export const chooseThresholdsPass = pass({
  name: 'choose-thresholds',
  says: 'thresholds per layer or channel: maximum, percentile or least squares; without data what activations can be at most',
  run: ({ formed, activations, input, options }: Needs, { warn }) => {
    if (activations !== undefined)
      return {
        thresholds: chooseThresholds(formed.graph, activations, options),
        thresholdRule: thresholdText(options),
      };
    const clips = clipThresholds(formed.graph);
    if (clips !== undefined) {
      warn(diagnostic('W0301', 'no calibration data: the clip levels of the activations are the thresholds'));
      return { thresholds: clips, thresholdRule: 'clip' };
    }
    const { graph } = formed;
    const { thresholds, warning } = boundedThresholds(graph, rangesOfPlan(input, graph.inputShape[0]), options);
    warn(warning);
    return { thresholds, thresholdRule: 'bound' };
  },
  print: ({ thresholds }, { formed }) => printThresholds(formed.graph, thresholds),
  verify: ({ thresholds }, { formed }) => {
    verifyThresholds(formed.graph, thresholds);
  },
});

/** A line per layer. */
export const printThresholds = ({ layers }: FloatGraph, thresholds: readonly Float64Array[]): string =>
  thresholds.map((values, l) => `${layers[l]!.name}: ${[...values].join(' ')}`).join('\n');

/** @throws DiagnosticError E0301 for the first layer whose activation has no upper limit */
export function needsData({ layers }: ActivatedLayers): never {
  const layer = layers.find((l) => l.activation.kind === 'relu' && l.activation.max === Infinity)!;
  fail(
    'E0301',
    'the activation has no upper limit, so its threshold must come from data',
    { layer: layer.name },
    `give ${option('calibration', '<data>')}`,
  );
}
