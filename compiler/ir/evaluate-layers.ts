/** What the float layers mean without spikes: the activations that the spiking layers stand for. Channel-last, doubles. */
import { shapeSize } from '../../isa/index.ts';
import { INPUT, type FloatGraph, type FloatLayer, type LayerIndex } from './layers.ts';
import { channelLastOrder, prepareScatter, spreadChannelLast, type Scatter } from './scatter.ts';

/** The activation of a layer as a function of its input z; R of the ledger. */
export function activationOf({ activation }: FloatLayer): (z: number) => number {
  if (activation.kind === 'none') return (z) => z;
  const { max, levels } = activation;
  if (levels === undefined) return (z) => (z > max ? max : z > 0 ? z : 0);
  return (z) => (max * Math.min(levels, Math.max(0, Math.floor((z * levels) / max + 0.5)))) / levels;
}

/** Evaluates one sample after the other; memory is allocated once. */
export class LayerEvaluator {
  private readonly graph: FloatGraph;
  private readonly activations: readonly Float64Array[];
  private readonly scatters: readonly (readonly Scatter[])[];
  private readonly biases: readonly Float64Array[];
  private readonly input: Float64Array;
  private readonly inputOrder: Uint32Array;
  private readonly elements: Uint32Array;
  private readonly values: Float64Array;

  constructor(graph: FloatGraph) {
    this.graph = graph;
    this.input = new Float64Array(shapeSize(graph.inputShape));
    this.inputOrder = channelLastOrder(graph.inputShape);
    this.activations = graph.layers.map(({ shape }) => new Float64Array(shapeSize(shape)));
    this.biases = graph.layers.map(({ bias, shape }) => spreadChannelLast(bias, shape));
    const shapeOf = (source: LayerIndex) => (source === INPUT ? graph.inputShape : graph.layers[source]!.shape);
    this.scatters = graph.layers.map(({ branches, shape }) =>
      branches.map((branch) => prepareScatter(branch, shapeOf(branch.source), shape)),
    );
    const largest = this.activations.reduce((most, { length }) => Math.max(most, length), this.input.length);
    this.elements = new Uint32Array(largest);
    this.values = new Float64Array(largest);
  }

  /** @param x preprocessed input, NCHW */
  run(x: Float64Array): void {
    for (let k = 0; k < x.length; k++) this.input[this.inputOrder[k]!] = x[k]!;
    this.graph.layers.forEach((layer, l) => {
      const into = this.activations[l]!;
      into.set(this.biases[l]!);
      layer.branches.forEach(({ source }, b) => {
        const from = source === INPUT ? this.input : this.activations[source]!;
        this.scatters[l]![b]!.add(this.elements, this.values, this.listValues(from), into);
      });
      const activation = activationOf(layer);
      for (let k = 0; k < into.length; k++) into[k] = activation(into[k]!);
    });
  }

  private listValues(values: Float64Array): number {
    let count = 0;
    for (let k = 0; k < values.length; k++) {
      if (values[k] === 0) continue;
      this.elements[count] = k;
      this.values[count++] = values[k]!;
    }
    return count;
  }

  /** Activations of a layer, channel-last (of the read-out: its output): a view that the next run overwrites. */
  activation(layer: LayerIndex): Float64Array {
    return this.activations[layer]!;
  }
}
