/** What an inference gives. */
import type { SpikeSet } from '../../isa/machine.ts';
import type { InferenceTiming } from './timing.ts';

export interface Inference {
  /** Accumulators of the output layer, NCHW. */
  readonly readout: Int32Array;
  /** Index of the largest accumulator; the lowest one of equals. */
  readonly predicted: number;
  /** Valid until the next inference. */
  readonly spikes: SpikeSet;
  /** Absent where timing is `none`. */
  readonly timing?: InferenceTiming;
}
