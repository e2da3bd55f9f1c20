/** How much the parts of a network are expected to send: what mapping and placement weigh. */

/** Packets per inference and neuron (or input element), on average. */
export interface PacketRates {
  /** Samples that they were measured on; 0: nothing was measured, and everything counts as one packet. */
  readonly samples: number;
  readonly input: number;
  /** 0 for the read-out. */
  readonly layers: readonly number[];
}

/** Where nothing was measured. @param fires whether each layer fires */
export const assumedRates = (fires: readonly boolean[]): PacketRates => ({
  samples: 0,
  input: 1,
  layers: fires.map((each) => (each ? 1 : 0)),
});
