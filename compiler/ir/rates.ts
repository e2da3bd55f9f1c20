/** How much the parts of a network are expected to send: what mapping and placement weigh. */

/** Packets per inference and neuron (or input element), on average. */
export interface PacketRates {
  /** Samples that they were measured on; 0: nothing was measured, and everything counts as one packet. */
  readonly samples: number;
  readonly input: number;
  /** 0 for the read-out. */
  readonly layers: readonly number[];
  /**
   * The same by place (y · width + x), a mean over the channels: of the input, then of every layer. Absent: every place of a
   * layer has its rate.
   */
  readonly places?: readonly (readonly number[])[] | undefined;
}
