/**
 * Potential correction: the charge that a channel lacks or has too much of on average over the calibration samples is
 * there from the start, layer by layer (after Li et al., "A Free Lunch From ANN", ICML 2021).
 */
import { option } from '../../isa/index.ts';
import { windowOf } from '../ir/spiking.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { mapParameters } from '../layer-neurons.ts';
import type { BuildOptions } from '../options.ts';
import { optionalPass, type SampleHooks } from '../pass.ts';
import { printNeurons } from '../print/print-layers.ts';
import { verifySpiking } from '../verify/verify-float-layers.ts';
import { correctionSamples, type KeptSample } from './calibrate/kept-samples.ts';
import { adjustLayers } from './correct/layer-by-layer.ts';

/** m(0) ← m(0) + (mean(ANN) − mean(SNN))·T, per channel. @throws whatever the signal was aborted with */
export function correctPotential(
  spiking: SpikingGraph,
  samples: readonly Float64Array[],
  hooks: SampleHooks,
): Promise<SpikingGraph> {
  return adjustLayers(
    spiking,
    samples,
    (neurons, excess, l) =>
      mapParameters(neurons, (values, { role }) =>
        role === 'initial' ? values.map((v, c) => v + excess[c]! * windowOf(spiking, l)) : values,
      ),
    hooks,
  );
}

interface Needs {
  readonly spiking: SpikingGraph;
  readonly samples: readonly KeptSample[];
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0301 where there are no data; whatever the signal was aborted with */
export const correctPotentialPass = optionalPass({
  name: 'correct-potential',
  says: `${option('correct', 'potential, both')}: the same into its initial potential`,
  when: ({ options: { correct } }: Needs) => correct === 'potential' || correct === 'both',
  run: async ({ spiking, samples }, tools) => ({
    spiking: await correctPotential(spiking, correctionSamples(samples), tools),
  }),
  print: ({ spiking }) => printNeurons(spiking),
  verify: ({ spiking }) => {
    verifySpiking(spiking);
  },
});
