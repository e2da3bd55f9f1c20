/** Packet rates where nothing was measured, and those of one source. */
import { INPUT, type LayerIndex } from '../ir/layers.ts';
import type { PacketRates } from '../ir/rates.ts';

/** Where nothing was measured. @param fires whether each layer fires */
export const assumedRates = (fires: readonly boolean[]): PacketRates => ({
  samples: 0,
  input: 1,
  layers: fires.map((each) => (each ? 1 : 0)),
});

/** Packets per inference and neuron of a layer, or per element of the input. */
export const rateOf = (rates: PacketRates, layer: LayerIndex): number =>
  layer === INPUT ? rates.input : rates.layers[layer]!;
