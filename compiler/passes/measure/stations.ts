/** The forms that a network takes on its way to the chip, compared by their outputs on the same samples. */
import { predictedClass } from '../../../isa/index.ts';

export interface Station {
  /** Samples that it classifies as their label says. */
  readonly correct: number;
  /** Samples that it classifies as the station before; all of them at the first. */
  readonly agreeing: number;
  /** Mean |difference| of the outputs from those of the station before, relative to the mean |output| of the first. */
  readonly difference: number;
}

export interface Stations {
  readonly samples: number;
  /** Samples whose label is known. */
  readonly labelled: number;
  readonly ann: Station;
  readonly spiking: Station;
  readonly integer: Station;
}

export class StationAccount {
  #samples = 0;
  #labelled = 0;
  #scale = 0;
  readonly #correct = [0, 0, 0];
  readonly #agreeing = [0, 0, 0];
  readonly #difference = [0, 0, 0];

  /**
   * @param label −1 where it is not known
   * @param outputs of the stations in order, in units of the conventional network's output
   */
  add(label: number, outputs: readonly Float64Array[]): void {
    this.#samples++;
    if (label >= 0) this.#labelled++;
    const classes = outputs.map(predictedClass);
    outputs.forEach((output, s) => {
      const before = outputs[Math.max(0, s - 1)]!;
      if (classes[s] === label) this.#correct[s]!++;
      if (classes[s] === classes[Math.max(0, s - 1)]) this.#agreeing[s]!++;
      for (let k = 0; k < output.length; k++) this.#difference[s]! += Math.abs(output[k]! - before[k]!);
    });
    for (const value of outputs[0]!) this.#scale += Math.abs(value);
  }

  result(): Stations {
    const station = (s: number): Station => ({
      correct: this.#correct[s]!,
      agreeing: this.#agreeing[s]!,
      difference: this.#scale === 0 ? 0 : this.#difference[s]! / this.#scale,
    });
    const [ann, spiking, integer] = [station(0), station(1), station(2)];
    return { samples: this.#samples, labelled: this.#labelled, ann, spiking, integer };
  }
}
