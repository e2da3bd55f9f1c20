/** What a data set is to the commands. */
import type { Layout, SampleSet } from '../../library/data/dataset.ts';
import type { EventAccount } from '../events/account.ts';
import type { EventOptions } from '../events/options.ts';
import type { EncodeAccount } from './encode-account.ts';

export interface Dataset extends SampleSet {
  /** What becomes of events as samples are read; only of recordings of events. */
  readonly events?: EventAccount;
  /** What becomes of values as they are given steps; only where `--encode` does. */
  readonly encoding?: EncodeAccount;
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
