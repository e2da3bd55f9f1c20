/** The rule of a neuron that has a name, in the numbers of the training. */

/** V ≥ θ fires, or V > θ. */
export type FiringComparison = 'ge' | 'gt';

export interface Decay {
  /** `mul`: by a factor; `shift`: by a 2^d-th part; `linear`: by a step towards 0. */
  readonly kind: 'mul' | 'shift' | 'linear';
  /** Of mul: bits of the factor, and how it rounds: towards zero, down, halves up. */
  readonly bits: number;
  readonly rounding: number;
}

/** A state on its way to zero: what is kept of it from step to step. */
export interface Leak extends Decay {
  /** Factors in 0..1, shifts, or steps in units of the potential. */
  readonly values: Float64Array;
}

/** What happens to V of a neuron that fires. */
export type Reset =
  /**
   * θ is taken off, before V decays or after; or before, but where V then is still above θ, it is compared without another θ in
   * the next step (snnTorch without delay of the reset).
   */
  | { readonly kind: 'subtract'; readonly time: 'before decay' | 'after decay' | 'added back' }
  | { readonly kind: 'value'; readonly values: Float64Array }
  | { readonly kind: 'none' };

/** When a neuron fires, and what follows. */
export interface Firing {
  readonly threshold: Float64Array;
  readonly comparison: FiringComparison;
  readonly reset: Reset;
  /** Steps after a spike in which V is held at the value after it. */
  readonly refractory: number;
  /** Most spikes of a step, which one packet carries; absent: 1. Only with `ge`, a reset by subtraction before decay, and neither of the others. */
  readonly spikesPerStep?: number | undefined;
  /** Its potential is read, so it sends nothing, and its last step is read before it prepares another one. Absent: it sends its spikes. */
  readonly isSilent?: true | undefined;
  /** Every spike raises the threshold by a step, which decays. */
  readonly adaptation?: { readonly leak: Leak; readonly step: Float64Array } | undefined;
}

/**
 * A neuron in which, step by step, I = leak(I) + input (if it has a current, else the input goes to V), V = leak(V) + I +
 * bias, V is compared with the threshold, and reset.
 */
export interface NeuronRule {
  readonly leak: Leak | undefined;
  /** undefined: the input goes to V. */
  readonly current: { readonly leak: Leak } | undefined;
  /** undefined: it does not fire. */
  readonly firing: Firing | undefined;
  /** Lowest potential. */
  readonly floor: Float64Array | undefined;
  readonly bias: Float64Array | undefined;
  readonly initial: Float64Array;
  /**
   * V is compared behind every event, and held by so many bits, at which it saturates. Then it has no current, and fires once
   * at a time: without a refractory period or a moving threshold. Absent: it is compared at the end of the step.
   */
  readonly byEvent?: { readonly bits: number } | undefined;
}
