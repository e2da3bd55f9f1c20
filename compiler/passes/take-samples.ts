/** Of a network of populations: nothing is calibrated; samples become self-test, and show what rounding does. */
import type { BuildOptions, CalibrationData } from '../options.ts';
import type { PopulationGraph } from '../populations/population.ts';
import { pass } from '../pass.ts';
import { must } from '../verify/rules.ts';
import { samplesToKeep } from './calibrate/kept-samples.ts';
import { SampleReader } from './calibrate/sample-reader.ts';

interface Needs {
  readonly spikingGraph: PopulationGraph;
  readonly options: BuildOptions;
  readonly calibration?: CalibrationData | undefined;
}

/** @throws DiagnosticError E0103, E0208, E0302 for data and preprocessing that do not fit the network */
export const takeSamplesPass = pass({
  name: 'take-samples',
  says: 'of populations: the first samples, for the self-test',
  run: async ({ spikingGraph, options, calibration }: Needs, tools) => {
    const { encoding, steps } = spikingGraph;
    const { shape, scale, mean, std } = encoding;
    const reader = new SampleReader({ shape, ticks: steps, preprocessing: { scale, mean, std } }, options);
    const keep = samplesToKeep(options, false);
    if (calibration !== undefined) {
      const samples = reader.read(calibration, { keep, limit: Math.min(keep, options.calibrationLimit) }, tools);
      while ((await samples.next()).done !== true);
    }
    return { samples: reader.kept };
  },
  print: ({ samples }) => `${samples.length} samples`,
  verify: ({ samples }, { options }) => {
    must(samples.length <= samplesToKeep(options, false), 'no more samples are kept than are looked at');
  },
});
