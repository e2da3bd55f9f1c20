/**
 * What a kind of neuron is. Each kind is a file of compiler/neurons/: its parameters, what a tick does to it, in doubles and
 * in integers, how far its potential can go, what it is expected to send, and the instructions that it becomes.
 */
import type { Bounds, OperationOf, ResetMnemonic, TickMnemonic } from '../../isa/index.ts';
import type { ProgramTime } from './program-time.ts';

/**
 * What a parameter is to those who set, correct and round it. Float values are in units of the layer's activation; in
 * integers a channel's `threshold` is the unit of all the others.
 *
 * `threshold`: potential at which the neuron fires; of a converted network also what a spike stands for. `initial`:
 * potential at the start of an inference. `bias`: added in every tick of the layer's window.
 */
export type ParameterRole = 'threshold' | 'initial' | 'bias';

export interface Parameter {
  readonly role: ParameterRole;
  /** How many values a layer may have of it. */
  readonly per: 'channel' | 'channel or neuron';
}

/** The neurons of one layer in doubles: a value for each, channel-last. Potentials are changed in place. */
export interface NeuronState<P extends string = string> {
  readonly potential: Float64Array;
  /** Bias and current from the input: what every tick of the window adds. */
  readonly drive: Float64Array;
  readonly parameters: Readonly<Record<P, Float64Array>>;
}

/** Takes what fires. */
export interface Spikes {
  /** Spikes of each neuron so far, less those that were taken back. */
  readonly counts: ArrayLike<number>;
  add(tick: number, neuron: number): void;
  /** A neuron takes a spike back: a packet of −1. */
  takeBack(tick: number, neuron: number): void;
}

/** What the neurons of a layer do with what they integrated; integers within 53 bit are exact. */
export interface Dynamics<P extends string = string> {
  /** One tick of the window: drive, comparison, reset. The spikes of the sources are in the potentials already. */
  tick(state: NeuronState<P>, tick: number, spikes: Spikes): void;
  /** The whole window of T ticks where nothing comes in any more, and drive has been added; sets the counts. */
  settle(state: NeuronState<P>, window: number, counts: Uint16Array): void;
}

/** What the range proof of a layer knows of one neuron. */
export interface BoundInputs<P extends string = string> {
  readonly parameters: Readonly<Record<P, number>>;
  /** What all synapses but those of the input can add in the whole window. */
  readonly synaptic: Bounds;
  /** What the current from the input can add in one tick. */
  readonly current: Bounds;
  /** T in ticks. */
  readonly window: number;
}

/** Mean, mean magnitude and root mean square. */
export interface ErrorMoments {
  readonly mean: number;
  readonly meanAbsolute: number;
  readonly rms: number;
}

/**
 * What a neuron that stands for a clipped ReLU is expected to send: n spikes of T stand for n steps of θ/T. The choice of
 * thresholds and the ledger go by it; formulas: spec/conversion.md.
 */
export interface Response {
  /** Spikes for a mean input above 0 that comes evenly, where potential and shift are θ/2 together. */
  spikes(input: number, step: number, window: number): number;
  /** Mean input of a tick, told by what came of it: spikes and the change of the potential. */
  meanInput(spikes: number, step: number, change: number, window: number): number;
  /** Spikes of the same neuron had the same charge come in equal parts. @param potential at the end of the window */
  evenSpikes(spikes: number, potential: number, threshold: number, window: number): number;
  /** Error of the response for inputs spread evenly over [0, θ]. @param offset of the input in every tick, 0 to θ/T */
  rounding(threshold: number, window: number, offset: number): ErrorMoments;
}

/** What an instruction works on. */
export interface Site<P extends string = string> {
  readonly first: number;
  readonly count: number;
  /** Its values in parameter memory: neuron k of these uses that at address + k mod period. */
  readonly runs: Readonly<Record<P, { readonly address: number; readonly period: number }>>;
  /** Where packets go; NO_TREE for an instruction that sends none. */
  readonly tree: number;
}

/** An instruction of the tick handler. */
export interface TickInstruction<P extends string = string> {
  readonly op: TickMnemonic;
  /**
   * `current`: in the T ticks in which the current from the input is added, for layers that hear it; else as a step of a
   * program.
   */
  readonly when: ProgramTime | 'current';
  /**
   * `neurons`: all that follow each other and have the same parameters; `tile`: those of a tile, whose packets go to the
   * host; `listeners`: rows of a tile whose packets go to the same cores.
   */
  readonly covers: 'neurons' | 'tile' | 'listeners';
  readonly parameters: readonly P[];
  /** Whether it does nothing where its first parameter is 0, and is left out there. */
  readonly idleAtZero: boolean;
  operation(site: Site<P>): OperationOf<TickMnemonic>;
}

/** An instruction of the reset handler, on all neurons that follow each other and have the same parameters. */
export interface ResetInstruction<P extends string = string> {
  readonly op: ResetMnemonic;
  readonly parameters: readonly P[];
  operation(site: Site<P>): OperationOf<ResetMnemonic>;
}

/** What neurons do, as a core is planned by it. */
export interface NeuronCode<P extends string = string> {
  /** Whether it sends spikes; what does not is read out. */
  readonly fires: boolean;
  /** In the order in which they are executed. */
  readonly tick: readonly TickInstruction<P>[];
  readonly reset: readonly ResetInstruction<P>[];
  /** Neurons of V and I alone for which a core has room where it has room for this one; absent: 1. */
  readonly room?: number;
}

/** A kind of neuron that conversions and their simulation know. */
export interface Neuron<P extends string = string> extends NeuronCode<P> {
  readonly parameters: Readonly<Record<P, Parameter>>;
  readonly float: Dynamics<P>;
  readonly integer: Dynamics<P>;
  /** All that the membrane potential can be, by the formula of the loader (spec/isa.md, range proof). */
  bounds(inputs: BoundInputs<P>): Bounds;
  /** Absent where it never stands for an activation. */
  readonly response?: Response;
  /** Whether it takes spikes back; absent: never. */
  readonly signed?: true;
}
