/**
 * A spiking network as it was trained: populations of neurons with programs of their own, connections between any of them, and
 * input that comes over time. Numbers are those of the training; nothing is rounded yet.
 */
import type { InputEncoding, Shape } from '../../isa/index.ts';
import type { Branch, LayerIndex } from './layers.ts';
import type { Leak, NeuronRule } from './neuron-rule.ts';
import type { NeuronProgram } from './program.ts';

/**
 * What a number becomes. `potential`: it scales with the weights of its channel; `factor`: of 2^k, where k is that of the
 * instruction that takes it; `number`: what it is; `lowest`: the lowest number that V can hold.
 */
export type Unit = 'potential' | 'factor' | 'number' | 'lowest';
export const PARAMETER_UNITS = ['potential', 'factor', 'number'] as const satisfies readonly Unit[];

export interface FloatParameter {
  /** One per channel, or per neuron (NCHW) where the length is that of the population. */
  readonly values: Float64Array;
  readonly unit: Unit;
}

export type FloatParameters = Readonly<Record<string, FloatParameter>>;

/** Source of a connection that hears the conventional layers in front, before these are populations themselves. */
export const FRONT: LayerIndex = -2;

/** Of a population that is a layer of a conventional network: it counts how often its threshold, a level, is reached. */
export interface Activation {
  /** Largest value of the activation; Infinity where it has none. */
  readonly limit: number;
  /** Whether it is a staircase as it was trained; else levels are what the chip makes of it. */
  readonly isStaircase: boolean;
  /** L: the largest count. */
  readonly levels: number;
  /** `step`: computed in every step anew, from what comes in it; `end`: once, in the last step, from all that came. */
  readonly time: 'step' | 'end';
  /** What V begins with beside half a level, per channel or neuron: a bias that is added once. */
  readonly offset: Float64Array;
}

/** A connection into a population. */
export interface Connection extends Branch<Float64Array> {
  /** Steps from the spike (or the input) to its arrival; 0: in the same step. */
  readonly delay: number;
  readonly plane: number;
}

/** What decides how finely potentials are kept. */
export type Scale =
  /** Each channel by its own weights. */
  | 'channel'
  /** All channels alike, since their potentials are compared with each other. */
  | 'population'
  /** So many units of V for 1, a whole number, as the network says it. */
  | number;

/** A plane that connections add to, and that is added to another one in every step. */
export interface SynapticState {
  readonly plane: number;
  /** What a step keeps of it; undefined: all. */
  readonly leak: Leak | undefined;
  /** Plane that it is added to. */
  readonly into: number;
  /** What it gets in every step, and holds at the start; undefined: nothing. */
  readonly constant: Float64Array | undefined;
  readonly initial: Float64Array | undefined;
}

/** Neurons with states between them and what they hear. */
export interface Synaptic {
  /** Of the neurons alone. */
  readonly rule: NeuronRule;
  readonly states: readonly SynapticState[];
  /** What their current gets in every step; undefined: nothing, or it stands in the rule. */
  readonly constant: Float64Array | undefined;
}

export interface Population {
  readonly name: string;
  readonly shape: Shape;
  /** In the order of the file. Sources are indices of populations. */
  readonly connections: readonly Connection[];
  /** Planes of 0 bit are as wide as V. */
  readonly program: NeuronProgram;
  readonly parameters: FloatParameters;
  readonly scale: Scale;
  /** What the program and its parameters were made of, and what came with connections; absent of a program of its own. */
  readonly rule?: NeuronRule;
  /** Where connections go through states of their own, and a rule does not say it all: what it was made of. */
  readonly synaptic?: Synaptic | undefined;
  /** Absent of neurons that were trained as spiking ones. */
  readonly activation?: Activation;
  /** Per connection: what it adds in every step; as long as a channel or the population. */
  readonly biases: readonly (Float64Array | undefined)[];
}

/** How the outputs are read: spikes counted, the earliest spike, the potential at the end, the largest on the way, or the mean of all steps. */
export const DECODINGS = ['count', 'first', 'last', 'max', 'mean'] as const;
export type Decoding = (typeof DECODINGS)[number];

/** A network of populations, as it is read: what comes out of one of them is decoded. */
export interface PopulationNetwork {
  readonly kind: 'populations';
  readonly name: string;
  /** Of the input: its shape in each step, and its payloads. */
  readonly encoding: InputEncoding;
  /** T: steps in which input comes and the populations are updated. */
  readonly steps: number;
  readonly populations: readonly Population[];
  readonly output: { readonly population: LayerIndex; readonly decoding: Decoding };
  readonly labels?: readonly string[];
  /**
   * Of a file that does not say how it is run (NIR, lava-dl): what was taken, for the record. Steps are those asked for, payloads those of
   * the samples.
   */
  readonly taken?: Readonly<Record<string, string | number>>;
  /** Length of a step, where the network says it: in seconds, or of a graph of NIR in the unit of its file. */
  readonly dt?: number;
}

/** The same with what decodes as its last population, which is read out at the end. */
export interface PopulationGraph extends Omit<PopulationNetwork, 'output'> {
  /** Whether the outputs are whole numbers and not potentials. */
  readonly counts: boolean;
  /** Whether the outputs are means of all steps, and what is read their sums. */
  readonly averages?: boolean | undefined;
  /** Whether it has no end: the last population sends its spikes to the host. */
  readonly endless?: boolean | undefined;
}
