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

/** Adds up what payloads lose, one sample after the other. */
export class InputLossAccount {
  readonly #encoding: Pick<InputEncoding, 'payloadMin' | 'payloadMax'>;
  readonly #steps: Float64Array;
  readonly #area: number;
  #samples = 0;
  #nonZero = 0;
  #roundedToZero = 0;
  #limited = 0;
  #lost = 0;

  constructor(encoding: Pick<InputEncoding, 'shape' | 'step' | 'channelSteps' | 'payloadMin' | 'payloadMax'>) {
    this.#encoding = encoding;
    this.#steps = stepsOf(encoding);
    this.#area = encoding.shape[1] * encoding.shape[2];
  }

  /** @param x preprocessed values, NCHW; of several ticks one after the other. @param payloads that stand for them */
  add(x: Float64Array, payloads: Int16Array): void {
    const { payloadMin, payloadMax } = this.#encoding;
    const channels = this.#steps.length;
    let [power, error] = [0, 0];
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
      this.#nonZero++;
      if (payload === 0) this.#roundedToZero++;
      else if ((payload === payloadMax && missing > step / 2) || (payload === payloadMin && missing < -step / 2))
        this.#limited++;
    }
    this.#samples++;
    if (power > 0) this.#lost += Math.min(1, error / power);
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
