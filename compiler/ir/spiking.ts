/** The float spiking network: layers with their neurons, before anything is rounded. */
import type { ConversionMode } from '../conversions.ts';
import type { FloatGraph } from './layers.ts';
import type { LayerNeurons } from './neurons.ts';

export interface SpikingGraph {
  readonly graph: FloatGraph;
  /** Per layer. */
  readonly neurons: readonly LayerNeurons<Float64Array>[];
  readonly mode: ConversionMode;
  /** T in ticks. */
  readonly window: number;
  /** T per layer, the last one that of the network; absent: all have it. */
  readonly windows?: readonly number[] | undefined;
  /** Ticks by which layers fire behind those that they hear; undefined: what the mode takes. */
  readonly lead?: number | undefined;
  /** T that the shift of every tick was chosen for, where that is not the window; the biases hold it already. */
  readonly shiftWindow?: number | undefined;
}

/** T of a layer. */
export const windowOf = (
  { window, windows }: { readonly window: number; readonly windows?: readonly number[] | undefined },
  layer: number,
): number => windows?.[layer] ?? window;
