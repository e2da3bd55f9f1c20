/**
 * A neuron given as a program: planes of state, and instructions on them in every tick. What a population of a spiking
 * network is, whatever rule it follows, before it is rounded and after.
 */
import type { PlaneForm, TickMnemonic } from '../../isa/index.ts';
import type { NeuronCode } from './neuron.ts';
import type { ProgramTime } from './program-time.ts';

/** An instruction of the tick handler, without the neurons that it works on. */
export interface ProgramStep {
  readonly op: TickMnemonic;
  readonly when: ProgramTime;
  /** Values of the fields that are the same for all neurons. */
  readonly fields: Readonly<Record<string, number>>;
  /** Parameters whose values it takes, in the order of its operands. */
  readonly parameters: readonly string[];
}

/** A plane that is not held as usual. */
export interface HeldPlane extends PlaneForm {
  readonly plane: number;
}

export interface NeuronProgram {
  /** Ascending by plane. */
  readonly planes: readonly HeldPlane[];
  readonly steps: readonly ProgramStep[];
  /** Planes that start at a parameter; the others start at 0. V always has one. */
  readonly initial: readonly { readonly plane: number; readonly parameter: string }[];
}

/** Neurons with a program of their own. */
export interface ProgramNeurons<V> {
  readonly neuron: 'program';
  readonly program: NeuronProgram;
  /** One value per channel, or per neuron (NCHW) where its length is that of the layer. */
  readonly parameters: Readonly<Record<string, V>>;
  /** The program as the planner takes it: see programCode. */
  readonly code: NeuronCode;
}

/** A kind of neuron that needs more of a core than V, I and the instructions of its kind. */
export interface Programmed {
  /**
   * What it is on a chip.
   *
   * @param window T in ticks
   */
  readonly program: (window: number, hearsInput: boolean) => NeuronProgram;
}
