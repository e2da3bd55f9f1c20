/**
 * Runs the conventional network on calibration data and keeps, per layer and channel, a histogram of the activations.
 * One pass over the data; memory does not grow with it.
 */
import { diagnostic, fail, shapeSize } from '../../isa/index.ts';
import { AnnEvaluator } from '../engines/evaluate-ann.ts';
import type { AnnGraph } from '../ann/ann.ts';
import type { FloatGraph } from '../ir/layers.ts';
import type { BuildOptions, CalibrationData } from '../options.ts';
import { pass } from '../pass.ts';
import { must } from '../verify/rules.ts';
import { ActivationHistogram } from './calibrate/histogram.ts';
import { needsSamples, roundsBySamples, samplesToHoldOut, samplesToKeep } from './calibrate/kept-samples.ts';
import { SampleReader } from './calibrate/sample-reader.ts';
import type { InputPlan } from './encode-input.ts';
import type { FormedLayers } from './form-layers.ts';

export interface Calibration {
  readonly samples: number;
  /** Per layer, per channel; the read-out layer has none. */
  readonly histograms: readonly (readonly ActivationHistogram[])[];
  /** Lowest and highest x' seen at the input. */
  readonly inputRange: readonly [min: number, max: number];
}

/**
 * @param nodeOf per layer, the node of the evaluator's network that computes its activation
 * @param samples preprocessed inputs, NCHW
 * @throws DiagnosticError E0208 where activations are not finite
 */
export async function calibrateActivations(
  graph: FloatGraph,
  nodeOf: readonly string[],
  evaluator: AnnEvaluator,
  samples: AsyncIterable<Float64Array>,
): Promise<Calibration> {
  const histograms = graph.layers.map((layer) =>
    layer.activation.kind === 'none' ? [] : Array.from({ length: layer.shape[0] }, () => new ActivationHistogram()),
  );
  let count = 0;
  let low = 0;
  let high = 0;
  for await (const x of samples) {
    for (let k = 0; k < x.length; k++) {
      low = Math.min(low, x[k]!);
      high = Math.max(high, x[k]!);
    }
    evaluator.run(x);
    graph.layers.forEach((layer, l) => {
      const channels = histograms[l]!;
      if (channels.length === 0) return;
      const activations = evaluator.output(nodeOf[l]!);
      const area = shapeSize(layer.shape) / channels.length;
      channels.forEach((histogram, c) => {
        histogram.addAll(activations, c * area, (c + 1) * area);
        if (histogram.max === Infinity)
          fail('E0208', `activations overflow in channel ${c}`, { layer: layer.name }, 'give weights of a usual size');
      });
    });
    count++;
  }
  return { samples: count, histograms, inputRange: [low, high] };
}

interface Needs {
  readonly ann: AnnGraph;
  readonly formed: FormedLayers;
  readonly options: BuildOptions;
  readonly calibration?: CalibrationData | undefined;
}

/** @throws DiagnosticError E0103, E0208, E0302 for data and preprocessing that do not fit the network */
export const calibrateActivationsPass = pass({
  name: 'calibrate-activations',
  says: 'run the conventional network on calibration data, keep histograms per channel',
  run: async ({ ann, formed, options, calibration }: Needs, tools) => {
    const { graph, nodeOf } = formed;
    const reader = new SampleReader({ shape: graph.inputShape, preprocessing: ann.preprocessing }, options);
    const limit = options.calibrationLimit;
    const holdOut = options.choose === undefined ? 0 : samplesToHoldOut(shapeSize(graph.inputShape));
    const keep = samplesToKeep(options, needsSamples(options) || roundsBySamples(options));
    const range = { keep, limit, holdOut };
    const activations =
      calibration === undefined
        ? undefined
        : await calibrateActivations(graph, nodeOf, new AnnEvaluator(ann), reader.read(calibration, range, tools));
    if (activations?.samples === 0) fail('E0302', 'the calibration data hold no sample');
    if (activations !== undefined && activations.samples + reader.heldOut.length < limit)
      tools.warn(
        diagnostic(
          'W0304',
          `${activations.samples + reader.heldOut.length} calibration samples were available, ${limit} asked for`,
        ),
      );
    const input: InputPlan = {
      kind: 'chosen',
      preprocessing: reader.preprocessing,
      floatRange: reader.floats ? activations?.inputRange : undefined,
    };
    const { kept: samples, heldOut } = reader;
    return { activations, calibrationSamples: activations?.samples ?? 0, samples, heldOut, input };
  },
  print: ({ calibrationSamples }) => `${calibrationSamples} samples`,
  verify: ({ activations }, { formed }) => {
    if (activations === undefined) return;
    const { histograms, inputRange } = activations;
    must(inputRange[0] <= 0 && inputRange[1] >= 0, 'the range of the input contains 0');
    formed.graph.layers.forEach(({ name, shape, activation }, l) => {
      const channels = activation.kind === 'none' ? 0 : shape[0];
      must(histograms[l]?.length === channels, 'one histogram per channel that fires', name);
      must(
        histograms[l]!.every(({ max }) => Number.isFinite(max) && max >= 0),
        'activations are finite and not negative',
        name,
      );
    });
  },
});
