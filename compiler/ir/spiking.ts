/** The float spiking network: layers with integrate-and-fire neurons, before anything is rounded. */
import type { FloatGraph } from './layers.ts';
import type { ConversionMode, NeuronParameters } from './neurons.ts';

export { CONVERSION_MODES, type ConversionMode, type NeuronParameters } from './neurons.ts';

export interface SpikingGraph {
  readonly graph: FloatGraph;
  /** Per layer. */
  readonly neurons: readonly NeuronParameters[];
  readonly mode: ConversionMode;
  /** T in ticks. */
  readonly window: number;
}
