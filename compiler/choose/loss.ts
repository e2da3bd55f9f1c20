/** What a way of counting loses against the network that it came from, sample by sample. */
import { largestIndex } from '../../isa/index.ts';

/** Accuracy (or agreement) that was lost, in points, with its standard error. */
export interface Loss {
  readonly samples: number;
  readonly points: number;
  readonly standardErrorPoints: number;
}

/** Of one output, the sign; of several, the largest, the lowest index of equals. */
export const classOf = (outputs: ArrayLike<number>): number =>
  outputs.length === 1 ? Number(outputs[0]! > 0) : largestIndex(outputs);

/** Paired differences: the same sample through both networks. */
export class LossAccount {
  #samples = 0;
  #sum = 0;
  #squares = 0;

  /**
   * @param label −1 where it is not known: then every answer that differs is a loss
   * @param expected class that the conventional network gives
   */
  add(label: number, expected: number, answer: number): void {
    const lost = label < 0 ? Number(answer !== expected) : Number(expected === label) - Number(answer === label);
    this.#samples++;
    this.#sum += lost;
    this.#squares += lost * lost;
  }

  get loss(): Loss {
    const n = Math.max(1, this.#samples);
    const mean = this.#sum / n;
    const variance = Math.max(0, this.#squares / n - mean * mean);
    return { samples: this.#samples, points: 100 * mean, standardErrorPoints: 100 * Math.sqrt(variance / n) };
  }
}
