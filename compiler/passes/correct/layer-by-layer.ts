/**
 * Runs calibration samples through the spiking network layer by layer: a layer runs all samples, is adjusted by what came
 * out, and runs them again, before the next layer begins. So every layer is adjusted to the spikes that it will really
 * get. Only the spike trains that are still heard are kept.
 */
import { shapeSize } from '../../../isa/index.ts';
import { CONVERSIONS } from '../../conversions.ts';
import { LayerEvaluator } from '../../engines/evaluate-layers.ts';
import { INPUT, type FloatGraph } from '../../ir/layers.ts';
import { channelLastOrder } from '../../engines/scatter.ts';
import { LayerSimulator, simulatedLayer } from '../../engines/simulate.ts';
import { SpikeTrain } from '../../engines/spike-train.ts';
import type { LayerNeurons } from '../../ir/neurons.ts';
import type { SpikingGraph } from '../../ir/spiking.ts';
import { valueOf } from '../../layer-neurons.ts';
import { letInterrupt, type SampleHooks } from '../../pass.ts';

/**
 * New neurons of a layer.
 *
 * @param excess per channel: mean of the conventional activation − mean of the spiking one
 */
export type Adjustment = (neurons: LayerNeurons<Float64Array>, excess: Float64Array) => LayerNeurons<Float64Array>;

/** Spike trains of the samples together need no more memory than this. */
const LARGEST_TRAINS_BYTES = 2 ** 28;

/**
 * @param samples preprocessed, NCHW; the first of them are used, as many as memory allows
 * @throws whatever the signal was aborted with
 */
export async function adjustLayers(
  spiking: SpikingGraph,
  samples: readonly Float64Array[],
  adjust: Adjustment,
  hooks: SampleHooks,
): Promise<SpikingGraph> {
  const used = samples.slice(0, Math.max(1, Math.floor(LARGEST_TRAINS_BYTES / largestTrains(spiking))));
  const { graph } = spiking;
  const total = used.length * (2 * graph.layers.length + 1);
  let done = 0;
  const step = async () => {
    await letInterrupt(hooks);
    hooks.onProgress(++done, total);
  };
  const wanted = await meanActivations(graph, used, step);
  const run = new LayerRun(spiking, used);
  const neurons = [...spiking.neurons];
  for (let l = 0; l < graph.layers.length; l++) {
    const mean = await run.runAll(l, { ...spiking, neurons }, step);
    neurons[l] = adjust(
      neurons[l]!,
      wanted[l]!.map((value, c) => value - mean[c]!),
    );
    if (l < graph.layers.length - 1) await run.runAll(l, { ...spiking, neurons }, step);
  }
  return { ...spiking, neurons };
}

/** Per layer and channel, over samples and positions. */
async function meanActivations(graph: FloatGraph, samples: readonly Float64Array[], step: () => Promise<void>) {
  const evaluator = new LayerEvaluator(graph);
  const sums = graph.layers.map(({ shape }) => new Float64Array(shape[0]));
  for (const x of samples) {
    evaluator.run(x);
    sums.forEach((sum, l) => {
      evaluator.activation(l).forEach((value, k) => {
        sum[k % sum.length]! += value;
      });
    });
    await step();
  }
  return sums.map((sum, l) =>
    sum.map((value) => (value * sum.length) / shapeSize(graph.layers[l]!.shape) / samples.length),
  );
}

/** Layer whose run is the last that hears this one; itself where nobody does. */
function lastUses(graph: FloatGraph): number[] {
  const last = graph.layers.map((_, l) => l);
  graph.layers.forEach(({ branches }, l) => {
    for (const { source } of branches) if (source !== INPUT) last[source] = l;
  });
  return last;
}

/** Bytes of the trains of one sample that are kept at the same time. */
function largestTrains({ graph, window, mode }: SpikingGraph): number {
  const last = lastUses(graph);
  const { integratesFirst } = CONVERSIONS[mode].order;
  const bytes = graph.layers.map(({ shape }) => {
    const neurons = shapeSize(shape);
    return 2 * neurons + (integratesFirst ? 0 : 4 * SpikeTrain.wordsOf(neurons, window));
  });
  const alive = graph.layers.map((_, l) =>
    bytes.reduce((sum, size, source) => (source <= l && last[source]! >= l ? sum + size : sum), 0),
  );
  return Math.max(1, ...alive);
}

class LayerRun {
  readonly #inputs: readonly Float64Array[];
  /** Per layer and sample; emptied when nobody hears the layer any more. */
  readonly #trains: SpikeTrain[][];
  readonly #last: readonly number[];

  constructor({ graph }: SpikingGraph, samples: readonly Float64Array[]) {
    const order = channelLastOrder(graph.inputShape);
    this.#inputs = samples.map((x) => {
      const input = new Float64Array(x.length);
      x.forEach((value, k) => {
        input[order[k]!] = value;
      });
      return input;
    });
    this.#trains = graph.layers.map(() => []);
    this.#last = lastUses(graph);
  }

  /** Runs a layer on all samples; returns its mean output per channel. */
  async runAll(l: number, spiking: SpikingGraph, step: () => Promise<void>): Promise<Float64Array> {
    const { window, mode } = spiking;
    const { integratesFirst } = CONVERSIONS[mode].order;
    const { shape } = spiking.graph.layers[l]!;
    const size = shapeSize(shape);
    const simulator = LayerSimulator.alone(simulatedLayer(spiking, l), window, integratesFirst);
    const spikeStandsFor = valueOf(spiking.neurons[l]!, 'threshold');
    const sums = new Float64Array(shape[0]);
    for (const [k, input] of this.#inputs.entries()) {
      const out = this.#trainOf(l, k, size, integratesFirst ? 0 : window);
      simulator.run(input, (source) => this.#trains[source]![k]!, out);
      addTo(sums, simulator.fires ? out.counts : simulator.potential);
      await step();
    }
    const scale = shape[0] / size / this.#inputs.length / window;
    this.#last.forEach((last, source) => {
      // The layer itself runs twice, so its own sources stay until the next one begins.
      if (last < l) this.#trains[source] = [];
    });
    return sums.map((sum, c) => sum * scale * (spikeStandsFor?.[c] ?? 1));
  }

  #trainOf(l: number, sample: number, neurons: number, ticks: number): SpikeTrain {
    const trains = this.#trains[l]!;
    return (trains[sample] ??= new SpikeTrain(neurons, new Uint32Array(SpikeTrain.wordsOf(neurons, ticks))));
  }
}

function addTo(sums: Float64Array, values: ArrayLike<number>): void {
  const channels = sums.length;
  for (let k = 0; k < values.length; k++) sums[k % channels]! += values[k]!;
}
