/**
 * Bias correction: what a channel sends too little or too much on average over the calibration samples is added to its
 * bias, layer by layer (after Li et al., "A Free Lunch From ANN", ICML 2021).
 */
import type { SpikingGraph } from '../ir/spiking.ts';
import { mapParameters } from '../layer-neurons.ts';
import type { SampleHooks } from '../pass-runner.ts';
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
