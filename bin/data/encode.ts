/** Samples without time as input in steps: how large a value is becomes when, or how often, it is sent. */
import { type Diagnostic, diagnostic, fail, type RunRecord, type Sample } from '../../isa/index.ts';
import { elementCount, MAX_SAMPLE_ELEMENTS } from './array-file.ts';
import type { Dataset } from './dataset.ts';

interface CodingRow {
  /** Whether values below 0 are sent, as spikes of payload −1. */
  readonly signed: boolean;
  /** Whether a value is sent as spikes, not as it is. */
  readonly spikes: boolean;
  readonly random: boolean;
  /**
   * Puts a value into the steps of one element.
   *
   * @param rate spikes a step that stand for the value, −1 to 1; the value itself where no spikes do
   * @param put takes a step and what is sent in it, in spikes
   */
  readonly send: (rate: number, steps: number, put: (step: number, spikes: number) => void, random: Random) => void;
}

/** Numbers in [0, 1). */
type Random = () => number;

/**
 * The codings of `--encode`.
 *
 * - constant: the value in every step.
 * - poisson: in every step a spike with the probability x, drawn for each step and element: a Poisson process in discrete
 *   time (Heeger, "Poisson model of spike generation", 2000).
 * - ttfs, time to first spike: one spike in step ⌊(1 − x)(T − 1) + ½⌋, and none for 0 (Thorpe, Gautrais: "Rank order
 *   coding", 1998, with a latency that falls linearly).
 * - delta: in every step x is added up, from ½ on, and a spike is sent whenever the sum reaches 1, which is then taken off:
 *   sigma-delta modulation, an integrate-and-fire neuron with soft reset (Yoon: "LIF and simplified SRM neurons encode
 *   signals into spikes via a form of asynchronous pulse sigma-delta modulation", 2016). T steps have ⌊T·x + ½⌋ spikes.
 */
const CODING_ROWS = {
  constant: {
    ...{ signed: true, spikes: false, random: false },
    send: (rate, steps, put) => {
      for (let step = 0; step < steps; step++) put(step, rate);
    },
  },
  poisson: {
    ...{ signed: false, spikes: true, random: true },
    send: (rate, steps, put, random) => {
      for (let step = 0; step < steps; step++) if (random() < rate) put(step, 1);
    },
  },
  ttfs: {
    ...{ signed: false, spikes: true, random: false },
    send: (rate, steps, put) => put(Math.floor((1 - rate) * (steps - 1) + 0.5), 1),
  },
  delta: {
    ...{ signed: true, spikes: true, random: false },
    send: (rate, steps, put) => {
      const size = Math.abs(rate);
      for (let step = 0, sent = 0; step < steps; step++) {
        // Not added up, which would round in every step.
        if (Math.floor((step + 1) * size + 0.5) === sent) continue;
        sent++;
        put(step, Math.sign(rate));
      }
    },
  },
} as const satisfies Record<string, CodingRow>;

export type Coding = keyof typeof CODING_ROWS;
export const CODINGS = Object.keys(CODING_ROWS) as readonly Coding[];
export const isRandomCoding = (coding: Coding): boolean => CODING_ROWS[coding].random;
export const sendsSpikes = (coding: Coding): boolean => CODING_ROWS[coding].spikes;

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

/**
 * The data with every sample [channels, height, width] as [steps, channels, height, width].
 *
 * @throws DiagnosticError E0606 where samples become too large; (its samples do) E0607 for a value that the coding has no
 *   spikes for
 */
export function encodedDataset(data: Dataset, options: EncodeOptions): Dataset {
  const account = new EncodeAccount(options);
  const shape = [options.steps, ...data.shape];
  if (elementCount(shape) > MAX_SAMPLE_ELEMENTS)
    fail(
      'E0606',
      `a sample of the shape [${shape.join(', ')}] is not made; at most ${MAX_SAMPLE_ELEMENTS} elements are`,
    );
  return {
    ...data,
    shape,
    encoding: account,
    description: `${data.description}, by ${options.coding} in ${options.steps} steps`,
    async *samples(range) {
      for await (const sample of data.samples(range))
        yield { ...sample, shape, values: encode(sample, options, account) };
    },
  };
}

function encode({ index, values }: Sample, options: EncodeOptions, account: EncodeAccount): Float32Array {
  const { coding, steps, spike, negative, seed, randomOf } = options;
  const max = options.max ?? (values instanceof Uint8Array ? LARGEST_BYTE : 1);
  const { send, signed, spikes }: CodingRow = CODING_ROWS[coding];
  const size = values.length;
  const into = new Float32Array(steps * size);
  const random = randomOf(seed, index);
  if (spikes) account.max = max;
  const unit = spikes ? spike : 1;
  for (let element = 0; element < size; element++) {
    const value = values[element]!;
    if (!Number.isFinite(value)) fail('E0602', `sample ${index} has ${value}, element ${element}`);
    if (value === 0) continue;
    if (spikes && value < 0 && !(signed && negative)) refuseNegative(index, element, value, options);
    account.nonZero++;
    if (spikes && Math.abs(value) > max) account.limited++;
    const rate = spikes ? Math.max(-1, Math.min(1, value / max)) : value;
    const put = (step: number, sent: number): void => {
      into[step * size + element] = unit * sent;
      account.spikes++;
    };
    send(rate, steps, put, random);
  }
  return into;
}

function refuseNegative(index: number, element: number, value: number, { coding, negative }: EncodeOptions): never {
  const why = CODING_ROWS[coding].signed
    ? 'the input of the chip takes no spikes of payload -1'
    : `--encode ${coding} has no spikes for values below 0`;
  fail(
    'E0607',
    `sample ${index} has ${value}, element ${element}; ${why}`,
    undefined,
    negative ? 'take --encode delta or constant, or data from 0 on' : 'take --encode constant, or data from 0 on',
  );
}
