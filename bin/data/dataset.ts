/** What a data set is to the commands. */
import { fail, type Sample } from '../../isa/index.ts';
import type { EventAccount } from '../events/account.ts';
import type { EventOptions } from '../events/options.ts';
import type { EncodeAccount } from './encode-account.ts';

export interface Dataset {
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
  /** What becomes of events as samples are read; only of recordings of events. */
  readonly events?: EventAccount;
  /** What becomes of values as they are given steps; only where `--encode` does. */
  readonly encoding?: EncodeAccount;
  /**
   * Reads samples in order, one at a time; can be called again, also while another is running.
   *
   * @throws E0605 where the range starts beyond the end; E0602, E0604 when a damaged sample or label is reached
   */
  samples(range?: SampleRange): AsyncIterable<Sample>;
}

/** nchw: channels before height and width, nhwc: behind them. */
export const LAYOUTS = ['nchw', 'nhwc'] as const;
export type Layout = (typeof LAYOUTS)[number];

export interface SampleRange {
  /** First sample; default 0. */
  readonly start?: number;
  /** Largest number of samples; default all. */
  readonly limit?: number;
}

/** What decides about recordings of events. */
export interface EventRequest {
  readonly options: EventOptions;
  readonly signal: AbortSignal;
}

export interface DatasetOptions {
  /** A file of labels: IDX, .npy, .npz, or text with one number per line; of target values where its content is such. */
  readonly labels?: string;
  /** A file of target values: .npy, .npz, or a table with a column per output. */
  readonly targets?: string;
  /** Outputs of the network, which targets are of; without it there are none. */
  readonly outputs?: number;
  /** Names of the classes of the network, for data that name theirs. */
  readonly classNames?: readonly string[] | undefined;
  /** Where the channels of stored samples are; if absent, last where the shape says so. */
  readonly layout?: Layout | undefined;
  /** 1 = grey, 3 = RGB; for PNG. */
  readonly channelsWanted?: number;
  /** The input [channels, height, width] that the samples are for, with the ticks before them where it comes in several. */
  readonly expectedShape?: readonly number[];
  /** Without it, recordings of events are not read. */
  readonly events?: EventRequest;
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
export function answeredDataset(
  raw: RawDataset,
  answers: AnswerFile | undefined,
  carried: AnswerFile['kind'] | undefined,
  file: string,
): Dataset {
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
    for await (const { values, ...carried } of raw.values(start, end)) {
      const answer = given === undefined ? carried : ((await given.next()).value ?? {});
      yield { index: index++, shape: raw.shape, values, ...answer };
    }
  } finally {
    await given?.return();
  }
}
