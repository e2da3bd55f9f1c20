/** What the float layers mean without spikes: the activations that the spiking layers stand for. Channel-last, doubles. */
import { shapeSize } from '../../isa/index.ts';
import { type KernelArray, KernelMemory } from './kernels/memory.ts';
import { INPUT, type FloatGraph, type FloatLayer, type LayerIndex } from '../ir/layers.ts';
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
  readonly #graph: FloatGraph;
  readonly #activations: readonly KernelArray<Float64Array>[];
  readonly #scatters: readonly (readonly Scatter[])[];
  readonly #biases: readonly Float64Array[];
  readonly #input: Float64Array;
  readonly #inputOrder: Uint32Array;
  readonly #elements: KernelArray<Uint32Array>;
  readonly #values: KernelArray<Float64Array>;

  /** @throws DiagnosticError E0209 where its memory cannot be had */
  constructor(graph: FloatGraph) {
    const memory = new KernelMemory();
    this.#graph = graph;
    this.#input = new Float64Array(shapeSize(graph.inputShape));
    this.#inputOrder = channelLastOrder(graph.inputShape);
    this.#activations = graph.layers.map(({ shape }) => memory.f64(shapeSize(shape)));
    this.#biases = graph.layers.map(({ bias, shape }) => spreadChannelLast(bias, shape));
    const shapeOf = (source: LayerIndex) => (source === INPUT ? graph.inputShape : graph.layers[source]!.shape);
    this.#scatters = graph.layers.map(({ branches, shape }) =>
      branches.map((branch) => prepareScatter(branch, shapeOf(branch.source), shape, memory, undefined)),
    );
    const largest = graph.layers.reduce((most, { shape }) => Math.max(most, shapeSize(shape)), this.#input.length);
    this.#elements = memory.u32(largest);
    this.#values = memory.f64(largest);
    memory.build();
  }

  /** @param x preprocessed input, NCHW */
  run(x: Float64Array): void {
    for (let k = 0; k < x.length; k++) this.#input[this.#inputOrder[k]!] = x[k]!;
    this.#graph.layers.forEach((layer, l) => {
      const into = this.activation(l);
      into.set(this.#biases[l]!);
      layer.branches.forEach(({ source }, b) => {
        const from = source === INPUT ? this.#input : this.activation(source);
        this.#scatters[l]![b]!.add(this.#elements.array, this.#values.array, this.#listValues(from), into);
      });
      const activation = activationOf(layer);
      for (let k = 0; k < into.length; k++) into[k] = activation(into[k]!);
    });
  }

  #listValues(values: Float64Array): number {
    const elements = this.#elements.array;
    const listed = this.#values.array;
    let count = 0;
    for (let k = 0; k < values.length; k++) {
      if (values[k] === 0) continue;
      elements[count] = k;
      listed[count++] = values[k]!;
    }
    return count;
  }

  /** Activations of a layer, channel-last (of the read-out: its output): a view that the next run overwrites. */
  activation(layer: LayerIndex): Float64Array {
    return this.#activations[layer]!.array;
  }
}
