/** What a chip would have answered after fewer ticks: the accumulators of the read-out, tick by tick. */
import { predictedClass, type Chip } from '../../isa/machine.ts';
import type { TickObserver, TickView } from '../machine/observer.ts';

/**
 * Watches one inference after the other. Every layer's window begins one tick after that of its last source, so after
 * tick t of its own window the read-out has heard exactly the first t ticks of every layer: what it would hold at the end
 * if the same neurons ran for t ticks. Its unit does not change with t, so the largest accumulator is the answer.
 */
export class ReadoutCurve implements TickObserver {
  /** Predicted class by t − 1, t = 1..T, of the inference that was watched last. */
  readonly predicted: Uint32Array;
  readonly #layer: number;
  readonly #start: number;

  constructor(chip: Chip) {
    this.#layer = chip.layers.length - 1;
    this.#start = chip.layers[this.#layer]!.depth;
    this.predicted = new Uint32Array(chip.window);
  }

  onTick(tick: number, view: TickView): void {
    const t = tick - this.#start;
    if (t >= 0 && t < this.predicted.length) this.predicted[t] = predictedClass(view.potential(this.#layer));
  }
}
