/**
 * How many packets a neuron of each layer sends in an inference: what the mapping weighs. The float spiking network runs on a
 * few calibration samples, so the rates do not depend on the target and can travel with a converted network.
 */
import { shapeSize } from '../../isa/index.ts';
import type { FloatGraph } from '../ir/layers.ts';
import { assumedRates, type PacketRates } from '../ir/rates.ts';
import { simulatedNetwork, SpikingSimulator } from '../engines/simulate.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { fires } from '../layer-neurons.ts';
import { letInterrupt, type SampleHooks } from '../pass-runner.ts';

/** Samples that rates are measured on. More would change little: a rate is already a mean over the neurons of a layer. */
export const RATE_SAMPLES = 4;

/** One input of the network, NCHW. */
export interface RateSample {
  /** Preprocessed values. */
  readonly x: Float64Array;
  /** What the chip gets for them: an element that is not 0 is one packet. */
  readonly payloads: Int16Array;
}

/** @throws whatever the signal was aborted with */
export async function measureRates(
  spiking: SpikingGraph,
  samples: readonly RateSample[],
  hooks: SampleHooks,
): Promise<PacketRates> {
  const { layers } = spiking.graph;
  const sends = spiking.neurons.map(fires);
  if (samples.length === 0) return assumedRates(sends);
  const simulator = new SpikingSimulator(simulatedNetwork(spiking));
  const spikes = layers.map(() => 0);
  let inputs = 0;
  for (const [s, { x, payloads }] of samples.entries()) {
    await letInterrupt(hooks);
    simulator.run(x);
    for (const payload of payloads) if (payload !== 0) inputs++;
    for (let l = 0; l < layers.length; l++) if (sends[l]!) for (const count of simulator.counts(l)) spikes[l]! += count;
    hooks.onProgress(s + 1, samples.length);
  }
  const mean = (sum: number, shape: FloatGraph['inputShape']): number => sum / samples.length / shapeSize(shape);
  return {
    samples: samples.length,
    input: mean(inputs, spiking.graph.inputShape),
    layers: layers.map(({ shape }, l) => mean(spikes[l]!, shape)),
  };
}

/** A line per layer. */
export function printRates({ layers }: FloatGraph, rates: PacketRates): string {
  const lines = rates.layers.map((rate, l) => `${layers[l]!.name}: ${rate}`);
  return [`${rates.samples} samples`, `input: ${rates.input}`, ...lines].join('\n');
}
