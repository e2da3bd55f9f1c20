/**
 * A tick of the reference interpreter. Its steps are written a second time, in compiler/engines/steps/, and share nothing
 * with compiler/neurons/: else they could not tell when one of both is wrong.
 */

/** The neurons of one layer: a value for each, NCHW. */
export interface ReferenceNeurons {
  readonly potential: Int32Array;
  readonly parameters: Readonly<Record<string, Int32Array>>;
  /** Set to 1 where a neuron fires; 0 before the tick. */
  readonly spikes: Uint8Array | Int32Array;
}

export interface ReferenceStep {
  /** The state at the start of an inference. */
  reset(neurons: Omit<ReferenceNeurons, 'spikes'>): void;
  /** A tick of the layer's window; returns how many fire. */
  tick(neurons: ReferenceNeurons): number;
}
