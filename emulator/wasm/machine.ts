/** A chip on the WebAssembly kernels. */
import { type Chip, SpikeSet, spikeWords, ticksOfRun, wordsPerNeuron } from '../../isa/machine.ts';
import { newCounters } from '../machine/counts.ts';
import { type NeuronMap, neuronMaps } from '../machine/logical.ts';
import type { CoreContext, Machine } from '../machine/runner.ts';
import { Trees } from '../machine/trees.ts';
import { KernelCore } from './core.ts';
import { repeatsOf } from './groups.ts';
import { type MemoryPart, MemoryPlan } from './memory.ts';
import { PAGE_BYTES } from './module.ts';
import { type ScratchArea, scratchAreas, type ScratchSizes } from './records/scratch.ts';
import { SinkPlanner } from './sinks.ts';

/**
 * Lays out all cores in one memory.
 *
 * @param timed whether the cores count cycles and schedule their packets
 * @param part where the memory is, if it is shared with other emulators of the same chip
 * @throws E0405 where a program is not one that the loader accepts, E0705 where the memory cannot be had
 */
export function kernelMachine(
  chip: Chip,
  maps: ReadonlyMap<number, NeuronMap>,
  context: CoreContext,
  timed: boolean,
  part?: MemoryPart,
): Machine {
  const plan = new MemoryPlan(part?.statesAt);
  const { cores, trees, spikesAt, layerCountsAt } = layOut(plan, chip, maps, context, timed);
  const memory = part === undefined ? plan.build() : plan.attach(part);
  const { ticks, layers } = chip;
  const layerCounts = memory.f64(layerCountsAt, 2 * (layers.length + 1));
  const { layerSpikes, layerSpikePayload } = context;
  return {
    cores,
    trees,
    spikes: new SpikeSet(
      layers,
      ticks,
      layers.map((layer, k) => memory.u32(spikesAt[k]!, spikeWords(layer, ticks))),
    ),
    tellSpikes: (done) => {
      for (const core of cores) core.tellSpikes(done);
    },
    collect: () => {
      for (const core of cores) core.collect();
      for (let layer = 0; layer < layerSpikes.length; layer++) {
        layerSpikes[layer]! += layerCounts[2 * layer]!;
        layerSpikePayload[layer]! += layerCounts[2 * layer + 1]!;
      }
      layerCounts.fill(0);
    },
  };
}

/**
 * Memory for several emulators of a chip, which read the same constants.
 *
 * @param most parts wanted; there are fewer where they do not all fit, but at least one
 * @throws as {@link kernelMachine}
 */
export function kernelParts(chip: Chip, timed: boolean, most: number): MemoryPart[] {
  const none = new Float64Array(chip.layers.length + 1);
  const context: CoreContext = {
    counters: newCounters(),
    layerSynops: none,
    layerMacs: none,
    layerSpikes: none,
    layerSpikePayload: none,
    layerSynapseBits: none,
    hostTrees: new Set(),
    reachHost: () => undefined,
    read: () => undefined,
  };
  const plan = new MemoryPlan(PAGE_BYTES);
  layOut(plan, chip, neuronMaps(chip), context, timed);
  return plan.buildParts(most);
}

interface Layout {
  readonly cores: readonly KernelCore[];
  readonly trees: Trees<KernelCore>;
  /** Address of the spike words of each layer. */
  readonly spikesAt: readonly number[];
  readonly layerCountsAt: number;
}

function layOut(
  plan: MemoryPlan,
  chip: Chip,
  maps: ReadonlyMap<number, NeuronMap>,
  context: CoreContext,
  timed: boolean,
): Layout {
  const { target, ticks, layers } = chip;
  const spikesAt = layers.map((layer) => plan.reserve(4 * spikeWords(layer, ticks)));
  const layerCountsAt = plan.reserve(16 * (layers.length + 1));
  const shared = {
    plan,
    context,
    target,
    ticks: ticksOfRun(chip),
    keptTicks: ticks,
    timed,
    layerSpikesAt: [...spikesAt, plan.reserve(4 * wordsPerNeuron(ticks))],
    layerCountsAt,
  };
  const cores = chip.cores.map((image) => new KernelCore(image, maps.get(image.core)!, shared));
  const trees = new Trees(chip, cores);
  const sinks = new SinkPlanner(plan);
  for (const core of cores) core.connect(trees, sinks);
  planScratch(plan, chip, Math.max(0, ...cores.map(({ slideWords }) => slideWords)));
  return { cores, trees, spikesAt, layerCountsAt };
}

/**
 * Areas that one core after the other uses, for the largest of them.
 *
 * @param slideWords words of the sliding convolution kernel
 */
function planScratch(plan: MemoryPlan, { cores }: Chip, slideWords: number): void {
  const groups = cores.flatMap((core) => core.groups);
  const most = (counts: readonly number[]): number => counts.reduce((a, b) => Math.max(a, b), 0);
  const sizes: ScratchSizes = {
    axons: most(groups.map((group) => group.axonCount)),
    repeatedAxons: most(groups.map((group) => group.axonCount * repeatsOf(group))),
    neurons: most(cores.map((core) => core.neuronCount)),
    slideWords,
  };
  const areas = Object.values<ScratchArea>(scratchAreas).map(({ bytes }) => plan.reserve(bytes(sizes)));
  const addressesAt = plan.placeAddresses(Uint32Array.from(areas));
  plan.whenBuilt(({ kernels }) => {
    kernels.setScratch(addressesAt);
  });
}
