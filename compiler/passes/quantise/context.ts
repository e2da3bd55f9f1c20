/** What the integers of a layer depend on, and what is said of them. */
import type { InputEncoding, StoredBits, Target } from '../../../isa/index.ts';
import type { SpikeCode } from '../../codes.ts';
import type { Schedule } from '../../ir/schedule.ts';
import type { SpikingGraph } from '../../ir/spiking.ts';
import type { WeightLoss } from './relative-weights.ts';
import type { SecondOrder } from './second-order.ts';

export interface QuantiseOptions {
  readonly weightBits: StoredBits;
  /** Per layer, in its place. */
  readonly layerBits?: readonly StoredBits[] | undefined;
  readonly target: Target;
  readonly code: SpikeCode;
}

/** What quantisation did to a layer. */
export interface QuantisationFacts extends WeightLoss {
  readonly layer: string;
  readonly weightBits: StoredBits;
  readonly thresholdMin: number;
  readonly thresholdMax: number;
  readonly shifts: readonly number[];
  /** Bits of the membrane potential that the range proof needs, and that the target has. */
  readonly bitsNeeded: number;
  readonly bitsAvailable: number;
  /** Channels whose threshold was made smaller to fit, and the largest factor. */
  readonly shrunkChannels: number;
  readonly shrinkFactor: number;
}

/** What a layer's integers depend on beside the layer. */
export interface QuantiseContext {
  readonly spiking: SpikingGraph;
  readonly schedule: Schedule;
  readonly encoding: InputEncoding;
  readonly options: QuantiseOptions;
  /** Per layer what its rounding follows; where absent, weights are rounded to nearest. */
  readonly heard?: readonly (SecondOrder | undefined)[];
}
