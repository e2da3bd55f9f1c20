/** What a data set is to the commands. */
import { fail, type Sample } from '../../isa/index.ts';
import type { EventAccount } from '../events/account.ts';
import type { EventOptions } from '../events/options.ts';

export interface Dataset {
  /** Number of samples. */
  readonly count: number;
  /** Of one sample, channels first: [28, 28], [3, 32, 32], [784]. */
  readonly shape: readonly number[];
  /** Whether samples carry labels. */
  readonly labelled: boolean;
  /** Format, count and shape, for people. */
  readonly description: string;
  /** What becomes of events as samples are read; only of recordings of events. */
  readonly events?: EventAccount;
  /**
   * Reads samples in order, one at a time; can be called again, also while another is running.
   *
   * @throws E0605 where the range starts beyond the end; E0602, E0604 when a damaged sample or label is reached
   */
  samples(range?: SampleRange): AsyncIterable<Sample>;
}

export interface SampleRange {
  /** First sample; default 0. */
  readonly start?: number;
  /** Largest number of samples; default all. */
  readonly limit?: number;
}

/** What decides about recordings of events. */
export interface EventRequest {
  readonly options: EventOptions;
  /** Of the chip. */
  readonly classNames: readonly string[];
  readonly signal: AbortSignal;
}

export interface DatasetOptions {
  /** A file of labels: IDX, .npy, or text with one number per line. */
  readonly labels?: string;
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
  values(
    start: number,
    end: number,
  ): AsyncGenerator<{ readonly values: Uint8Array | Float32Array; readonly label?: number }>;
}

/** Labels 0..count-1. */
export interface Labels {
  readonly count: number;
  values(start: number): AsyncGenerator<number, void, void>;
}

/** @throws E0604 where there are not as many labels as samples */
export function labelledDataset(
  raw: RawDataset,
  labels: Labels | undefined,
  isLabelled: boolean,
  file: string,
): Dataset {
  if (labels !== undefined && labels.count !== raw.count)
    fail(
      'E0604',
      `${labels.count} labels for ${raw.count} samples`,
      { file },
      'give the labels that belong to the data',
    );
  return {
    count: raw.count,
    shape: raw.shape,
    labelled: isLabelled || labels !== undefined,
    description: raw.description,
    samples: (range = {}) => samples(raw, labels, range, file),
  };
}

async function* samples(
  raw: RawDataset,
  labels: Labels | undefined,
  { start = 0, limit = Infinity }: SampleRange,
  file: string,
): AsyncGenerator<Sample> {
  if (!Number.isSafeInteger(start) || start < 0 || (start >= raw.count && start > 0))
    fail('E0605', `there is no sample ${start}: the data hold ${raw.count}`, { file }, 'samples count from 0');
  const end = Math.min(raw.count, start + limit);
  const labelValues = labels?.values(start);
  try {
    let index = start;
    for await (const { values, label } of raw.values(start, end)) {
      const given = labelValues === undefined ? label : await nextLabel(labelValues);
      yield { index: index++, shape: raw.shape, values, ...(given !== undefined && { label: given }) };
    }
  } finally {
    await labelValues?.return();
  }
}

async function nextLabel(labels: AsyncGenerator<number, void, void>): Promise<number | undefined> {
  const { value, done } = await labels.next();
  return done === true ? undefined : value;
}
