/** Of a network of populations: samples become self-test, show what rounding does, and are what conventional layers are calibrated on. */
import { type Diagnostic, diagnostic, type InputEncoding, option, shapeSize } from '../../isa/index.ts';
import type { BuildOptions, CalibrationData } from '../options.ts';
import type { PopulationGraph } from '../ir/population.ts';
import { pass } from '../pass.ts';
import { hasLayers } from '../populations/activations.ts';
import { must } from '../verify/rules.ts';
import { type KeptSample, samplesToKeep, samplesToObserve } from './calibrate/kept-samples.ts';
import { SampleReader } from './calibrate/sample-reader.ts';

interface Needs {
  readonly spikingGraph: PopulationGraph;
  readonly options: BuildOptions;
  readonly calibration?: CalibrationData | undefined;
}

/** What no payload stands for becomes another number on the chip. */
function beyondWarning(
  { step, payloadMin, payloadMax }: InputEncoding,
  samples: readonly KeptSample[],
): Diagnostic | undefined {
  let [beyond, least, most] = [0, 0, 0];
  for (const { x } of samples)
    for (const value of x) {
      const payload = Math.floor(value / step + 0.5);
      if (payload >= payloadMin && payload <= payloadMax) continue;
      beyond++;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  if (beyond === 0) return undefined;
  return diagnostic(
    'W0307',
    `${beyond} values of ${samples.length} samples, ${least} to ${most}, lie beyond the payloads of the input, which reach from ${payloadMin * step} to ${payloadMax * step}`,
    { path: 'input.payload' },
    'give the data that the network was trained on, or say in input.payload what they can be',
  );
}

type Payloads = Pick<InputEncoding, 'step' | 'payloadMin' | 'payloadMax'>;

/** What payloads reach on either side where samples are not whole numbers. */
const FINEST_PAYLOAD = 127;

/** Of a network that does not say what its input can be: what samples have, and spikes at least. */
function payloadsOf(samples: readonly KeptSample[]): Payloads {
  let [least, most, isWhole] = [0, 1, true];
  for (const { x } of samples)
    for (const value of x) {
      least = Math.min(least, value);
      most = Math.max(most, value);
      isWhole &&= Number.isInteger(value);
    }
  const step = isWhole ? 1 : Math.max(most, -least) / FINEST_PAYLOAD;
  return { step, payloadMin: Math.floor(least / step + 0.5), payloadMax: Math.floor(most / step + 0.5) };
}

const assumedPayloads = ({ step, payloadMin, payloadMax }: Payloads, samples: number): Diagnostic =>
  diagnostic(
    'W0308',
    `the network file does not say what its input can be: ${payloadMin * step} to ${payloadMax * step} in steps of ${step} is taken, ${samples === 0 ? 'spikes' : `as ${samples} samples have it`}`,
    undefined,
    samples === 0 ? `give samples of its input with ${option('calibration')}` : undefined,
  );

/** How many samples are kept: conventional layers are calibrated on all that there is room for. */
const wanted = (graph: PopulationGraph, options: BuildOptions): number => {
  const { encoding, steps } = graph;
  const observed = hasLayers(graph) ? samplesToObserve(steps * shapeSize(encoding.shape), options) : 0;
  return Math.max(samplesToKeep(options, false), observed);
};

/** @throws DiagnosticError E0103, E0208, E0302 for data and preprocessing that do not fit the network */
export const takeSamplesPass = pass({
  name: 'take-samples',
  says: 'of populations: the first samples, for the self-test',
  run: async ({ spikingGraph, options, calibration }: Needs, tools) => {
    const { encoding, steps } = spikingGraph;
    const { shape, scale, mean, std } = encoding;
    const reader = new SampleReader({ shape, ticks: steps, preprocessing: { scale, mean, std } }, options);
    const keep = wanted(spikingGraph, options);
    if (calibration !== undefined) {
      const samples = reader.read(calibration, { keep, limit: Math.min(keep, options.calibrationLimit) }, tools);
      while ((await samples.next()).done !== true);
    }
    // What is compared with them has an end.
    const samples = spikingGraph.endless === true ? [] : reader.kept;
    if (spikingGraph.taken !== undefined && spikingGraph.taken.payloadMax === undefined) {
      const payloads = payloadsOf(reader.kept);
      tools.warn(assumedPayloads(payloads, reader.kept.length));
      return { samples, spikingGraph: { ...spikingGraph, encoding: { ...encoding, ...payloads } } };
    }
    const warning = beyondWarning(encoding, reader.kept);
    if (warning !== undefined) tools.warn(warning);
    return { samples, spikingGraph };
  },
  print: ({ samples }) => `${samples.length} samples`,
  verify: ({ samples }, { spikingGraph, options }) => {
    must(samples.length <= wanted(spikingGraph, options), 'no more samples are kept than are looked at');
  },
});
