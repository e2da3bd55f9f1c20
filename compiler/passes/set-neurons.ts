/** Gives every layer its neurons: threshold, initial potential and bias per tick, as the mode wants them. */
import { CONVERSIONS, type ConversionMode } from '../conversions.ts';
import type { FloatGraph } from '../ir/layers.ts';
import type { LayerNeurons } from '../ir/neurons.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { neuronsFrom } from '../layer-neurons.ts';

/** @param thresholds per layer and channel, in units of the activation; [] for the read-out */
export function setNeurons(
  graph: FloatGraph,
  thresholds: readonly Float64Array[],
  mode: ConversionMode,
  window: number,
): SpikingGraph {
  const { neuron, initialShare, biasShare } = CONVERSIONS[mode];
  const neurons = graph.layers.map(({ activation, bias, shape }, l): LayerNeurons<Float64Array> => {
    const threshold = thresholds[l]!;
    const [channels] = shape;
    if (activation.kind === 'none')
      return neuronsFrom('accumulator', { threshold, initial: new Float64Array(channels), bias });
    const area = bias.length / channels;
    const more = threshold.map((theta) => (theta * biasShare) / window);
    return neuronsFrom(neuron, {
      threshold,
      initial: threshold.map((theta) => theta * initialShare),
      bias: biasShare === 0 ? bias : bias.map((b, k) => b + more[Math.floor(k / area)]!),
    });
  });
  return { graph, neurons, mode, window };
}
