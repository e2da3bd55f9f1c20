/** The networks that are simulated: what each layer hears and how far ahead, in floating point or in the chip's integers. */
import type { Shape } from '../../isa/index.ts';
import { CONVERSIONS, type ConversionMode } from '../conversions.ts';
import { firingTimes } from '../firing-times.ts';
import { type Branch, type ConvertedGraph, type ConvertedLayer, INPUT, type LayerIndex } from '../ir/layers.ts';
import type { LayerNeurons } from '../ir/neurons.ts';
import { windowOf } from '../ir/spiking.ts';
import type { Schedule } from '../ir/schedule.ts';
import type { SpikingGraph } from '../ir/spiking.ts';
import { biasAtStart, valueOf } from '../layer-neurons.ts';

/** A layer of neurons in any unit. Values are per channel, or per neuron (NCHW) where their length says so. */
export interface SimulatedLayer {
  readonly shape: Shape;
  readonly branches: readonly SimulatedBranch[];
  readonly neurons: LayerNeurons<ArrayLike<number>>;
  /** What the values are, and so what is rounded in a tick. */
  readonly numbers: 'float' | 'integer';
  /** Ticks of its window; absent: T of the network. */
  readonly window?: number | undefined;
}

interface SimulatedBranch {
  readonly source: LayerIndex;
  readonly sourceShape: Shape;
  readonly branch: Branch<ArrayLike<number>>;
  /** What a spike (for the input: a value of 1) stands for, per channel of the source; undefined: 1. */
  readonly scale: Float64Array | undefined;
  /** Ticks of the source (for the input: of the current) that the layer has integrated when its own window begins. */
  readonly ahead: number;
}

export interface SimulatedNetwork {
  readonly inputShape: Shape;
  readonly layers: readonly SimulatedLayer[];
  /** T in ticks. */
  readonly window: number;
  /** Every layer integrates the whole window before it fires (mode `exact`). */
  readonly integratesFirst: boolean;
}

/**
 * One layer of a float spiking network: a spike of channel c stands for θ_c, so potentials are T × activation.
 *
 * @param times of the network: {@link firingTimes}
 */
export function simulatedLayer(
  spiking: SpikingGraph,
  l: LayerIndex,
  { depths, currentStarts, delays }: Schedule,
): SimulatedLayer {
  const { graph, neurons, mode, windows } = spiking;
  const window = windowOf(spiking, l);
  const layer = graph.layers[l]!;
  const branches = layer.branches.map((branch, b): SimulatedBranch => {
    const { source } = branch;
    if (source === INPUT)
      return { source, sourceShape: graph.inputShape, branch, scale: undefined, ahead: depths[l]! - currentStarts[l]! };
    return {
      ...{ source, branch, sourceShape: graph.layers[source]!.shape },
      // Potentials are T × activation, T being that of the layer that hears.
      scale: scaled(valueOf(neurons[source]!, 'threshold'), window / windowOf(spiking, source)),
      ahead: depths[l]! - depths[source]! - delays[l]![b]!,
    };
  });
  const own = neurons[l]!;
  const { biasAhead, integratesFirst } = CONVERSIONS[mode].order;
  // Where counts are settled at once, the bias of all ticks is added then.
  const ready = biasAhead && !integratesFirst ? biasAtStart(own, layer.shape[0], window) : own;
  return { shape: layer.shape, branches, neurons: ready, numbers: 'float', ...(windows && { window }) };
}

const scaled = (values: Float64Array | undefined, factor: number): Float64Array | undefined =>
  factor === 1 ? values : values?.map((value) => value * factor);

/** The float spiking network; its input is the preprocessed tensor. */
export function simulatedNetwork(spiking: SpikingGraph): SimulatedNetwork {
  const { graph, window, mode } = spiking;
  const times = firingTimes(graph.layers, spiking);
  const layers = graph.layers.map((_, l) => simulatedLayer(spiking, l, times));
  return { inputShape: graph.inputShape, layers, window, integratesFirst: CONVERSIONS[mode].order.integratesFirst };
}

/** What an integer layer can hear: the layers before it. */
export interface IntegerSources {
  readonly inputShape: Shape;
  readonly layers: readonly { readonly shape: Shape; readonly depth: number }[];
}

/** One layer of the integer network; its input are the payloads. */
export function simulatedIntegerLayer(layer: ConvertedLayer, sources: IntegerSources): SimulatedLayer {
  const branches = layer.branches.map((branch): SimulatedBranch => {
    const { source } = branch;
    const scale = new Float64Array(branch.pooled[0]).fill(2 ** branch.shift);
    if (source === INPUT)
      return { source, sourceShape: sources.inputShape, branch, scale, ahead: layer.depth - layer.currentStart };
    const { shape, depth } = sources.layers[source]!;
    return { source, sourceShape: shape, branch, scale, ahead: layer.depth - depth - branch.delay };
  });
  return { shape: layer.shape, branches, neurons: layer, numbers: 'integer', window: layer.window };
}

/** The integer network; its input are the payloads. Spike for spike what the reference interpreter computes. */
export function simulatedIntegers(graph: ConvertedGraph, mode: ConversionMode): SimulatedNetwork {
  return {
    inputShape: graph.inputShape,
    layers: graph.layers.map((layer) => simulatedIntegerLayer(layer, graph)),
    window: graph.window,
    integratesFirst: CONVERSIONS[mode].order.integratesFirst,
  };
}
