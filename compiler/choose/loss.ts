/** What a way of counting loses against the network that it came from, sample by sample. */
import { predictedClass } from '../../isa/index.ts';

/** Accuracy (or agreement) that was lost, in points, with its standard error. */
export interface Loss {
  readonly samples: number;
  readonly points: number;
  readonly standardErrorPoints: number;
  /** Mean |difference| of the outputs, relative to the mean |output|. */
  readonly difference: number;
}

/** Paired differences: the same sample through both networks. */
export class LossAccount {
  #samples = 0;
  #sum = 0;
  #squares = 0;
  #distance = 0;
  #scale = 0;

  /**
   * @param label −1 where it is not known: then every answer that differs is a loss
   * @param expected outputs of the conventional network
   * @param given the same of the integers, in its units
   */
  add(label: number, expected: ArrayLike<number>, given: ArrayLike<number>): void {
    const [wanted, answer] = [predictedClass(expected), predictedClass(given)];
    for (let k = 0; k < expected.length; k++) {
      this.#distance += Math.abs(given[k]! - expected[k]!);
      this.#scale += Math.abs(expected[k]!);
    }
    const lost = label < 0 ? Number(answer !== wanted) : Number(wanted === label) - Number(answer === label);
    this.#samples++;
    this.#sum += lost;
    this.#squares += lost * lost;
  }

  get loss(): Loss {
    const n = Math.max(1, this.#samples);
    const mean = this.#sum / n;
    const variance = Math.max(0, this.#squares / n - mean * mean);
    return {
      samples: this.#samples,
      points: 100 * mean,
      standardErrorPoints: 100 * Math.sqrt(variance / n),
      difference: this.#scale === 0 ? 0 : this.#distance / this.#scale,
    };
  }
}
