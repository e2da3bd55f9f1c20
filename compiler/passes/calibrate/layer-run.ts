/**
 * Runs samples through the layers of a spiking network, one layer after the other, so that a layer can be changed by what
 * comes out before the next one begins. Only the spike trains that are still heard are kept.
 */
import { shapeSize, type Shape } from '../../../isa/index.ts';
import { CONVERSIONS, type ConversionMode } from '../../conversions.ts';
import { channelLastOrder } from '../../engines/scatter.ts';
import { lastUses, LayerSimulator } from '../../engines/simulate.ts';
import type { SimulatedLayer } from '../../engines/simulated-network.ts';
import { SpikeTrain } from '../../engines/spike-train.ts';
import type { Heard, LayerIndex } from '../../ir/layers.ts';
import { isSigned } from '../../layer-neurons.ts';

/** What a run needs to know of a network before it has its neurons. */
export interface RunNetwork {
  readonly graph: {
    readonly inputShape: Shape;
    readonly layers: readonly (Heard & { readonly shape: Shape })[];
  };
  readonly window: number;
  readonly mode: ConversionMode;
}

/** Spike trains of the samples together need no more memory than this. */
const LARGEST_TRAINS_BYTES = 2 ** 28;

/** Samples whose spike trains memory holds at the same time; at least 1. */
export function samplesThatFit({ graph, window, mode }: RunNetwork): number {
  const last = lastUses(graph.layers);
  const { order, ...kind } = CONVERSIONS[mode];
  const signed = isSigned(kind);
  const bytes = graph.layers.map(({ shape }) => {
    const neurons = shapeSize(shape);
    return 2 * neurons + (order.integratesFirst ? 0 : 4 * SpikeTrain.wordsOf(neurons, window, signed));
  });
  const alive = graph.layers.map((_, l) =>
    bytes.reduce((sum, size, source) => (source <= l && last[source]! >= l ? sum + size : sum), 0),
  );
  return Math.max(1, Math.floor(LARGEST_TRAINS_BYTES / Math.max(1, ...alive)));
}

export class LayerRun {
  /** Per sample, channel-last. */
  readonly inputs: readonly Float64Array[];
  readonly #network: RunNetwork;
  /** Per layer and sample; emptied when nobody hears the layer any more. */
  readonly #trains: SpikeTrain[][];
  readonly #last: readonly number[];

  /** @param samples what the input of the layers is: values or payloads, NCHW */
  constructor(network: RunNetwork, samples: readonly ArrayLike<number>[]) {
    const { graph } = network;
    const order = channelLastOrder(graph.inputShape);
    this.#network = network;
    this.inputs = samples.map((x) => {
      const input = new Float64Array(x.length);
      for (let k = 0; k < x.length; k++) input[order[k]!] = x[k]!;
      return input;
    });
    this.#trains = graph.layers.map(() => []);
    this.#last = lastUses(graph.layers);
  }

  /** Spikes per neuron that a layer sent in the window, channel-last; it has run, and is still heard. */
  counts(l: LayerIndex, sample: number): Uint16Array {
    return this.#trains[l]![sample]!.counts;
  }

  /**
   * Runs a layer on all samples, as often as one likes before the next one runs.
   *
   * @param step called after every sample
   * @returns the sums of the spike counts (of a read-out: of the potentials) per channel, over samples and positions
   */
  async runAll(l: LayerIndex, layer: SimulatedLayer, step: () => Promise<void>): Promise<Float64Array> {
    const { window, mode } = this.#network;
    const { integratesFirst } = CONVERSIONS[mode].order;
    const size = shapeSize(layer.shape);
    const simulator = LayerSimulator.alone(layer, window, integratesFirst);
    const sums = new Float64Array(layer.shape[0]);
    for (const [k, input] of this.inputs.entries()) {
      const out = this.#trainOf(l, k, size, { ticks: integratesFirst ? 0 : window, signed: isSigned(layer.neurons) });
      simulator.run(input, (source) => this.#trains[source]![k]!, out);
      addTo(sums, simulator.fires ? out.counts : simulator.potential);
      await step();
    }
    this.#last.forEach((last, source) => {
      // The layer itself may run again, so its own sources stay until the next one begins.
      if (last < l) this.#trains[source] = [];
    });
    return sums;
  }

  #trainOf(
    l: LayerIndex,
    sample: number,
    neurons: number,
    { ticks, signed }: { readonly ticks: number; readonly signed: boolean },
  ): SpikeTrain {
    const trains = this.#trains[l]!;
    return (trains[sample] ??= new SpikeTrain(
      neurons,
      new Uint32Array(SpikeTrain.wordsOf(neurons, ticks, signed)),
      signed,
    ));
  }
}

function addTo(sums: Float64Array, values: ArrayLike<number>): void {
  const channels = sums.length;
  for (let k = 0; k < values.length; k++) sums[k % channels]! += values[k]!;
}
