/** How much the parts of a network are expected to send: what mapping and placement weigh. */

/** Packets per inference and neuron (or input element), on average. */
export interface PacketRates {
  /** Samples that they were measured on; 0: nothing was measured, and everything counts as one packet. */
  readonly samples: number;
  readonly input: number;
  /** 0 for the read-out. */
  readonly layers: readonly number[];
  /** How they lie over the places: of the input, then of every layer. Absent: evenly. */
  readonly profiles?: readonly PlaceProfile[] | undefined;
}

/** The rate of each row and of each column, as a multiple of that of the whole: a place has the product of both. */
export interface PlaceProfile {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Share of the neurons (or elements) that send anything in an inference: they are neighbours more often than by chance. */
  readonly active: number;
}
