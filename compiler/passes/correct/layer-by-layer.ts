/**
 * Runs calibration samples through the spiking network layer by layer: a layer runs all samples, is adjusted by what came
 * out, and runs them again, before the next layer begins. So every layer is adjusted to the spikes that it will really
 * get. Only the spike trains that are still heard are kept.
 */
import { shapeSize } from '../../../isa/index.ts';
import { LayerEvaluator } from '../../engines/evaluate-layers.ts';
import { firingTimes } from '../../firing-times.ts';
import type { FloatGraph, LayerIndex } from '../../ir/layers.ts';
import { windowOf } from '../../ir/spiking.ts';
import { simulatedLayer } from '../../engines/simulated-network.ts';
import type { LayerNeurons } from '../../ir/neurons.ts';
import type { Schedule } from '../../ir/schedule.ts';
import type { SpikingGraph } from '../../ir/spiking.ts';
import { valueOf } from '../../layer-neurons.ts';
import { LayerRun, samplesThatFit } from '../calibrate/layer-run.ts';
import { letInterrupt, type SampleHooks } from '../../pass.ts';

/**
 * New neurons of a layer.
 *
 * @param excess per channel: mean of the conventional activation − mean of the spiking one
 */
export type Adjustment = (
  neurons: LayerNeurons<Float64Array>,
  excess: Float64Array,
  layer: LayerIndex,
) => LayerNeurons<Float64Array>;

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
  const used = samples.slice(0, samplesThatFit(spiking));
  const { graph } = spiking;
  const total = used.length * (2 * graph.layers.length + 1);
  let done = 0;
  const step = async () => {
    await letInterrupt(hooks);
    hooks.onProgress(++done, total);
  };
  const wanted = await meanActivations(graph, used, step);
  const times = firingTimes(graph.layers, spiking);
  const run = new LayerRun(spiking, used);
  const neurons = [...spiking.neurons];
  for (let l = 0; l < graph.layers.length; l++) {
    const mean = await meanOutput(run, l, { ...spiking, neurons }, times, step);
    neurons[l] = adjust(
      neurons[l]!,
      wanted[l]!.map((value, c) => value - mean[c]!),
      l,
    );
    if (l < graph.layers.length - 1) await run.runAll(l, simulatedLayer({ ...spiking, neurons }, l, times), step);
  }
  return { ...spiking, neurons };
}

/** Runs a layer; its mean output per channel, over samples and positions, in units of the activation. */
async function meanOutput(run: LayerRun, l: number, spiking: SpikingGraph, times: Schedule, step: () => Promise<void>) {
  const { shape } = spiking.graph.layers[l]!;
  const sums = await run.runAll(l, simulatedLayer(spiking, l, times), step);
  const spikeStandsFor = valueOf(spiking.neurons[l]!, 'threshold');
  const scale = shape[0] / shapeSize(shape) / run.inputs.length / windowOf(spiking, l);
  return sums.map((sum, c) => sum * scale * (spikeStandsFor?.[c] ?? 1));
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
