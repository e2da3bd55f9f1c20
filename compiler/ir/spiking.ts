/** The float spiking network: layers with integrate-and-fire neurons, before anything is rounded. */
import type { ConversionMode } from '../conversions.ts';
import type { FloatGraph } from './layers.ts';
import type { NeuronParameters } from './neurons.ts';

export interface SpikingGraph {
  readonly graph: FloatGraph;
  /** Per layer. */
  readonly neurons: readonly NeuronParameters[];
  readonly mode: ConversionMode;
  /** T in ticks. */
  readonly window: number;
}
