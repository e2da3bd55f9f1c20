/** What is asked of `--encode`, and what becomes of the values. */
import { type Diagnostic, diagnostic, type RunRecord } from '../../isa/index.ts';
import { type Coding, isRandomCoding, type Random, sendsSpikes } from './codings.ts';

export interface EncodeOptions {
  readonly coding: Coding;
  /** Of a sample. */
  readonly steps: number;
  /** The value that a spike in every step stands for, above 0; absent: {@link LARGEST_BYTE} of bytes, else 1. */
  readonly max: number | undefined;
  /** What one spike is as a value of the input: that of payload 1. */
  readonly spike: number;
  /** Whether the input takes spikes of payload −1. */
  readonly negative: boolean;
  readonly seed: number;
  /** Numbers for a sample, the same ones whenever it is read. */
  readonly randomOf: (seed: number, sample: number) => Random;
}

export const LARGEST_BYTE = 255;

/** Share of the values that may be limited without a word. */
const MAY_BE_LIMITED = 0.05;

/** What became of the values of the samples that were read. */
export class EncodeAccount {
  readonly #options: EncodeOptions;
  /** That are not 0. */
  nonZero = 0;
  /** Those of them beyond ±max, which are sent as ±max. */
  limited = 0;
  spikes = 0;
  /** The value of a spike in every step. */
  max = 0;

  constructor(options: EncodeOptions) {
    this.#options = options;
  }

  record(): NonNullable<RunRecord['encoding']> {
    const { coding, steps, seed } = this.#options;
    const { max, nonZero, limited, spikes } = this;
    return {
      ...{ coding, steps, nonZero },
      ...(sendsSpikes(coding) && { max, limited, spikes }),
      ...(isRandomCoding(coding) && { seed }),
    };
  }

  faults(): Diagnostic[] {
    const { nonZero, limited, max } = this;
    if (limited <= MAY_BE_LIMITED * nonZero) return [];
    const share = ((100 * limited) / nonZero).toFixed(1);
    return [
      diagnostic(
        'W0707',
        `of the values that are not 0, ${share} % lie beyond ${max}, and are sent as often as that`,
        undefined,
        'name the largest value of the data: --encode-max',
      ),
    ];
  }
}
