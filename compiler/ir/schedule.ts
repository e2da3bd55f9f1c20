/** When the layers of a network integrate and fire. */
export interface Schedule {
  /** First tick of each layer's window. */
  readonly depths: readonly number[];
  /** First tick in which each layer adds the current from the input. */
  readonly currentStarts: readonly number[];
  /** Delay per layer and branch in ticks; 0 for the input. */
  readonly delays: readonly (readonly number[])[];
  /** D: ticks from one step to the next, of populations; absent: 1. */
  readonly stepTicks?: number | undefined;
  /** Ticks of one inference. */
  readonly ticks: number;
}
