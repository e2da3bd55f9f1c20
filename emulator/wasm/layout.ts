/** What an instruction on the WebAssembly kernels is: a record, laid out when the chip is loaded. */
import type { CoreImage, EventMnemonic, OperationOf, ResetMnemonic, Target, TickMnemonic } from '../../isa/machine.ts';
import type { WeightDigit } from '../machine/digits.ts';
import type { NeuronMap } from '../machine/logical.ts';
import type { ReadRun, TickRange } from '../machine/programs.ts';
import type { CoreActivity, CoreContext } from '../machine/runner.ts';
import type { TreePath, TreeSink } from '../machine/trees.ts';
import type { FusedBiases } from './fused-biases.ts';
import type { KernelMemory, MemoryPlan } from './memory.ts';
import type { OwnFields, OwnValues } from './records/table.ts';
import type { KernelStates, PlaneValues } from './states.ts';
import type { Hearer, SinkPlanner } from './sinks.ts';
import type { SharedPart } from './records/shared.ts';
import type { KernelWeights } from './weights.ts';

/** Where an instruction on an event is laid out. */
export interface EventPlace {
  readonly weights: KernelWeights;
  /** The part of the weights that the record adds. */
  readonly digit: WeightDigit;
  /** Of the largest group that executes it. */
  readonly axons: number;
}

export interface EventRecord<F extends string = string> {
  /** Synapses of a unit of its cycles (isa/ops), for kernels that count units. */
  readonly synapses?: number;
  readonly weightsAt?: number;
  readonly own: OwnValues<F>;
  /** Words that the sliding convolution kernel needs. */
  readonly slideWords?: number;
}

/** An instruction on an event. */
export interface EventLayout<M extends EventMnemonic, F extends string = string> {
  readonly fields: OwnFields<F>;
  /** Whether its kernel can also take the bits of the axons as they are, and says when that pays: executeBits, takesBits. */
  readonly takesBits?: true;
  layOut(operation: OperationOf<M>, place: EventPlace): EventRecord<F>;
}

/** What all cores of a chip have in common. */
export interface ChipPlan {
  readonly plan: MemoryPlan;
  readonly context: CoreContext;
  readonly target: Target;
  /** Of a run, at most. */
  readonly ticks: number;
  /** Ticks whose spikes are kept: those of an inference; 0 where a chip has no end. */
  readonly keptTicks: number;
  readonly timed: boolean;
  /** Address of the spike words of each layer; the last entry takes those of neurons that belong to none. */
  readonly layerSpikesAt: readonly number[];
  /** Address of two counters (f64) per layer, of spikes and of the magnitudes of their payloads; the last two as above. */
  readonly layerCountsAt: number;
}

/** The core whose tick handler is laid out. */
export interface CorePlan {
  readonly image: CoreImage;
  readonly map: NeuronMap;
  readonly activity: CoreActivity;
  readonly shared: ChipPlan;
  readonly states: KernelStates;
  /** Address of its first parameter. */
  readonly parametersAt: number;
  readonly fused: FusedBiases;
  readonly sinks: SinkPlanner;
  /** Who hears the packets of a tree. */
  readonly hearers: (tree: number) => readonly TreeSink<Hearer>[];
  readonly pathOf: (tree: number) => TreePath;
}

export interface TickRecord<F extends string = string> {
  /** Cycles that it always takes; absent: none, or the kernel counts them. */
  readonly cycles?: number;
  readonly own: OwnValues<F>;
  /** Most packets that it schedules in a tick; absent: none. */
  readonly packets?: number;
  /** What it sends in the read-out phase; absent: nothing. */
  readonly read?: ReadRun;
  /** What follows the kernel in each tick of its range. */
  afterUpdate?(memory: KernelMemory): void;
  /** Brings the spikes of the inference up to date, after so many ticks of it. */
  tellSpikes?(memory: KernelMemory, ticks: number): void;
  /** Notes that there were no spikes in the ticks from `tick` to the one before `next`. */
  passOver?(memory: KernelMemory, tick: number, next: number): void;
  /** Adds what the kernel has counted since the last call to the counters. */
  collect?(memory: KernelMemory): void;
}

/** Where an instruction of the tick handler is laid out: its record, and the ticks in which it is executed. */
export interface TickPlace<F extends string = string> extends TickRange {
  readonly at: number;
  /** Address of one of its own fields. */
  readonly addressOf: (field: F) => number;
  readonly core: CorePlan;
}

/** An instruction of the tick handler. */
export interface TickLayout<M extends TickMnemonic, F extends string = string, S extends string = never> {
  readonly fields: OwnFields<F>;
  /** The fields S that its records have in common with those of other instructions. */
  readonly behind?: SharedPart;
  layOut(operation: OperationOf<M>, place: TickPlace<F | S>): TickRecord<F | S>;
}

/** An instruction of the reset handler. It is executed once per inference, without a kernel. */
export interface ResetStep {
  execute(planes: PlaneValues): void;
}

export interface ResetLayout<M extends ResetMnemonic> {
  prepare(operation: OperationOf<M>, image: CoreImage, shared: ChipPlan): ResetStep;
}

/** Takes a growing number out of the memory. */
export function taken({ view }: KernelMemory, at: number): number {
  const value = view.getFloat64(at, true);
  if (value !== 0) view.setFloat64(at, 0, true);
  return value;
}
