/**
 * Runs the conventional network on calibration data and keeps, per layer and channel, a histogram of the activations.
 * One pass over the data; memory does not grow with it.
 */
import { type Diagnostic, diagnostic, fail, type InputEncoding, option, shapeSize } from '../../isa/index.ts';
import { AnnEvaluator } from '../engines/evaluate-ann.ts';
import type { AnnGraph } from '../ann/ann.ts';
import type { FloatGraph } from '../ir/layers.ts';
import type { BuildOptions, CalibrationData } from '../options.ts';
import { pass } from '../pass.ts';
import { must } from '../verify/rules.ts';
import { preprocessingOf, scalesBytesItself } from './calibrate/assumed-scale.ts';
import { ActivationHistogram } from './calibrate/histogram.ts';
import { addToChannels, InputValues } from './calibrate/input-values.ts';
import { needsSamples, roundsBySamples, samplesToHoldOut, samplesToKeep } from './calibrate/kept-samples.ts';
import { SampleReader } from './calibrate/sample-reader.ts';
import { encodeInput, influenceOf, type InputPlan } from './encode-input.ts';
import type { FormedLayers } from './form-layers.ts';

export interface Calibration {
  readonly samples: number;
  /** Per layer, per channel; the read-out layer has none. */
  readonly histograms: readonly (readonly ActivationHistogram[])[];
  /** Values x' seen at the input, per channel. */
  readonly inputs: readonly InputValues[];
}

/**
 * @param nodeOf per layer, the node of the evaluator's network that computes its activation
 * @param samples preprocessed inputs, NCHW
 * @param encoding where it is known, the network runs on what the payloads can say: no chip ever hears more of a glitch
 * @throws DiagnosticError E0208 where activations are not finite
 */
export async function calibrateActivations(
  graph: FloatGraph,
  nodeOf: readonly string[],
  evaluator: AnnEvaluator,
  samples: AsyncIterable<Float64Array>,
  encoding?: InputEncoding,
): Promise<Calibration> {
  const histograms = graph.layers.map((layer) =>
    layer.activation.kind === 'none' ? [] : Array.from({ length: layer.shape[0] }, () => new ActivationHistogram()),
  );
  let count = 0;
  const [inputChannels, height, width] = graph.inputShape;
  const inputs = Array.from({ length: inputChannels }, () => new InputValues());
  for await (const x of samples) {
    addToChannels(inputs, x, height * width);
    evaluator.run(encoding === undefined ? x : limited(x, encoding));
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
  return { samples: count, histograms, inputs };
}

/** How the values will be encoded; undefined where they are not known beforehand. */
const encodingOf = (
  graph: FloatGraph,
  { preprocessing }: SampleReader,
  floats: readonly InputValues[] | undefined,
  { target }: BuildOptions,
): InputEncoding | undefined =>
  floats && encodeInput(graph.inputShape, { preprocessing, floats, influence: influenceOf(graph) }, target);

/** The values as far as payloads reach. */
function limited(x: Float64Array, { shape, step, channelSteps, payloadMin, payloadMax }: InputEncoding): Float64Array {
  const area = shape[1] * shape[2];
  return x.map((value, k) => {
    const unit = channelSteps?.[Math.floor(k / area)] ?? step;
    // Half a step more is the nearest payload's as well.
    return Math.min((payloadMax + 0.5) * unit, Math.max((payloadMin - 0.5) * unit, value));
  });
}

/** Share of the channels that may be silent: networks have some that never fire on any data. */
const MAY_BE_SILENT = 0.1;

/** Finds fault with data that leave so many channels silent that their thresholds say little of the network. */
export function silentChannels({ samples, histograms }: Pick<Calibration, 'samples' | 'histograms'>): Diagnostic[] {
  const channels = histograms.flat();
  const silent = channels.filter(({ max }) => max <= 0).length;
  if (silent <= MAY_BE_SILENT * channels.length) return [];
  const share = ((100 * silent) / channels.length).toFixed(1);
  return [
    diagnostic(
      'W0304',
      `${silent} of ${channels.length} channels (${share} %) were never active in ${samples} calibration samples, so their thresholds are not measured`,
      undefined,
      'give more calibration samples, of all that the network will see',
    ),
  ];
}

/** How bytes become numbers where nobody says it: said once. */
const byteScale = (ann: AnnGraph): Diagnostic =>
  scalesBytesItself(ann)
    ? diagnostic(
        'W0313',
        'the network scales its input itself: bytes are given to it as they are, not divided by 255',
        undefined,
        `${option('scale', '255')} divides them before the network does`,
      )
    : diagnostic(
        'W0320',
        `bytes become x / 255: neither the network nor ${option('scale')} says how`,
        undefined,
        `say it: ${option('scale', '255')}`,
      );

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
    const reader = new SampleReader({ shape: graph.inputShape, preprocessing: preprocessingOf(ann) }, options);
    const limit = options.calibrationLimit;
    const holdOut = options.choose === undefined ? 0 : samplesToHoldOut(shapeSize(graph.inputShape));
    const keep = samplesToKeep(options, needsSamples(options) || roundsBySamples(options));
    const range = { keep, limit, holdOut };
    const activations =
      calibration === undefined
        ? undefined
        : await calibrateActivations(
            graph,
            nodeOf,
            new AnnEvaluator(ann),
            reader.read(calibration, range, tools),
            encodingOf(graph, reader, await reader.inputValues(calibration, limit + holdOut, tools), options),
          );
    if (activations?.samples === 0) fail('E0302', 'the calibration data hold no sample');
    if (activations !== undefined) silentChannels(activations).forEach(tools.warn);
    const isSaid = options.preprocessing !== undefined || ann.preprocessing !== undefined;
    if (!reader.floats && !isSaid) tools.warn(byteScale(ann));
    const input: InputPlan = {
      kind: 'chosen',
      preprocessing: reader.preprocessing,
      floats: reader.floats ? activations?.inputs : undefined,
    };
    const { kept: samples, heldOut } = reader;
    return { activations, calibrationSamples: activations?.samples ?? 0, samples, heldOut, input };
  },
  print: ({ calibrationSamples }) => `${calibrationSamples} samples`,
  verify: ({ activations }, { formed }) => {
    if (activations === undefined) return;
    const { histograms, inputs } = activations;
    must(inputs.length === formed.graph.inputShape[0], 'the values of every channel of the input are known');
    must(
      inputs.every(({ min, max }) => min <= 0 && max >= 0),
      'the range of the input contains 0',
    );
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
