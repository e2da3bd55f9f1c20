/**
 * Of modes whose neurons start from a potential of 0 and whose output fires (paper): biases act from the first tick on, the
 * excitation that should balance them comes later, layer by layer. What that costs is seen on the first samples, beside what
 * other modes make of them, before anything is said.
 */
import { type Diagnostic, diagnostic, option, predictedClass } from '../../isa/index.ts';
import type { AnnGraph } from '../ann/ann.ts';
import { type ConversionMode, CONVERSIONS } from '../conversions.ts';
import { AnnEvaluator } from '../engines/evaluate-ann.ts';
import { SpikingSimulator } from '../engines/simulate.ts';
import { simulatedNetwork } from '../engines/simulated-network.ts';
import { firingTimes } from '../firing-times.ts';
import type { FloatGraph } from '../ir/layers.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { valueOf } from '../layer-neurons.ts';
import type { BuildOptions } from '../options.ts';
import { letInterrupt, optionalPass, type PassTools } from '../pass.ts';
import type { Calibration } from './calibrate-activations.ts';
import type { KeptSample } from './calibrate/kept-samples.ts';
import { chooseThresholds, thresholdOptionsIn } from './choose-thresholds.ts';
import { withoutFiring } from './fire-output.ts';
import type { FormedLayers } from './form-layers.ts';
import { setNeurons } from './set-neurons.ts';

/** Mean |bias| in thresholds from which on the samples are looked at. Residual networks of 20 layers failed at 0.045. */
const LARGE_BIAS = 0.02;

/** Modes that are tried, those with fewer ticks first. */
const TRIED: readonly ConversionMode[] = ['default', 'exact'];

export interface BiasSize {
  readonly layer: string;
  /** Mean over its neurons of |bias|/threshold: what a tick adds, whatever is heard. */
  readonly mean: number;
}

/** Of the layers that fire. @param thresholds per layer and channel; [] for the read-out */
export function biasSizes({ layers }: FloatGraph, thresholds: readonly Float64Array[]): BiasSize[] {
  return layers.flatMap(({ name, bias, activation, shape }, l) => {
    if (activation.kind === 'none') return [];
    const perChannel = bias.length / shape[0];
    const relative = bias.map((b, k) => Math.abs(b) / thresholds[l]![Math.floor(k / perChannel)]!);
    return [{ layer: name, mean: relative.reduce((sum, each) => sum + each, 0) / relative.length }];
  });
}

interface Needs {
  readonly ann: AnnGraph;
  readonly formed: FormedLayers;
  readonly activations: Calibration | undefined;
  readonly samples: readonly KeptSample[];
  readonly spiking: SpikingGraph;
  readonly options: BuildOptions;
}

/** The same network in another mode at the same T, with the thresholds that the mode chooses. */
function inMode(mode: ConversionMode, { formed, activations, options }: Needs): SpikingGraph {
  const graph = withoutFiring(formed.graph);
  const histograms = activations!.histograms.slice(0, graph.layers.length - 1);
  const thresholds = chooseThresholds(
    graph,
    { ...activations!, histograms: [...histograms, []] },
    thresholdOptionsIn(mode, options),
  );
  return setNeurons(graph, thresholds, { mode, window: options.window });
}

interface Trial {
  readonly mode: ConversionMode;
  readonly ticks: number;
  /** Samples to which it gives the answer of the conventional network. */
  readonly agreeing: number;
}

async function tried(
  spiking: SpikingGraph,
  samples: readonly KeptSample[],
  wanted: readonly number[],
  tools: PassTools,
): Promise<Trial> {
  const simulator = new SpikingSimulator(simulatedNetwork(spiking));
  let agreeing = 0;
  for (const [k, { x }] of samples.entries()) {
    await letInterrupt(tools);
    simulator.run(x);
    if (predictedClass(simulator.readout()) === wanted[k]) agreeing++;
  }
  const { mode, graph } = spiking;
  return { mode, ticks: firingTimes(graph.layers, spiking).ticks, agreeing };
}

/** @throws whatever the signal was aborted with */
async function weighBiases(needs: Needs, tools: PassTools): Promise<Diagnostic | undefined> {
  const { ann, formed, spiking, options } = needs;
  const sizes = biasSizes(
    formed.graph,
    spiking.neurons.map((neurons) => valueOf(neurons, 'threshold') ?? new Float64Array(0)),
  );
  const mean = sizes.reduce((sum, size) => sum + size.mean, 0) / sizes.length;
  if (mean < LARGE_BIAS) return undefined;
  const samples = needs.samples.slice(0, options.ledgerSamples);
  const original = new AnnEvaluator(ann);
  const wanted = samples.map(({ x }) => {
    original.run(x);
    return predictedClass(original.output(formed.nodeOf.at(-1)!));
  });
  const here = await tried(spiking, samples, wanted, tools);
  if (here.agreeing === samples.length) return undefined;
  let best = here;
  for (const mode of TRIED) {
    const trial = await tried(inMode(mode, needs), samples, wanted, tools);
    if (trial.agreeing > best.agreeing) best = trial;
  }
  if (best === here) return undefined;
  const largest = sizes.reduce((a, b) => (b.mean > a.mean ? b : a));
  return diagnostic(
    'W0317',
    `biases of ${mean.toFixed(3)} thresholds a tick in the mean (here ${largest.mean.toFixed(3)}) act before the excitation that balances them: ${here.agreeing} of ${samples.length} samples get the answer of the conventional network, in ${here.ticks} ticks`,
    { layer: largest.layer },
    `${option('mode', best.mode)} at the same T gives that of ${best.agreeing}, in ${best.ticks} ticks`,
  );
}

/** @throws whatever the signal was aborted with */
export const weighBiasesPass = optionalPass({
  name: 'weigh-biases',
  says: 'paper mode: what biases that act from the first tick on cost, beside other modes, on the first samples',
  when: ({ options, samples, activations }: Needs) =>
    CONVERSIONS[options.mode].outputFires &&
    options.ledgerSamples > 0 &&
    samples.length > 0 &&
    activations !== undefined,
  run: async (level, tools): Promise<Record<never, never>> => {
    const warning = await weighBiases(level, tools);
    if (warning !== undefined) tools.warn(warning);
    return {};
  },
  print: (_made, { formed, spiking }) =>
    biasSizes(
      formed.graph,
      spiking.neurons.map((neurons) => valueOf(neurons, 'threshold') ?? new Float64Array(0)),
    )
      .map(({ layer, mean }) => `${layer}: |bias| ${mean.toPrecision(3)} thresholds in the mean`)
      .join('\n'),
  verify: () => {
    // It makes nothing.
  },
});
