/**
 * Bias correction: what a channel sends too little or too much on average over the calibration samples is added to its
 * bias, layer by layer (after Li et al., "A Free Lunch From ANN", ICML 2021).
 */
import { option } from '../../isa/index.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { mapParameters } from '../layer-neurons.ts';
import type { BuildOptions } from '../options.ts';
import { optionalPass, type SampleHooks } from '../pass.ts';
import { printNeurons } from '../print/print-layers.ts';
import { verifySpiking } from '../verify/verify-float-layers.ts';
import { correctionSamples, type KeptSample } from './calibrate/kept-samples.ts';
import { adjustLayers } from './correct/layer-by-layer.ts';

/** b ← b + mean(ANN) − mean(SNN), per channel. @throws whatever the signal was aborted with */
export function correctBias(
  spiking: SpikingGraph,
  samples: readonly Float64Array[],
  hooks: SampleHooks,
): Promise<SpikingGraph> {
  return adjustLayers(
    spiking,
    samples,
    (neurons, excess) =>
      mapParameters(neurons, (values, { role }) => {
        if (role !== 'bias') return values;
        const perChannel = values.length / excess.length;
        return values.map((b, k) => b + excess[Math.floor(k / perChannel)]!);
      }),
    hooks,
  );
}

interface Needs {
  readonly spiking: SpikingGraph;
  readonly samples: readonly KeptSample[];
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0301 where there are no data; whatever the signal was aborted with */
export const correctBiasPass = optionalPass({
  name: 'correct-bias',
  says: `${option('correct', 'bias, both')}: what a channel lacks on average goes into its bias, layer by layer`,
  when: ({ options: { correct } }: Needs) => correct === 'bias' || correct === 'both',
  run: async ({ spiking, samples }, tools) => ({
    spiking: await correctBias(spiking, correctionSamples(samples), tools),
  }),
  print: ({ spiking }) => printNeurons(spiking),
  verify: ({ spiking }) => {
    verifySpiking(spiking);
  },
});
