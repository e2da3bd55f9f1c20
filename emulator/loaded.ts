/** A chip on its cores: what inferences and streams run on, and what it has counted. */
import { boxElements, type Chip, type Counts, hostTrees, shapeSize } from '../isa/machine.ts';
import { Network } from './noc/index.ts';
import type { PhaseListener } from './timing/phases.ts';
import { Timer } from './timing/timing.ts';
import { kernelMachine } from './wasm/machine.ts';
import type { MemoryPart } from './wasm/memory.ts';
import { KernelNetwork } from './wasm/network.ts';
import { plainMachine } from './plain/machine.ts';
import type { ChipActivity, LayerActivity } from './machine/activity.ts';
import { newCounters, toCounts } from './machine/counts.ts';
import { hasKernels } from './machine/has-kernels.ts';
import { neuronMaps } from './machine/logical.ts';
import type { CoreContext, CoreRunner, Machine } from './machine/runner.ts';
import type { TreePath } from './machine/trees.ts';

/** A part of the input: the NCHW element of each source index of its tree, and the way of its packets. */
export interface InputPart {
  readonly tree: number;
  readonly elements: Uint32Array;
  readonly path: TreePath;
}

/** What reaches the host, by NCHW element of the output. */
export interface Host {
  /** An accumulator that is read out. */
  read(element: number, potential: number): void;
  /** A spike of a chip without an end. */
  spike(element: number): void;
}

interface LoadOptions {
  /** Whether the network is modelled cycle by cycle. */
  readonly timed: boolean;
  readonly kernels: 'wasm' | 'ts';
  /** Told of every phase as it is timed. */
  readonly listener?: PhaseListener | undefined;
}

export class LoadedChip {
  readonly chip: Chip;
  readonly counters = newCounters();
  readonly machine: Machine;
  readonly cores: readonly CoreRunner[];
  readonly inputs: readonly InputPart[];
  readonly timer: Timer | undefined;
  readonly #context: CoreContext;
  /** Whether a core has run since the counters were brought up to date. */
  #uncollected = false;
  readonly #integrateCycles: Float64Array;
  readonly #coreAt: ReadonlyMap<number, CoreRunner>;

  /**
   * @param part memory that emulators of this chip share; one of its own if absent
   * @throws E0405 where a program is not one that the loader accepts, E0705 where the kernels cannot have their memory
   */
  constructor(chip: Chip, { timed, kernels, listener }: LoadOptions, host: Host, part?: MemoryPart) {
    this.chip = chip;
    const perLayer = (): Float64Array => new Float64Array(chip.layers.length + 1);
    const outputs = new Map(chip.output.parts.map(({ tree, box }) => [tree, boxElements(box, chip.output.shape)]));
    this.#context = {
      counters: this.counters,
      layerSynops: perLayer(),
      layerMacs: perLayer(),
      layerSpikes: perLayer(),
      layerSpikePayload: perLayer(),
      layerSynapseBits: perLayer(),
      hostTrees: hostTrees(chip),
      read: (tree, k, potential) => {
        const element = outputs.get(tree)?.[k];
        if (element !== undefined) host.read(element, potential);
      },
      reachHost: (tree, k) => {
        const element = outputs.get(tree)?.[k];
        if (element !== undefined) host.spike(element);
      },
    };
    const maps = neuronMaps(chip);
    this.machine =
      kernels === 'wasm' && hasKernels(chip)
        ? kernelMachine(chip, maps, this.#context, timed, part)
        : plainMachine(chip, maps, this.#context);
    const { cores, trees } = this.machine;
    this.cores = cores;
    this.#coreAt = new Map(cores.map((core) => [core.image.core, core]));
    this.inputs = chip.input.parts.map(({ tree, box }) => ({
      tree,
      elements: boxElements(box, chip.input.shape),
      path: trees.path(tree, 'host'),
    }));
    this.#integrateCycles = new Float64Array(cores.length);
    if (timed) {
      const NetworkKind = kernels === 'wasm' ? KernelNetwork : Network;
      this.timer = new Timer(chip, cores, new NetworkKind(chip.target, chip.routes), listener);
    }
  }

  /** All packets of the host in this tick have been delivered. */
  endInput(tick: number): void {
    this.timer?.endInput(tick);
    this.counters.barriers++;
  }

  /** The cores hear what is there for them in this tick, and update. */
  runTick(tick: number): void {
    const { cores, timer } = this;
    this.#uncollected = true;
    timer?.beginTick(tick);
    for (let k = 0; k < cores.length; k++) {
      const core = cores[k]!;
      const cycles = core.integrate(tick);
      this.#integrateCycles[k] = cycles;
      core.update(tick, cycles);
    }
    timer?.endTick(tick, this.#integrateCycles);
    this.counters.barriers++;
  }

  /** Brings the counters up to date: a look at every instruction of every core, unless none has run since. */
  collect(): void {
    if (!this.#uncollected) return;
    this.#uncollected = false;
    this.machine.collect();
  }

  /** Counts since construction. */
  counts(): Counts {
    this.collect();
    return toCounts(this.counters, this.timer !== undefined, this.chip);
  }

  /** Activity of each layer since construction. */
  layers(): LayerActivity[] {
    this.collect();
    const { layerSpikes, layerSpikePayload, layerSynops, layerMacs, layerSynapseBits } = this.#context;
    return this.chip.layers.map(({ name }, layer) => ({
      name,
      spikes: layerSpikes[layer]!,
      spikePayload: layerSpikePayload[layer]!,
      synops: layerSynops[layer]!,
      macs: layerMacs[layer]!,
      synapseBitsRead: layerSynapseBits[layer]!,
    }));
  }

  /** Activity of each core and link since construction. */
  activity(): ChipActivity {
    this.collect();
    return {
      cores: this.cores.map(({ image, activity }) => ({ core: image.core, ...activity })),
      links: this.machine.trees.links(),
    };
  }

  /** Membrane potentials of a layer as they are, NCHW. */
  potential(layer: number): Int32Array {
    const { shape } = this.chip.layers[layer]!;
    const potentials = new Int32Array(shapeSize(shape));
    for (const placement of this.chip.placements) {
      if (placement.layer !== layer) continue;
      const core = this.#coreAt.get(placement.core);
      boxElements(placement.box, shape).forEach((element, k) => {
        potentials[element] = core?.v[placement.firstNeuron + k] ?? 0;
      });
    }
    return potentials;
  }
}
