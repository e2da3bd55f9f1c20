/** The cycles of a core's tick, layer by layer (spec/timing.md, "What bound it"). */

/** Cycles of the current tick; only where the run is timed. */
export interface LayerCycles {
  /** Layers that the core holds, ascending; -1 = none. */
  readonly layers: readonly number[];
  /** In the order of `layers`. */
  readonly integrate: Float64Array;
  readonly update: Float64Array;
}

/** Numbers the layers that a core holds. */
export class LayerSlots {
  readonly layers: readonly number[];
  readonly #layerOf: Int32Array;

  /** @param layerOf layer of each neuron; -1 = none */
  constructor(layerOf: Int32Array) {
    this.#layerOf = layerOf;
    this.layers = layerOf.length === 0 ? [-1] : [...new Set(layerOf)].sort((a, b) => a - b);
  }

  /** Position in `layers` of what an instruction with this first neuron works on. */
  of(firstNeuron: number): number {
    return Math.max(0, this.layers.indexOf(this.#layerOf[firstNeuron] ?? -1));
  }
}
