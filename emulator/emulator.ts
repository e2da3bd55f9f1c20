import {
  largestIndex,
  boxElements,
  type Chip,
  type Counts,
  fail,
  inputSize,
  shapeSize,
  type SpikeLister,
  type SpikeSet,
  wordsPerNeuron,
} from '../isa/machine.ts';
import { plainMachine } from './plain/machine.ts';
import {
  NETWORK_COUNTS,
  type NetworkCounts,
  newCounters,
  newNetworkCounts,
  STATE_COUNTS,
  type StateWork,
  toCounts,
} from './machine/counts.ts';
import type { ChipActivity, LayerActivity } from './machine/activity.ts';
import { neuronMaps } from './machine/logical.ts';
import type { TickObserver, TickView } from './machine/observer.ts';
import { Network } from './noc/network.ts';
import type { Inference } from './timing/inference.ts';
import type { PhaseListener } from './timing/phases.ts';
import type { CoreContext, CoreRunner, Machine } from './machine/runner.ts';
import { stateWorkOf } from './machine/state-work.ts';
import { Timer } from './timing/timing.ts';
import type { TreePath } from './machine/trees.ts';
import { kernelMachine } from './wasm/machine.ts';
import type { MemoryPart } from './wasm/memory.ts';
import { KernelNetwork } from './wasm/network.ts';
import { kernelLister } from './wasm/spike-list.ts';

export interface EmulatorOptions {
  /** `cycle`: the network is modelled cycle by cycle; `none`: results and counts only. */
  readonly timing: 'cycle' | 'none';
  /** What the cores run on; `wasm` if absent. All results, counts and cycles are the same; `ts` is slower. */
  readonly kernels?: KernelKind;
  /** Told of every phase as it is timed; of nothing where timing is `none`. */
  readonly listener?: PhaseListener;
}

/** WebAssembly kernels, or their reference in TypeScript. */
export const KERNEL_KINDS = ['wasm', 'ts'] as const;
export type KernelKind = (typeof KERNEL_KINDS)[number];

/** A part of the input or output: the NCHW element of each source index of its tree. */
interface Part {
  readonly tree: number;
  readonly elements: Uint32Array;
}

/**
 * Executes the programs of a chip. Function first, timing after: what is computed does not depend on the cycle in which
 * a packet arrives, so the cores are run one after the other, and the network is timed from the cycles in which they
 * inject. Memory depends on the chip alone.
 */
export class Emulator {
  readonly chip: Chip;
  readonly #cores: readonly CoreRunner[];
  readonly #machine: Machine;
  readonly #inputs: readonly (Part & { readonly path: TreePath })[];
  readonly #outputs: ReadonlyMap<number, Uint32Array>;
  readonly #counters = newCounters();
  /** Of every inference. */
  readonly #stateWork: StateWork;
  readonly #context: CoreContext;
  readonly #spikes: SpikeSet;
  readonly #timer: Timer | undefined;
  readonly #integrateCycles: Float64Array;
  readonly #coreAt: ReadonlyMap<number, CoreRunner>;
  #readout = new Int32Array(0);

  /**
   * @param chip as the loader delivers it, checked; its cores may come in any order
   * @param part memory that emulators of this chip share; one of its own if absent
   * @throws E0405 where a program is not one that the loader accepts, E0705 where the kernels cannot have their memory
   */
  constructor(chip: Chip, options: EmulatorOptions, part?: MemoryPart) {
    this.chip = chip;
    const perLayer = (): Float64Array => new Float64Array(chip.layers.length + 1);
    this.#outputs = new Map(chip.output.parts.map(({ tree, box }) => [tree, boxElements(box, chip.output.shape)]));
    this.#context = {
      counters: this.#counters,
      layerSynops: perLayer(),
      layerMacs: perLayer(),
      layerSpikes: perLayer(),
      layerSynapseBits: perLayer(),
      read: (tree, k, potential) => {
        const element = this.#outputs.get(tree)?.[k];
        if (element !== undefined) this.#readout[element] = potential;
      },
    };
    this.#stateWork = stateWorkOf(chip);
    const { timing, kernels = 'wasm', listener } = options;
    const maps = neuronMaps(chip);
    this.#machine =
      kernels === 'wasm'
        ? kernelMachine(chip, maps, this.#context, timing === 'cycle', part)
        : plainMachine(chip, maps, this.#context);
    const { cores, trees } = this.#machine;
    this.#cores = cores;
    this.#coreAt = new Map(cores.map((core) => [core.image.core, core]));
    this.#spikes = this.#machine.spikes;
    this.#inputs = chip.input.parts.map(({ tree, box }) => ({
      tree,
      elements: boxElements(box, chip.input.shape),
      path: trees.path(tree, 'host'),
    }));
    this.#integrateCycles = new Float64Array(this.#cores.length);
    if (timing === 'cycle') {
      const NetworkKind = kernels === 'wasm' ? KernelNetwork : Network;
      this.#timer = new Timer(chip, this.#cores, new NetworkKind(chip.target, chip.routes), listener);
    }
  }

  /**
   * One inference: reset, input, ticks, read-out.
   *
   * @param input payload of every input element, NCHW (quantiseInput), of one tick after the other where input comes in several
   * @throws E0603 where the length differs from the input's shape, E0701 where a payload leaves the proven range
   */
  infer(input: Int16Array, observer?: TickObserver): Inference {
    const ticks = this.ticks(input, observer);
    for (let next = ticks.next(); ; next = ticks.next()) if (next.done === true) return next.value;
  }

  /**
   * The same tick by tick, so that a caller can do something else in between; the tick that is done is handed out. One
   * inference at a time: the next one begins anew.
   *
   * @throws as {@link infer}, when the first tick is asked for
   */
  *ticks(input: Int16Array, observer?: TickObserver): Generator<number, Inference, void> {
    this.#checkInput(input);
    // An inference that was not carried through may have left something.
    this.#machine.collect();
    const before = { ...this.#counters };
    this.#readout = new Int32Array(shapeSize(this.chip.output.shape));
    this.#spikes.clear();
    this.#timer?.begin();
    for (const core of this.#cores) core.reset();
    for (let tick = 0; tick < this.chip.ticks; tick++) {
      this.#sendInput(input, tick);
      this.#runTick(tick);
      observer?.onTick(tick, this.#view(tick));
      yield tick;
    }
    this.#machine.tellSpikes(this.chip.ticks);
    this.#machine.collect();
    for (const name of STATE_COUNTS) this.#counters[name] += this.#stateWork[name];
    const timing = this.#timer?.end(this.#counters, difference(this.#counters, before));
    return {
      readout: this.#readout,
      predicted: largestIndex(this.#readout),
      spikes: this.#spikes,
      ...(timing && { timing }),
    };
  }

  /** Counts since construction. */
  counts(): Counts {
    this.#machine.collect();
    return toCounts(this.#counters, this.#timer !== undefined, this.chip.target);
  }

  /** Activity of each layer since construction. */
  layers(): LayerActivity[] {
    this.#machine.collect();
    const { layerSpikes, layerSynops, layerMacs, layerSynapseBits } = this.#context;
    return this.chip.layers.map(({ name }, layer) => ({
      name,
      spikes: layerSpikes[layer]!,
      synops: layerSynops[layer]!,
      macs: layerMacs[layer]!,
      synapseBitsRead: layerSynapseBits[layer]!,
    }));
  }

  /** Activity of each core and link since construction. */
  activity(): ChipActivity {
    this.#machine.collect();
    return {
      cores: this.#cores.map(({ image, activity }) => ({ core: image.core, ...activity })),
      links: this.#machine.trees.links(),
    };
  }

  #checkInput(input: Int16Array): void {
    requireInputSize(this.chip, input);
    const { payloadMin, payloadMax } = this.chip.input;
    for (let k = 0; k < input.length; k++)
      if (input[k]! < payloadMin || input[k]! > payloadMax)
        fail(
          'E0701',
          `payload ${input[k]!} lies outside of the proven range ${payloadMin}..${payloadMax}`,
          { path: `input[${k}]` },
          'quantise the input with the input map of the chip',
        );
  }

  /**
   * The host sends a packet for every element of the tick that is not 0, part by part, in box order. Tick 0 begins with it in
   * any case, a later one if there is something to send.
   */
  #sendInput(input: Int16Array, tick: number): void {
    const { shape, ticks = 1 } = this.chip.input;
    if (tick >= ticks) return;
    const from = tick * shapeSize(shape);
    const before = this.#counters.hostPackets;
    for (const { tree, elements, path } of this.#inputs) {
      let packets = 0;
      for (let k = 0; k < elements.length; k++) {
        const payload = input[from + elements[k]!]!;
        if (payload === 0) continue;
        path.deliver(k, payload, tick);
        this.#timer?.addInput(tree);
        packets++;
      }
      this.#counters.hostPackets += packets;
      path.count(this.#counters, packets);
    }
    if (tick > 0 && this.#counters.hostPackets === before) return;
    this.#timer?.endInput(tick);
    this.#counters.barriers++;
  }

  #runTick(tick: number): void {
    this.#timer?.beginTick(tick);
    for (let k = 0; k < this.#cores.length; k++) {
      const core = this.#cores[k]!;
      const cycles = core.integrate(tick);
      this.#integrateCycles[k] = cycles;
      core.update(tick, cycles);
    }
    this.#timer?.endTick(tick, this.#integrateCycles);
    this.#counters.barriers++;
  }

  #view(tick: number): TickView {
    let told = false;
    return {
      fired: (layer) => {
        if (!told) this.#machine.tellSpikes(tick + 1);
        told = true;
        return this.#spikes.fired(layer, tick);
      },
      potential: (layer) => this.#potential(layer),
    };
  }

  #potential(layer: number): Int32Array {
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

/** What lists spikes for their digest on these kernels; undefined where that is left to the digest, which is slower. */
export const spikeLister = ({ ticks }: Chip, kernels: KernelKind = 'wasm'): SpikeLister | undefined =>
  kernels === 'wasm' ? kernelLister(wordsPerNeuron(ticks)) : undefined;

/** @throws E0603 where the payloads are not those of one sample */
export function requireInputSize({ input }: Chip, payloads: Int16Array): void {
  const { shape, ticks } = input;
  const size = inputSize(input);
  if (payloads.length !== size)
    fail(
      'E0603',
      `the input has ${payloads.length} elements; the chip takes ${[...(ticks === undefined ? [] : [`${ticks} ticks of`]), shape.join(' x ')].join(' ')} = ${size}`,
      { path: 'input' },
      'give samples of the shape that the network was built for',
    );
}

/** What an inference added to the counts that the network must confirm. */
function difference(after: NetworkCounts, before: NetworkCounts): NetworkCounts {
  const caused = newNetworkCounts();
  for (const name of NETWORK_COUNTS) caused[name] = after[name] - before[name];
  return caused;
}
