/**
 * How many packets each source sends in an inference: what the placement weighs. The integer network runs on a few
 * calibration samples; it computes spike for spike what the chip will. Without samples every neuron counts alike.
 */
import { boxSize, shapeSize, type Box, type Shape } from '../../isa/index.ts';
import { INPUT, type LayerIndex, type QuantisedGraph } from '../ir/layers.ts';
import type { Tile } from '../ir/mapped.ts';
import { simulatedIntegers, SpikingSimulator } from '../ir/simulate.ts';
import type { ConversionMode } from '../ir/spiking.ts';
import { letInterrupt, type SampleHooks } from '../pass-runner.ts';
import type { Sources } from './route-trees.ts';

/** Samples that rates are measured on. Traffic needs no more: a tile's rate is already a mean over its neurons. */
export const RATE_SAMPLES = 4;

export interface Rates {
  /** 0: nothing was measured, and every neuron (and input element) counts as one packet per inference. */
  readonly samples: number;
  /** Packets of all samples per element of the input, channel-last. */
  readonly input: Float64Array;
  /** Spikes of all samples per neuron of each layer, channel-last; empty for the read-out. */
  readonly layers: readonly Float64Array[];
}

/**
 * @param samples payloads of the input, NCHW
 * @throws whatever the signal was aborted with
 */
export async function measureRates(
  graph: QuantisedGraph,
  mode: ConversionMode,
  samples: readonly Int16Array[],
  hooks: SampleHooks,
): Promise<Rates> {
  const perNeuron = (shape: Shape) => new Float64Array(shapeSize(shape));
  const input = perNeuron(graph.inputShape);
  const layers = graph.layers.map(({ fires, shape }) => (fires ? perNeuron(shape) : new Float64Array(0)));
  if (samples.length === 0) {
    for (const rates of [input, ...layers]) rates.fill(1);
    return { samples: 0, input, layers };
  }
  const simulator = new SpikingSimulator(simulatedIntegers(graph, mode));
  const [channels, height, width] = graph.inputShape;
  for (const [s, payloads] of samples.entries()) {
    await letInterrupt(hooks);
    simulator.run(payloads);
    for (let k = 0; k < payloads.length; k++)
      if (payloads[k] !== 0) input[(k % (height * width)) * channels + Math.floor(k / (height * width))]!++;
    layers.forEach((rates, l) => {
      if (rates.length === 0) return;
      const counts = simulator.counts(l);
      for (let k = 0; k < rates.length; k++) rates[k]! += counts[k]!;
    });
    hooks.onProgress(s + 1, samples.length);
  }
  return { samples: samples.length, input, layers };
}

/** Mean packets per inference and neuron of each layer. */
export function printRates(graph: QuantisedGraph, { samples, input, layers }: Rates): string {
  const mean = (values: Float64Array): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length * samples);
  const lines = layers.map((rates, l) => `${graph.layers[l]!.name}: ${mean(rates)}`);
  return [`${samples} samples`, `input: ${mean(input)}`, ...lines].join('\n');
}

/** Mean packets per inference of each tree. A read-out sends one packet per neuron. */
export function packetsPerTree(
  { runs, readTrees, trees }: Sources,
  tiles: readonly Tile[],
  graph: QuantisedGraph,
  rates: Rates,
): Float64Array {
  const packets = new Float64Array(trees);
  const ofLayer = (layer: LayerIndex): readonly [Float64Array, Shape] =>
    layer === INPUT ? [rates.input, graph.inputShape] : [rates.layers[layer]!, graph.layers[layer]!.shape];
  for (const { tree, layer, box } of runs)
    if (tree >= 0) packets[tree] = sumOfBox(...ofLayer(layer), box) / Math.max(1, rates.samples);
  for (const [tile, tree] of readTrees) packets[tree] = boxSize(tiles[tile]!.box);
  return packets;
}

/** @param values channel-last */
function sumOfBox(values: Float64Array, [channels, , width]: Shape, box: Box): number {
  let sum = 0;
  for (let y = box.y0; y < box.y0 + box.height; y++)
    for (let x = box.x0; x < box.x0 + box.width; x++) {
      const first = (y * width + x) * channels + box.c0;
      for (let k = first; k < first + box.channels; k++) sum += values[k]!;
    }
  return sum;
}
