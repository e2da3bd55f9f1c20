/** Samples in the formats in which data sets are stored, from bytes in memory. */
import type { Sample } from '../isa/index.ts';
import { answeredSamples, type AnswerFile, type Layout } from './data/dataset.ts';
import { memorySource } from './data/memory.ts';
import { openData, openLabels } from './data/open-data.ts';
import { requireMatch } from './data/shapes.ts';

/** What bytes do not say of themselves. */
export interface ReadSettings {
  /** Of the file, for messages and for what has no signature: a table is told by the ending `.csv`. Default: `data`. */
  readonly name?: string;
  /** Of one sample as the network takes it, [channels, height, width]; if absent, as the file says. */
  readonly shape?: readonly number[];
  /** Where the channels of stored samples are; if absent, last where the shape says so. */
  readonly layout?: Layout;
  /** A file of labels: IDX or .npy, or text with a class per line; plain or gzip. */
  readonly labels?: Uint8Array;
  /** Of the file of labels, for messages. Default: `labels`. */
  readonly labelsName?: string;
  /** Name of one array of a .npz. */
  readonly member?: string;
}

/** Samples that are read as they are asked for. */
export interface ReadData {
  /** Number of samples. */
  readonly count: number;
  /** Of one sample, channels first. */
  readonly shape: readonly number[];
  /** Whether samples carry labels. */
  readonly isLabelled: boolean;
  /** What was chosen among several, for people. */
  readonly notes: readonly string[];
  /** The samples in order; can be gone through several times, also at once. Damage is found, and thrown, where it lies. */
  readonly samples: AsyncIterable<Sample>;
}

/**
 * Reads samples as `snnemu` does from files: IDX and .npy, plain or gzip, an array of a .npz, CIFAR-10 binary, tables (.csv),
 * PNG and JPEG. Nothing is inflated or decoded before it is asked for.
 *
 * @param bytes of the file; they are not copied
 * @throws DiagnosticError E0601 for unknown formats; E0602 for damaged files; E0603 where samples do not have the shape;
 *   E0604 where the labels do not fit; E0605 where there is no sample; E0606 for what is not read, such as PNG of 16 bits
 */
export async function readSamples(bytes: Uint8Array, settings: ReadSettings = {}): Promise<ReadData> {
  const { name = 'data', shape: input, layout, labels, labelsName = 'labels', member } = settings;
  const isAnswered = labels !== undefined;
  const {
    raw,
    beside,
    carried,
    notes = [],
  } = await openData(memorySource(bytes, name), {
    ...{ member, input, layout, isAnswered },
  });
  requireMatch(raw.shape, input, { file: name });
  const answers: AnswerFile | undefined = isAnswered
    ? await openLabels(memorySource(labels, labelsName))
    : await beside?.();
  const set = answeredSamples(raw, answers, carried, isAnswered ? labelsName : name);
  return {
    count: set.count,
    shape: set.shape,
    isLabelled: set.labelled,
    notes: [...notes, ...set.notes],
    samples: { [Symbol.asyncIterator]: () => set.samples()[Symbol.asyncIterator]() },
  };
}
