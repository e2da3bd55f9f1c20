/**
 * What an instruction on the TypeScript kernels is: made ready once, when the chip is loaded, then executed. A large chip has
 * more of them than the caches hold, so that each that is ready is one object: what it needs lies together.
 */
import type {
  CoreImage,
  EventMnemonic,
  OperationOf,
  ResetMnemonic,
  SpikeSet,
  Target,
  TickMnemonic,
} from '../../isa/machine.ts';
import type { DigitOperation } from '../machine/digits.ts';
import type { NeuronMap } from '../machine/logical.ts';
import type { ReadRun, TickRange } from '../machine/programs.ts';
import type { CoreActivity, CoreContext } from '../machine/runner.ts';
import type { TreePath } from '../machine/trees.ts';
import type { GroupEvents } from './events.ts';
import type { PullScratch } from './kernels/pull.ts';
import type { SynapseViews } from './synapses.ts';

/** What the instructions of a core work on, and what they count into. */
export interface CoreState {
  readonly image: CoreImage;
  /** Membrane potentials and input currents; behind the last neuron there is STATE_PADDING (kernels/packed.ts). */
  readonly v: Int32Array;
  readonly current: Int32Array;
  /** The same and the further planes that a neuron of the core has, by number, each with STATE_PADDING. */
  readonly planes: readonly (Int32Array | undefined)[];
  /** Of each neuron, f0 in bit 0 and f1 in bit 1; empty where the program has no flags. */
  readonly flags: Uint8Array;
  /** V at the end of each neuron's last update, or after the reset: tells active neurons from idle ones. */
  readonly previous: Int32Array;
  readonly synapses: SynapseViews;
  readonly map: NeuronMap;
  readonly timing: Target['timing'];
  readonly widths: Target['widths'];
  readonly context: CoreContext;
  readonly activity: CoreActivity;
  readonly spikes: SpikeSet;
  /** Area 0, 1 or 2 of a number per neuron, which instructions use one after the other. */
  scratch(area: number): Int32Array;
  /** The way of the core's packets on a tree; known once all cores exist, before anything is executed. */
  pathOf(tree: number): TreePath;
}

/** The events of the group at hand, what was done for them, and areas that instructions use one after the other. */
export interface EventWork {
  readonly events: GroupEvents;
  /** Where the weight row of each repeated event begins. */
  readonly starts: Int32Array;
  readonly pull: PullScratch;
  /** Synapses that the last instruction visited, for events of payload 1 and for others. */
  spikeVisits: number;
  gradedVisits: number;
}

export interface EventTask {
  /** Adds all events of the group to the neurons, sets the visits, and returns the units of its cycles (isa/ops). */
  execute(work: EventWork): number;
}

/** An instruction on an event. */
export interface EventExecutor<M extends EventMnemonic> {
  /** @param axons of the largest group that executes it */
  prepare(operation: DigitOperation<M>, core: CoreState, axons: number): EventTask;
}

/** What a core's update produced; reused from tick to tick. */
export interface UpdateTally {
  /** Cycles since the start of the tick, stalls excluded. */
  cycles: number;
  active: number;
  idle: number;
  /** Packets so far: the valid length of `index`, `cycle` and `tree`. */
  packets: number;
  /** Source index of each packet, and the neuron of the core that sent it. */
  index: Uint32Array;
  neuron: Uint32Array;
  /** Cycle of injection without stalls, from the start of the tick. */
  cycle: Int32Array;
  tree: Uint32Array;
}

export interface TickTask {
  /** Most packets that it notes in the tally in a tick; absent: none. */
  readonly packets?: number;
  /** What it sends in the read-out phase; absent: nothing. */
  readonly read?: ReadRun;
  /** Executes it in a tick of its range, and adds its cycles to the tally. */
  execute(tick: number, tally: UpdateTally): void;
}

/** An instruction of the tick handler. */
export interface TickExecutor<M extends TickMnemonic> {
  prepare(operation: OperationOf<M>, core: CoreState, range: TickRange): TickTask;
}

export interface ResetTask {
  execute(): void;
}

/** An instruction of the reset handler. */
export interface ResetExecutor<M extends ResetMnemonic> {
  prepare(operation: OperationOf<M>, core: CoreState): ResetTask;
}
