/**
 * What an instruction of the tick handler does for each neuron of its run and costs energy, beside reading and writing its
 * planes and reading its parameter. It is the same in every execution: lanes read and write whole rows, so that a condition
 * saves nothing. spec/energy.md says what each count is.
 */
import { ALWAYS } from './flags.ts';

/** Absent members are 0. */
export interface NeuronWork {
  /** Additions of whole numbers; a comparison is one. */
  readonly additions?: number;
  /** Bits of the factor that a state is multiplied by. */
  readonly multiplierBits?: number;
  readonly flagsRead?: number;
  readonly flagsWritten?: number;
}

/** The work of an instruction with the fields N. */
export interface Work<N extends string = string> {
  /**
   * For which neurons it is counted: all of its run; those that no instruction updates in the same tick, since neuron
   * updates hold it; or none, since it is the neuron update.
   */
  readonly counted: 'always' | 'without-update' | 'never';
  ofNeuron(fields: Readonly<Record<N, number>>): NeuronWork;
}

/** Of an instruction that updates neurons. */
export const WORK_OF_UPDATE: Work<never> = { counted: 'never', ofNeuron: () => ({}) };
/** Of an instruction that neuron updates hold where there are any: an addition to V. */
export const WORK_BEFORE_UPDATE: Work<never> = { counted: 'without-update', ofNeuron: () => ({ additions: 1 }) };
/** Flags that a condition asks for. */
export const flagsOf = (when: number): number => (when === ALWAYS ? 0 : 1);
