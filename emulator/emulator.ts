import {
  predictedClass,
  type Chip,
  type Counts,
  fail,
  inputSize,
  leastSteps,
  type PassedOver,
  passedOver,
  isEndless,
  shapeSize,
  type SpikeLister,
  type SpikeSet,
  wordsPerNeuron,
} from '../isa/machine.ts';
import { type Host, LoadedChip } from './loaded.ts';
import {
  type Counters,
  NETWORK_COUNTS,
  type NetworkCounts,
  newNetworkCounts,
  STATE_COUNTS,
  type StateWork,
} from './machine/counts.ts';
import type { ChipActivity, LayerActivity } from './machine/activity.ts';
import type { TickObserver, TickView } from './machine/observer.ts';
import type { Inference } from './timing/inference.ts';
import type { PhaseListener } from './timing/phases.ts';
import type { CoreRunner, Machine } from './machine/runner.ts';
import { stateWorkOf } from './machine/state-work.ts';
import type { Timer } from './timing/timing.ts';
import type { MemoryPart } from './wasm/memory.ts';
import { kernelLister } from './wasm/spike-list.ts';

export interface EmulatorOptions {
  /** `cycle`: the network is modelled cycle by cycle; `none`: results and counts only. */
  readonly timing: 'cycle' | 'none';
  /** What the cores run on; `wasm` if absent. All results, counts and cycles are the same; `ts` is slower. */
  readonly kernels?: KernelKind;
  /** Told of every phase as it is timed; of nothing where timing is `none`. */
  readonly listener?: PhaseListener;
}

/** @throws E0707 where a chip has no end, and so no inferences */
export function requireEnd(chip: Chip): void {
  if (isEndless(chip))
    fail(
      'E0707',
      'the chip runs without an end: it has no inferences',
      { section: 'chip', path: 'ticks' },
      'give it a stream of events: `snnemu stream`',
    );
}

/** WebAssembly kernels, or their reference in TypeScript. */
export const KERNEL_KINDS = ['wasm', 'ts'] as const;
export type KernelKind = (typeof KERNEL_KINDS)[number];

/**
 * Executes the programs of a chip. Function first, timing after: what is computed does not depend on the cycle in which
 * a packet arrives, so the cores are run one after the other, and the network is timed from the cycles in which they
 * inject. Memory depends on the chip alone.
 */
export class Emulator {
  readonly chip: Chip;
  readonly #loaded: LoadedChip;
  readonly #cores: readonly CoreRunner[];
  readonly #machine: Machine;
  readonly #counters: Counters;
  /** Of an inference, by the first tick that it passes over. */
  readonly #stateWork = new Map<number, StateWork>();
  readonly #spikes: SpikeSet;
  readonly #timer: Timer | undefined;
  #readout = new Int32Array(0);

  /**
   * @param chip as the loader delivers it, checked; its cores may come in any order
   * @param part memory that emulators of this chip share; one of its own if absent
   * @throws E0405 where a program is not one that the loader accepts, E0705 where the kernels cannot have their memory,
   *   E0707 where the chip has no end
   */
  constructor(chip: Chip, options: EmulatorOptions, part?: MemoryPart) {
    requireEnd(chip);
    this.chip = chip;
    const { timing, kernels = 'wasm', listener } = options;
    const host: Host = {
      read: (element, potential) => {
        this.#readout[element] = potential;
      },
      spike: () => undefined,
    };
    this.#loaded = new LoadedChip(chip, { timed: timing === 'cycle', kernels, listener }, host, part);
    this.#counters = this.#loaded.counters;
    this.#machine = this.#loaded.machine;
    this.#cores = this.#loaded.cores;
    this.#spikes = this.#machine.spikes;
    this.#timer = this.#loaded.timer;
  }

  /**
   * One inference: reset, input, ticks, read-out.
   *
   * @param input payload of every input element, NCHW (quantiseInput), of one tick after the other where input comes in several.
   *   Where it has fewer steps than the chip takes, at least `leastSteps`, every layer does as many and the inference ends: the tick
   *   counter passes over the rest
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
    const passed = passedOver(this.chip, this.#checkInput(input));
    // An inference that was not carried through may have left something.
    this.#loaded.collect();
    const before = { ...this.#counters };
    this.#readout = new Int32Array(shapeSize(this.chip.output.shape));
    this.#spikes.clear();
    this.#timer?.begin();
    for (const core of this.#cores) core.reset();
    let skipped = 0;
    for (let tick = 0; tick < this.chip.ticks; tick++) {
      if (tick === passed?.from) {
        for (const core of this.#cores) core.passOver(tick, passed.to);
        skipped = passed.to - tick;
        tick = passed.to;
      }
      this.#sendInput(input, tick, skipped);
      this.#loaded.runTick(tick);
      observer?.onTick(tick, this.#view(tick));
      yield tick;
    }
    this.#machine.tellSpikes(this.chip.ticks);
    this.#loaded.collect();
    const work = this.#stateWorkOf(passed);
    for (const name of STATE_COUNTS) this.#counters[name] += work[name];
    const timing = this.#timer?.end(this.#counters, difference(this.#counters, before));
    return {
      readout: this.#readout,
      predicted: predictedClass(this.#readout),
      spikes: this.#spikes,
      ...(timing && { timing }),
    };
  }

  /** Counts since construction. */
  counts(): Counts {
    return this.#loaded.counts();
  }

  /** Activity of each layer since construction. */
  layers(): LayerActivity[] {
    return this.#loaded.layers();
  }

  /** Activity of each core and link since construction. */
  activity(): ChipActivity {
    return this.#loaded.activity();
  }

  #stateWorkOf(passed: PassedOver | undefined): StateWork {
    const { chip } = this;
    const from = passed?.from ?? chip.ticks;
    let work = this.#stateWork.get(from);
    if (work === undefined) this.#stateWork.set(from, (work = stateWorkOf(chip, chip.ticks, passed)));
    return work;
  }

  /** @returns its steps */
  #checkInput(input: Int16Array): number {
    const steps = inputSteps(this.chip, input);
    const { payloadMin, payloadMax } = this.chip.input;
    for (let k = 0; k < input.length; k++)
      if (input[k]! < payloadMin || input[k]! > payloadMax)
        fail(
          'E0701',
          `payload ${input[k]!} lies outside of the proven range ${payloadMin}..${payloadMax}`,
          { path: `input[${k}]` },
          'quantise the input with the input map of the chip',
        );
    return steps;
  }

  /**
   * The host sends a packet for every element of the step that begins with the tick, if one does, that is not 0, part by part, in box order. Tick 0 begins with it in
   * any case, a later one if there is something to send.
   *
   * @param skipped ticks that have been passed over
   */
  #sendInput(input: Int16Array, tick: number, skipped: number): void {
    const { shape, stepTicks = 1 } = this.chip.input;
    const step = (tick - skipped) / stepTicks;
    const from = step * shapeSize(shape);
    if (from >= input.length || !Number.isInteger(step)) return;
    const before = this.#counters.hostPackets;
    for (const { tree, elements, path } of this.#loaded.inputs) {
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
    this.#loaded.endInput(tick);
  }

  #view(tick: number): TickView {
    let told = false;
    return {
      fired: (layer) => {
        if (!told) this.#machine.tellSpikes(tick + 1);
        told = true;
        return this.#spikes.fired(layer, tick);
      },
      potential: (layer) => this.#loaded.potential(layer),
    };
  }
}

/** What lists spikes for their digest on these kernels; undefined where that is left to the digest, which is slower. */
export const spikeLister = ({ ticks }: Chip, kernels: KernelKind = 'wasm'): SpikeLister | undefined =>
  kernels === 'wasm' ? kernelLister(wordsPerNeuron(ticks)) : undefined;

/**
 * Steps of input that a sample has: all, or fewer, with which its inference ends.
 *
 * @throws E0603 where the payloads are not those of one sample
 */
export function inputSteps(chip: Chip, payloads: Int16Array): number {
  const { input } = chip;
  const { shape, ticks } = input;
  const size = inputSize(input);
  const steps = payloads.length / shapeSize(shape);
  if (payloads.length !== size && !(Number.isInteger(steps) && steps >= leastSteps(chip) && payloads.length < size))
    fail(
      'E0603',
      `the input has ${payloads.length} elements; the chip takes ${[...(ticks === undefined ? [] : [`${ticks} ${input.stepTicks === undefined ? 'ticks' : 'steps'} of`]), shape.join(' x ')].join(' ')} = ${size}`,
      { path: 'input' },
      'give samples of the shape that the network was built for',
    );
  return steps;
}

/** What an inference added to the counts that the network must confirm. */
export function difference(after: NetworkCounts, before: NetworkCounts): NetworkCounts {
  const caused = newNetworkCounts();
  for (const name of NETWORK_COUNTS) caused[name] = after[name] - before[name];
  return caused;
}
