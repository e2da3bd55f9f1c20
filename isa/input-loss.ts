/** What the payloads of the input events keep of the values that they stand for. */
import { type InputEncoding, stepsOf } from './input.ts';

/** Counts over samples; `lost` is a mean of the shares of the samples. */
export interface InputLoss {
  readonly samples: number;
  /** Values that are not 0. */
  readonly nonZero: number;
  /** Those of them whose payload is 0. */
  readonly roundedToZero: number;
  /** Others of them whose payload is an end of the range because the value lies beyond it. */
  readonly limited: number;
  /** Σ(value − payload·step)² / Σvalue² of a sample, at most 1, as a mean over the samples. */
  readonly lost: number;
}

/** Adds up what is known of samples. */
export class InputLossSum {
  #samples = 0;
  #nonZero = 0;
  #roundedToZero = 0;
  #limited = 0;
  #lost = 0;

  /** @param sample what the payloads of one sample lose */
  add(sample: Omit<InputLoss, 'samples'>): void {
    this.#samples++;
    this.#nonZero += sample.nonZero;
    this.#roundedToZero += sample.roundedToZero;
    this.#limited += sample.limited;
    this.#lost += sample.lost;
  }

  result(): InputLoss {
    return {
      samples: this.#samples,
      nonZero: this.#nonZero,
      roundedToZero: this.#roundedToZero,
      limited: this.#limited,
      lost: this.#samples === 0 ? 0 : this.#lost / this.#samples,
    };
  }
}

/** Adds up what payloads lose, one sample after the other. */
export class InputLossAccount {
  readonly #encoding: Pick<InputEncoding, 'payloadMin' | 'payloadMax'>;
  readonly #steps: Float64Array;
  readonly #area: number;
  readonly #sum = new InputLossSum();

  constructor(encoding: Pick<InputEncoding, 'shape' | 'step' | 'channelSteps' | 'payloadMin' | 'payloadMax'>) {
    this.#encoding = encoding;
    this.#steps = stepsOf(encoding);
    this.#area = encoding.shape[1] * encoding.shape[2];
  }

  /** @param x preprocessed values, NCHW; of several ticks one after the other. @param payloads that stand for them */
  add(x: Float64Array, payloads: Int16Array): void {
    const { payloadMin, payloadMax } = this.#encoding;
    const channels = this.#steps.length;
    let [power, error, nonZero, roundedToZero, limited] = [0, 0, 0, 0, 0];
    for (let i = 0, c = 0, left = this.#area; i < x.length; i++, left--) {
      if (left === 0) {
        left = this.#area;
        c = c + 1 === channels ? 0 : c + 1;
      }
      const value = x[i]!;
      if (value === 0) continue;
      const step = this.#steps[c]!;
      const payload = payloads[i]!;
      const missing = value - payload * step;
      power += value * value;
      error += missing * missing;
      nonZero++;
      if (payload === 0) roundedToZero++;
      else if ((payload === payloadMax && missing > step / 2) || (payload === payloadMin && missing < -step / 2))
        limited++;
    }
    this.#sum.add({ nonZero, roundedToZero, limited, lost: power > 0 ? Math.min(1, error / power) : 0 });
  }

  result(): InputLoss {
    return this.#sum.result();
  }
}
