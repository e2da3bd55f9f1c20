/** What a conversion sets of every neuron. */

/** The neurons of one layer, in units of the layer's activation. */
export interface NeuronParameters {
  /** Per channel; empty for the read-out. */
  readonly threshold: Float64Array;
  /** Membrane potential at the start, per channel. */
  readonly initial: Float64Array;
  /** Added in every tick of the window: per channel, or per neuron (NCHW) where its length is that of the layer. */
  readonly bias: Float64Array;
}
