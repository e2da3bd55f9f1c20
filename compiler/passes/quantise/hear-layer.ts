/** What a layer hears in the quantised network, on calibration samples: the layers before it are rounded already. */
import { type InputEncoding, quantiseInput } from '../../../isa/index.ts';
import { type IntegerSources, simulatedIntegerLayer } from '../../engines/simulated-network.ts';
import { firingTimes } from '../../firing-times.ts';
import { type ConvertedLayer, INPUT, type LayerIndex } from '../../ir/layers.ts';
import { windowOf } from '../../ir/spiking.ts';
import type { SpikingGraph } from '../../ir/spiking.ts';
import { letInterrupt, type SampleHooks } from '../../pass.ts';
import { LayerRun, samplesThatFit } from '../calibrate/layer-run.ts';
import { InputRows, partsOf, pooledValues, rowsLookedAt } from './layer-inputs.ts';
import { SecondOrder } from './second-order.ts';

export class RoundedRun {
  readonly #spiking: SpikingGraph;
  readonly #run: LayerRun;
  readonly #hooks: SampleHooks;
  readonly #sources: IntegerSources;
  #done = 0;

  /** @param samples preprocessed, NCHW; the first of them are used, as many as memory allows */
  constructor(spiking: SpikingGraph, samples: readonly Float64Array[], encoding: InputEncoding, hooks: SampleHooks) {
    this.#spiking = spiking;
    this.#hooks = hooks;
    const { graph } = spiking;
    const { depths } = firingTimes(graph.layers, spiking);
    this.#sources = { ...graph, layers: graph.layers.map(({ shape }, l) => ({ shape, depth: depths[l]! })) };
    const used = samples.slice(0, samplesThatFit(spiking));
    this.#run = new LayerRun(
      spiking,
      used.map((x) => quantiseInput(x, encoding)),
    );
  }

  /** What the rounding of a layer follows; undefined where its connections are irregular, or too many reach a neuron. */
  async hear(l: LayerIndex): Promise<SecondOrder | undefined> {
    const { graph } = this.#spiking;
    const window = windowOf(this.#spiking, l);
    const layer = graph.layers[l]!;
    const parts = partsOf(layer);
    const looked = parts && rowsLookedAt(parts, layer.shape, this.#run.inputs.length);
    if (looked === undefined) return undefined;
    const rows = parts!.map((part) => new InputRows(part, layer, looked));
    for (let sample = 0; sample < looked.samples; sample++) {
      const pooled = layer.branches.map((branch) =>
        branch.source === INPUT
          ? pooledValues(branch, graph.inputShape, this.#run.inputs[sample]!, window)
          : pooledValues(branch, graph.layers[branch.source]!.shape, this.#run.counts(branch.source, sample), 1),
      );
      for (const each of rows) each.add(sample, pooled);
      await this.#step();
    }
    const secondOrder = new SecondOrder(layer);
    for (const [k, part] of parts!.entries()) {
      secondOrder.hear(part, rows[k]!.matrix);
      await this.breathe();
    }
    return secondOrder;
  }

  /** Runs a layer that is rounded, so that those after it can hear it. */
  async send(l: LayerIndex, layer: ConvertedLayer): Promise<void> {
    const { graph } = this.#spiking;
    if (l === graph.layers.length - 1) return;
    await this.#run.runAll(l, simulatedIntegerLayer(layer, this.#sources), () => this.#step());
  }

  /** Lets a signal in. @throws whatever it was aborted with */
  async breathe(): Promise<void> {
    await letInterrupt(this.#hooks);
  }

  async #step(): Promise<void> {
    await this.breathe();
    const total = this.#run.inputs.length * (2 * this.#spiking.graph.layers.length - 1);
    this.#hooks.onProgress(Math.min(++this.#done, total), total);
  }
}
