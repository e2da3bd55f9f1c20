/** The modes of conversion, and what a mode sets of every neuron. */

/**
 * `default`: thresholds by any rule, initial potential θ/2, accumulating read-out. `paper`: as published by Deng & Gu (ICLR
 * 2021): initial potential 0, a shift of θ/2T in every tick, a read-out that fires. `exact`: a layer integrates the whole
 * window of its sources before it fires.
 */
export type ConversionMode = 'default' | 'paper' | 'exact';
export const CONVERSION_MODES: readonly ConversionMode[] = ['default', 'paper', 'exact'];

/** The neurons of one layer, in units of the layer's activation. */
export interface NeuronParameters {
  /** Per channel; empty for the read-out. */
  readonly threshold: Float64Array;
  /** Membrane potential at the start, per channel. */
  readonly initial: Float64Array;
  /** Added in every tick of the window: per channel, or per neuron (NCHW) where its length is that of the layer. */
  readonly bias: Float64Array;
}
