/** A chip on the WebAssembly kernels. */
import { type Chip, SpikeSet, spikeWords, wordsPerNeuron } from '../../isa/index.ts';
import type { NeuronMap } from '../logical.ts';
import type { CoreContext, Machine } from '../runner.ts';
import { Trees } from '../trees.ts';
import { KernelCore } from './core.ts';
import { MemoryPlan } from './memory.ts';
import { SinkPlanner } from './sinks.ts';

/**
 * Lays out all cores in one memory.
 *
 * @param timed whether the cores count cycles and schedule their packets
 * @throws E0405 where a program is not one that the loader accepts, E0705 where the memory cannot be had
 */
export function kernelMachine(
  chip: Chip,
  maps: ReadonlyMap<number, NeuronMap>,
  context: CoreContext,
  timed: boolean,
): Machine {
  const { target, ticks, layers } = chip;
  const plan = new MemoryPlan();
  const layerWords = layers.map((layer) => spikeWords(layer, ticks));
  const spikesAt = layerWords.map((words) => plan.reserve(4 * words));
  const layerCountsAt = plan.reserve(8 * (layers.length + 1));
  const shared = {
    plan,
    context,
    target,
    ticks,
    timed,
    layerSpikesAt: [...spikesAt, plan.reserve(4 * wordsPerNeuron(ticks))],
    layerCountsAt,
  };
  const cores = chip.cores.map((image) => new KernelCore(image, maps.get(image.core)!, shared));
  const trees = new Trees(chip, cores);
  const sinks = new SinkPlanner(plan);
  for (const core of cores) core.connect(trees, sinks);
  planScratch(plan, chip, Math.max(0, ...cores.map(({ slideWords }) => slideWords)));
  const memory = plan.build();
  const layerCounts = memory.f64(layerCountsAt, layers.length + 1);
  const { layerSpikes } = context;
  return {
    cores,
    trees,
    spikes: new SpikeSet(
      layers,
      ticks,
      layerWords.map((words, layer) => memory.u32(spikesAt[layer]!, words)),
    ),
    tellSpikes: (done) => {
      for (const core of cores) core.tellSpikes(done);
    },
    collect: () => {
      for (const core of cores) core.collect();
      for (let layer = 0; layer < layerCounts.length; layer++) layerSpikes[layer]! += layerCounts[layer]!;
      layerCounts.fill(0);
    },
  };
}

/**
 * Areas that one core after the other uses, for the largest of them.
 *
 * @param slideWords words of the sliding convolution kernel
 */
function planScratch(plan: MemoryPlan, { cores }: Chip, slideWords: number): void {
  const axons = cores.reduce((most, core) => core.groups.reduce((m, group) => Math.max(m, group.axonCount), most), 0);
  const neurons = cores.reduce((most, core) => Math.max(most, core.neuronCount), 0);
  const words = (count: number): number => plan.reserve(4 * count);
  const spikes = words(axons);
  const graded = words(axons);
  const payloads = words(axons);
  const weightsOfEvent = words(axons);
  const pixels = words(axons + 1);
  const columns = words(axons + 1);
  const columnEvents = words(axons);
  const slide = plan.reserve(8 * slideWords);
  const slideBases = words(slideWords);
  const fired = words(neurons);
  const column = plan.reserve(32);
  const activeBits = plan.reserve(Math.ceil(neurons / 8));
  plan.whenBuilt(({ kernels }) => {
    kernels.setScratch(
      spikes,
      graded,
      payloads,
      weightsOfEvent,
      pixels,
      columns,
      columnEvents,
      slide,
      slideBases,
      activeBits,
      fired,
      column,
    );
  });
}
