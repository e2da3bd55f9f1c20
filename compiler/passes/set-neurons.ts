/** Gives every layer its neurons: threshold, initial potential and bias per tick, as the mode wants them. */
import type { FloatGraph } from '../ir/layers.ts';
import type { ConversionMode, NeuronParameters, SpikingGraph } from '../ir/spiking.ts';

/** @param thresholds per layer and channel, in units of the activation; [] for the read-out */
export function setNeurons(
  graph: FloatGraph,
  thresholds: readonly Float64Array[],
  mode: ConversionMode,
  window: number,
): SpikingGraph {
  const neurons = graph.layers.map((layer, l): NeuronParameters => {
    const threshold = thresholds[l]!;
    if (layer.activation.kind === 'none')
      return { threshold, initial: new Float64Array(layer.shape[0]), bias: layer.bias };
    if (mode !== 'paper') return { threshold, initial: threshold.map((theta) => theta / 2), bias: layer.bias };
    // The paper's shift: δ = θ/2T in every tick, from a potential of 0 (Deng & Gu 2021, section 4.2).
    const area = layer.bias.length / layer.shape[0];
    const bias = layer.bias.map((b, k) => b + threshold[Math.floor(k / area)]! / (2 * window));
    return { threshold, initial: new Float64Array(layer.shape[0]), bias };
  });
  return { graph, neurons, mode, window };
}
