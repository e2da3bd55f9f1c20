/** The neurons of a layer for tests that know what its parameters are. */
import type { LayerNeurons, RoleValues } from '../../compiler/ir/neurons.ts';
import { fires, valuesByRole } from '../../compiler/layer-neurons.ts';

/** Threshold (empty for a read-out), initial potential and bias, and whether the layer fires. */
export const neuronsIn = <V extends Int32Array | Float64Array | ArrayLike<number>>(
  layer: LayerNeurons<V>,
): RoleValues<V> & { readonly fires: boolean } => ({
  ...valuesByRole(layer, [] as ArrayLike<number> as V),
  fires: fires(layer),
});
