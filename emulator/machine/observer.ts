/** What somebody sees who watches a chip tick by tick. */

/** The chip after a tick, seen through the logical map. */
export interface TickView {
  /** NCHW indices of the neurons of a layer that fired in this tick, ascending. */
  fired(layer: number): number[];
  /** Membrane potentials of a layer after the tick, NCHW. */
  potential(layer: number): Int32Array;
}

export interface TickObserver {
  /** @param tick of the chip, 0..ticks-1 */
  onTick(tick: number, view: TickView): void;
}
