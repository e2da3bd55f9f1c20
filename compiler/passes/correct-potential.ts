/**
 * Potential correction: the charge that a channel lacks or has too much of on average over the calibration samples is
 * there from the start, layer by layer (after Li et al., "A Free Lunch From ANN", ICML 2021).
 */
import type { SpikingGraph } from '../ir/spiking.ts';
import { mapParameters } from '../layer-neurons.ts';
import type { SampleHooks } from '../pass-runner.ts';
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
    (neurons, excess) =>
      mapParameters(neurons, (values, { role }) =>
        role === 'initial' ? values.map((v, c) => v + excess[c]! * spiking.window) : values,
      ),
    hooks,
  );
}
