/** How much the parts of a network are expected to send: what mapping and placement weigh. */
import { INPUT, type LayerIndex } from './layers.ts';

/** Packets per inference and neuron (or input element), on average. */
export interface PacketRates {
  /** Samples that they were measured on; 0: nothing was measured, and everything counts as one packet. */
  readonly samples: number;
  readonly input: number;
  /** 0 for the read-out. */
  readonly layers: readonly number[];
}

/** The rate of a layer, or of the input. */
export const rateOf = (rates: PacketRates, layer: LayerIndex): number =>
  layer === INPUT ? rates.input : rates.layers[layer]!;

/** Where nothing was measured. @param fires whether each layer fires */
export const assumedRates = (fires: readonly boolean[]): PacketRates => ({
  samples: 0,
  input: 1,
  layers: fires.map((each) => (each ? 1 : 0)),
});
