/**
 * Local threshold balancing: a threshold follows what its channel loses to clipping. One step of gradient descent on
 * E[(a − min(a, θ))²] per calibration sample; the derivative is −2·E[relu(a − θ)].
 */
import { option } from '../../isa/index.ts';
import { LayerEvaluator } from '../engines/evaluate-layers.ts';
import type { FloatGraph } from '../ir/layers.ts';
import type { BuildOptions } from '../options.ts';
import { letInterrupt, optionalPass, type SampleHooks } from '../pass.ts';
import { verifyThresholds } from '../verify/verify-float-layers.ts';
import { correctionSamples, type KeptSample } from './calibrate/kept-samples.ts';
import { printThresholds } from './choose-thresholds.ts';
import type { FormedLayers } from './form-layers.ts';

/**
 * θ ← θ + 2·mean(relu(a − θ)) per channel (or layer), sample after sample, never beyond the clip level. Thresholds of
 * staircase activations are part of the network and stay.
 *
 * @param thresholds per layer and channel; [] for the read-out
 * @param samples preprocessed, NCHW
 * @throws whatever the signal was aborted with
 */
export async function balanceThresholds(
  graph: FloatGraph,
  thresholds: readonly Float64Array[],
  per: 'layer' | 'channel',
  samples: readonly Float64Array[],
  hooks: SampleHooks,
): Promise<readonly Float64Array[]> {
  const evaluator = new LayerEvaluator(graph);
  const balanced = thresholds.map((values) => values.slice());
  for (const [k, x] of samples.entries()) {
    await letInterrupt(hooks);
    evaluator.run(x);
    graph.layers.forEach(({ activation }, l) => {
      if (activation.kind === 'none' || activation.levels !== undefined) return;
      const values = balanced[l]!;
      const lost = meanClipped(evaluator.activation(l), values);
      if (per === 'layer') lost.fill(lost.reduce((a, b) => a + b, 0) / lost.length);
      lost.forEach((excess, c) => {
        values[c] = Math.min(activation.max, values[c]! + 2 * excess);
      });
    });
    hooks.onProgress(k + 1, samples.length);
  }
  return balanced;
}

/** Per channel: mean of relu(a − θ) over the positions. */
function meanClipped(activations: Float64Array, thresholds: Float64Array): Float64Array {
  const channels = thresholds.length;
  const sums = new Float64Array(channels);
  for (let k = 0; k < activations.length; k++) {
    const excess = activations[k]! - thresholds[k % channels]!;
    if (excess > 0) sums[k % channels]! += excess;
  }
  return sums.map((sum) => (sum * channels) / activations.length);
}

interface Needs {
  readonly formed: FormedLayers;
  readonly thresholds: readonly Float64Array[];
  readonly samples: readonly KeptSample[];
  readonly options: BuildOptions;
}

/** @throws DiagnosticError E0301 where there are no data; whatever the signal was aborted with */
export const balanceThresholdsPass = optionalPass({
  name: 'balance-thresholds',
  says: `${option('balance')}: thresholds follow what they clip`,
  when: ({ options }: Needs) => options.balance,
  run: async ({ formed, thresholds, samples, options }, tools) => ({
    thresholds: await balanceThresholds(formed.graph, thresholds, options.per, correctionSamples(samples), tools),
  }),
  print: ({ thresholds }, { formed }) => printThresholds(formed.graph, thresholds),
  verify: ({ thresholds }, { formed }) => {
    verifyThresholds(formed.graph, thresholds);
  },
});
