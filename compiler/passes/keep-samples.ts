/** Of a network that is spiking already: nothing is calibrated, only the samples are kept that later passes look at. */
import type { AnnGraph } from '../ann/ann.ts';
import type { BuildOptions, CalibrationData } from '../options.ts';
import { insteadOf } from '../pass.ts';
import { must } from '../verify/rules.ts';
import { calibrateActivationsPass } from './calibrate-activations.ts';
import { roundsBySamples, samplesToKeep } from './calibrate/kept-samples.ts';
import { SampleReader } from './calibrate/sample-reader.ts';
import type { FormedLayers } from './form-layers.ts';

interface Needs {
  readonly ann: AnnGraph;
  readonly formed: FormedLayers;
  readonly options: BuildOptions;
  readonly calibration?: CalibrationData | undefined;
}

/** @throws DiagnosticError E0103, E0208, E0302 for data and preprocessing that do not fit the network */
export const keepSamplesPass = insteadOf(calibrateActivationsPass, {
  run: async ({ ann, formed, options, calibration }: Needs, tools) => {
    const { inputShape } = formed.graph;
    const reader = new SampleReader({ shape: inputShape, preprocessing: ann.preprocessing }, options);
    // The neurons hold their corrections already; the weights are not rounded yet.
    const keep = samplesToKeep(options, roundsBySamples(options));
    const range = { keep, limit: Math.min(keep, options.calibrationLimit) };
    if (calibration !== undefined) {
      const samples = reader.read(calibration, range, tools);
      while ((await samples.next()).done !== true);
    }
    return { activations: undefined, samples: reader.kept };
  },
  print: () => 'converted already',
  verify: ({ samples }, { formed }) => {
    const [channels, height, width] = formed.graph.inputShape;
    must(
      samples.every(({ x }) => x.length === channels * height * width),
      'samples have the shape that the network takes',
    );
  },
});
