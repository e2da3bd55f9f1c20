/** Gives every layer its neurons: threshold, initial potential and bias per tick, as the mode wants them. */
import { CONVERSIONS, type ConversionMode } from '../conversions.ts';
import type { FloatGraph } from '../ir/layers.ts';
import type { NeuronParameters } from '../ir/neurons.ts';
import type { SpikingGraph } from '../ir/spiking.ts';

/** @param thresholds per layer and channel, in units of the activation; [] for the read-out */
export function setNeurons(
  graph: FloatGraph,
  thresholds: readonly Float64Array[],
  mode: ConversionMode,
  window: number,
): SpikingGraph {
  const { initialShare, biasShare } = CONVERSIONS[mode];
  const neurons = graph.layers.map((layer, l): NeuronParameters => {
    const threshold = thresholds[l]!;
    if (layer.activation.kind === 'none')
      return { threshold, initial: new Float64Array(layer.shape[0]), bias: layer.bias };
    const area = layer.bias.length / layer.shape[0];
    const more = threshold.map((theta) => (theta * biasShare) / window);
    return {
      threshold,
      initial: threshold.map((theta) => theta * initialShare),
      bias: biasShare === 0 ? layer.bias : layer.bias.map((b, k) => b + more[Math.floor(k / area)]!),
    };
  });
  return { graph, neurons, mode, window };
}
