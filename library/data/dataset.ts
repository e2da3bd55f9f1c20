/** Data sets: samples that are read in order, and what is known of each beside its values. */
import { fail, type Sample } from '../../isa/index.ts';

export interface SampleSet {
  /** Number of samples. */
  readonly count: number;
  /** Of one sample, channels first: [28, 28], [3, 32, 32], [784]. */
  readonly shape: readonly number[];
  /** Whether samples carry labels. */
  readonly labelled: boolean;
  /** Whether samples carry target values. */
  readonly targeted: boolean;
  /** What was chosen among several, for people. */
  readonly notes: readonly string[];
  /** Format, count and shape, for people. */
  readonly description: string;
  /**
   * Reads samples in order, one at a time; can be called again, also while another is running.
   *
   * @throws E0605 where the range starts beyond the end; E0602, E0604 when a damaged sample or label is reached
   */
  samples(range?: SampleRange): AsyncIterable<Sample>;
}

/** Where the channels of a sample are: `nchw`, before height and width; `nhwc`, behind them. */
export type Layout = 'nchw' | 'nhwc';
export const LAYOUTS = ['nchw', 'nhwc'] as const satisfies readonly Layout[];

export interface SampleRange {
  /** First sample; default 0. */
  readonly start?: number;
  /** Largest number of samples; default all. */
  readonly limit?: number;
}

/** A data set before labels and ranges are added. Samples start..end-1 exist. */
export interface RawDataset {
  readonly count: number;
  readonly shape: readonly number[];
  readonly description: string;
  /** What was chosen among several, for people. */
  readonly notes?: readonly string[];
  values(start: number, end: number): AsyncGenerator<RawSample>;
}

export interface RawSample extends Answers {
  readonly values: Uint8Array | Float32Array;
  /** Of {@link Sample}. */
  readonly steps?: number;
}

/** What is known of a sample beside its values. */
export interface Answers {
  readonly label?: number;
  readonly target?: Float32Array;
}

/** Labels or targets of samples 0..count-1. */
export interface AnswerFile {
  readonly count: number;
  readonly kind: 'label' | 'target';
  readonly notes?: readonly string[];
  values(start: number): AsyncGenerator<Answers, void, void>;
}

/**
 * @param carried what the data carry themselves
 * @param file for messages
 * @throws E0604 where there are not as many labels as samples
 */
export function answeredSamples(
  raw: RawDataset,
  answers: AnswerFile | undefined,
  carried: AnswerFile['kind'] | undefined,
  file: string,
): SampleSet {
  if (answers !== undefined && answers.count !== raw.count)
    fail(
      'E0604',
      `${answers.count} ${answers.kind}s for ${raw.count} samples`,
      { file },
      `give the ${answers.kind}s that belong to the data`,
    );
  const kind = answers?.kind ?? carried;
  return {
    count: raw.count,
    shape: raw.shape,
    labelled: kind === 'label',
    targeted: kind === 'target',
    description: raw.description,
    notes: [...(raw.notes ?? []), ...(answers?.notes ?? [])],
    samples: (range = {}) => samples(raw, answers, range, file),
  };
}

async function* samples(
  raw: RawDataset,
  answers: AnswerFile | undefined,
  { start = 0, limit = Infinity }: SampleRange,
  file: string,
): AsyncGenerator<Sample> {
  if (!Number.isSafeInteger(start) || start < 0 || (start >= raw.count && start > 0))
    fail('E0605', `there is no sample ${start}: the data hold ${raw.count}`, { file }, 'samples count from 0');
  const end = Math.min(raw.count, start + limit);
  const given = answers?.values(start);
  try {
    let index = start;
    for await (const { values, steps, ...carried } of raw.values(start, end)) {
      const answer = given === undefined ? carried : ((await given.next()).value ?? {});
      yield { index: index++, shape: raw.shape, values, ...(steps !== undefined && { steps }), ...answer };
    }
  } finally {
    await given?.return();
  }
}
