/** What the row of an instruction holds: its layout, its meaning, and what loader and emulator have to know about it. */
import type { BoundsArrays, NeuronBounds } from '../bounds.ts';
import type { Reachable } from '../range/reachable.ts';
import type { AxonGroup, Chip, CoreImage } from '../chip.ts';
import type { Place } from '../diagnostics.ts';
import type { Gates } from '../recurrence.ts';
import type { Target } from '../target.ts';
import type { Findings } from '../verify/findings.ts';
import type { Cycles } from './cycles.ts';
import type { Field } from './fields.ts';
import type { Work } from './work.ts';

/** The handlers in which an instruction may stand. */
export type Trigger = 'event' | 'tick' | 'reset' | 'any';

/**
 * words[0]: the small fields of the header; words[1..]: the operand words. The header holds the opcode in bits 0..7, the
 * length in words (header included) in bits 8..15, and up to 16 bits of small fields from bit 16 up. Operand words hold
 * their fields from bit 0 up. A field never crosses a word.
 */
export type Layout = readonly (readonly Field[])[];

type FieldName<L extends Layout> = L[number][number]['name'];

/** A value for every field of a layout. */
export type FieldValues<L extends Layout> = Readonly<Record<FieldName<L>, number>>;

/**
 * What every instruction has. In the texts, `i` is the index of the event's axon within its group and `p` its payload; runs of
 * packed weights start at a byte boundary, lowest bits first (see weights.ts).
 */
export interface Instruction<L extends Layout = Layout, T extends Trigger = Trigger, S = never> {
  /** Never changed, and never used again for another instruction. */
  readonly opcode: number;
  readonly trigger: T;
  readonly words: L;
  readonly reads: string;
  readonly writes: string;
  readonly cycles: Cycles<FieldName<L>, S>;
  /** Countable events (see Counts in records/parts/counts.ts) that it causes. */
  readonly events: readonly string[];
  readonly meaning: string;
}

/** Where an instruction of an event handler is checked, for the axons of one group. */
export interface EventContext {
  readonly image: CoreImage;
  readonly group: AxonGroup;
  readonly target: Target;
  readonly place: Place;
  readonly findings: Findings;
}

/** Where an instruction of the tick or reset handler is checked. */
export interface TickContext {
  readonly image: CoreImage;
  readonly chip: Chip;
  readonly place: Place;
  readonly findings: Findings;
}

/** What the range proof knows where the events of one group add to the states. */
export interface EventReach {
  readonly core: CoreImage;
  readonly group: AxonGroup;
  /** Ticks in which the group can hear events. */
  readonly ticks: number;
  /** Bounds that the kernels of the core add per output channel, so that tiles that share a kernel cost one visit. */
  readonly kernels: Map<string, BoundsArrays>;
  /** Called with the number of synapses that are about to be visited; may throw to bound the work. */
  readonly spend: (work: number) => void;
}

/** What the range proof knows where an instruction of the tick or reset handler changes the states. */
export interface TickReach {
  readonly core: CoreImage;
  /** Ticks in which the instruction is executed. */
  readonly ticks: number;
  /** What can be added to the states over an inference. What is added to I in part of it lies within its bounds too. */
  readonly bounds: NeuronBounds;
  /** The values of V that the additions start from. */
  readonly start: BoundsArrays;
}

/** An instruction that an event executes. `axon` is the index of the event's axon within its group. */
export interface EventInstruction<L extends Layout = Layout> extends Instruction<L, 'event', void> {
  /** Neurons of its run, which begins with the field `first`. */
  neurons(fields: FieldValues<L>): number;
  /** Bits of synapse memory that the visit of one synapse reads. */
  bitsPerSynapse(fields: FieldValues<L>): number;
  /** Reports operands that its group or the memories of its core do not allow. */
  verify(fields: FieldValues<L>, context: EventContext): void;
  /** Adds to `into` what the events of a group can add to each neuron over an inference. */
  bounds(fields: FieldValues<L>, reach: EventReach, into: BoundsArrays): void;
  /**
   * Calls back for every synapse that an event visits, in order: its neuron within the core and its weight, before the
   * left shift.
   */
  synapses(
    fields: FieldValues<L>,
    memory: Uint8Array,
    axon: number,
    visit: (neuron: number, weight: number) => void,
  ): void;
}

/** The planes that an instruction of the tick handler works on, by number. */
export interface PlaneUse {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

/** An instruction that a tick executes. */
export interface TickInstruction<L extends Layout = Layout, S = never> extends Instruction<L, 'tick', S> {
  /** What it sends: a neuron has exactly one instruction that does. Absent: nothing. */
  readonly sends?: 'spikes' | 'potentials';
  /** Whether it reads or writes flags; absent: never. */
  readonly usesFlags?: (fields: FieldValues<L>) => boolean;
  /** The planes of its neurons that it works on. */
  planes(fields: FieldValues<L>): PlaneUse;
  /** What else it does for a neuron that costs energy. */
  readonly work: Work<FieldName<L>>;
  /**
   * Reports operands that the chip or the memories of the core do not allow.
   *
   * @param gates the ticks in which it is executed; without one in every tick
   */
  verify(fields: FieldValues<L>, gates: Gates, context: TickContext): void;
  /**
   * Adds what it can do to the potentials over an inference. Absent: its effect depends on what is there, so that the range
   * of its neurons is found tick by tick.
   */
  readonly bounds?: (fields: FieldValues<L>, reach: TickReach) => void;
  /** Makes of the values that its planes can have before it those that they can have behind it. */
  reach(fields: FieldValues<L>, core: CoreImage, states: Reachable): void;
}

/** An instruction that a reset executes. */
export interface ResetInstruction<L extends Layout = Layout> extends Instruction<L, 'reset', void> {
  /** The plane that it sets. */
  plane(fields: FieldValues<L>): number;
  /** Reports operands that do not fit; returns whether its run of neurons exists. */
  verify(fields: FieldValues<L>, context: TickContext): boolean;
  /** Sets the values of V that it leaves; absent: it sets none. */
  readonly bounds?: (fields: FieldValues<L>, reach: TickReach) => void;
}

/** An instruction that executes nothing itself but orders the others: which ones are executed, and where they end. */
export interface OrderInstruction<
  L extends Layout = Layout,
  T extends 'any' | 'tick' = 'any' | 'tick',
> extends Instruction<L, T, void> {
  readonly orders: true;
  /** Reports operands that the chip does not allow. */
  verify(fields: FieldValues<L>, context: TickContext): void;
}

/** The row of any instruction. */
export type Row = EventInstruction | TickInstruction | ResetInstruction | OrderInstruction;

// Each of these gives its row back, with the names of its fields kept as types.
export const eventInstruction = <const L extends Layout>(row: EventInstruction<L>): EventInstruction<L> => row;
export const tickInstruction = <const L extends Layout, S>(row: TickInstruction<L, S>): TickInstruction<L, S> => row;
export const resetInstruction = <const L extends Layout>(row: ResetInstruction<L>): ResetInstruction<L> => row;
export const orderInstruction = <const L extends Layout, T extends 'any' | 'tick'>(
  row: OrderInstruction<L, T>,
): OrderInstruction<L, T> => row;
