/**
 * How the memories of one core are laid out for the tiles that it holds: neurons, axon groups, synapses, parameters and
 * the steps of the program. Partition and emission agree through this: what a core needs is counted from its plan
 * (core-needs.ts), and its memories are written from it.
 *
 * What tiles of a core have in common is stored once: kernels of the same branch and channels, equal parameter runs, and
 * the axons that several instructions hear.
 */
import type { BranchAxons } from './axons.ts';
import type { ResetInstruction, TickInstruction } from '../ir/neuron.ts';
import type { LayerIndex, QuantisedBranch } from '../ir/layers.ts';
import type { Tile } from '../ir/mapped.ts';

export interface PlannedTile extends Tile {
  /** Position in the list of tiles that was planned. */
  readonly member: number;
  readonly firstNeuron: number;
}

/** One instruction on events: a branch into consecutive neurons. */
export interface SynapticUnit {
  readonly layer: LayerIndex;
  readonly branch: QuantisedBranch;
  /** One, or for dense and sparse branches all of the layer: one row of weights serves them. */
  readonly tiles: readonly PlannedTile[];
  readonly firstNeuron: number;
  readonly neurons: number;
  /** What these tiles hear; the group may hold more. */
  readonly axons: BranchAxons;
  readonly synapses: SynapseBlock;
}

/** Synapse memory that one or more units read. Every part starts at a multiple of 4 bytes. */
export interface SynapseBlock {
  readonly address: number;
  readonly bytes: number;
  /** Sparse lists only: offsets of targets and weights in the block; the row starts come first. */
  readonly targetsAt: number;
  readonly weightsAt: number;
}

export interface PlannedGroup {
  readonly firstAxon: number;
  readonly axons: BranchAxons;
  /** All of one source, pooling and delay; the handler runs them in this order. */
  readonly units: readonly SynapticUnit[];
}

/** Parameter values of consecutive neurons, repeated; where all values are equal, one. */
export interface PlannedRun {
  readonly address: number;
  readonly values: Int32Array;
}

/** An instruction on consecutive neurons, which use its runs from their start. */
export interface PlannedStep<I> {
  readonly instruction: I;
  readonly first: number;
  readonly count: number;
  /** Of the parameters of the instruction, in their order. */
  readonly runs: readonly PlannedRun[];
}

/** A step of the tick handler. One that covers `listeners` stands for an instruction per source run of its tile. */
export interface TickStep extends PlannedStep<TickInstruction> {
  /** The first tile that it covers; the only one, unless the step covers all neurons alike. */
  readonly tile: PlannedTile;
}

/** Steps that share a WINDOW, or an EVERY. */
export interface PlannedWindow {
  readonly start: number;
  /** Ticks in which they are executed. */
  readonly length: number;
  /** From one of these ticks to the next; 2 or more: an EVERY. */
  readonly stepTicks: number;
  readonly steps: readonly TickStep[];
}

export interface CorePlan {
  /** In the order of their neurons: by layer, then channels, rows, columns. */
  readonly tiles: readonly PlannedTile[];
  readonly neurons: number;
  /** The same in neurons of V and I alone: what further planes and flags take counts too. */
  readonly room: number;
  readonly axons: number;
  readonly groups: readonly PlannedGroup[];
  /** The first unit of each block of synapse memory, ascending by address. */
  readonly stored: readonly SynapticUnit[];
  readonly synapseBytes: number;
  /** Ascending by their first tick; every neuron gets its bias and current before it fires or is read. */
  readonly windows: readonly PlannedWindow[];
  /** What every event executes behind its synapses; undefined where the core is not in event mode. */
  readonly touch: readonly PlannedWindow[] | undefined;
  readonly resets: readonly PlannedStep<ResetInstruction>[];
  /** Ascending by address, without gaps. */
  readonly parameters: readonly PlannedRun[];
}

/** The tiles of a core and the plan for them. */
export interface PlannedCore {
  readonly core: number;
  /** Tile of each member of the plan. */
  readonly tiles: readonly number[];
  readonly plan: CorePlan;
}
