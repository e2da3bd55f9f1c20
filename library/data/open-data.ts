/** Opens data that lie under one name, by their content. */
import { isHdf5 } from '../../compiler/read/hdf5/signature.ts';
import { fail } from '../../isa/index.ts';
import { arrayDataset } from './array-dataset.ts';
import type { ArrayFile } from './array-file.ts';
import { type ByteSource, headOf, looksLikeGzip } from './bytes.ts';
import { channelsFirst } from './channels-first.ts';
import { cifarDataset, looksLikeCifar } from './cifar.ts';
import { csvDataset } from './csv-dataset.ts';
import type { AnswerFile, Layout, RawDataset } from './dataset.ts';
import { imageDataset, looksLikeImage } from './images.ts';
import { textLabels } from './labels.ts';
import { labelsInside } from './labels-inside.ts';
import { FORMATS, openArray } from './open-array.ts';
import { splitBatch } from './shapes.ts';
import { labelsOrTargets } from './targets.ts';

export interface OpenOptions {
  /** Name of an array of a .npz. */
  readonly member?: string | undefined;
  /** The input [channels, height, width] that the samples are for, with the ticks before them where it comes in several. */
  readonly input: readonly number[] | undefined;
  /** Where the channels of stored samples are; if absent, last where the shape says so. */
  readonly layout: Layout | undefined;
  /** Outputs of the network, which targets are of; without it there are none. */
  readonly outputs?: number | undefined;
  /** Names of the classes of the network, for data that name theirs. */
  readonly classNames?: readonly string[] | undefined;
  /** 1 = grey, 3 = RGB; for images. */
  readonly channelsWanted?: number | undefined;
  /** Whether labels or targets are given, so that none are looked for. */
  readonly isAnswered: boolean;
  /** Opens what lies beside an IDX file of images, where there is such a place. */
  readonly labelsBeside?: (() => Promise<AnswerFile | undefined>) | undefined;
  /** What to use instead of a format that is not known. */
  readonly formats?: string;
}

export interface Opened {
  readonly raw: RawDataset;
  /** Opens labels that were found beside the data, unless others are given. */
  readonly beside?: (() => Promise<AnswerFile | undefined>) | undefined;
  /** What the data carry themselves. */
  readonly carried?: AnswerFile['kind'] | undefined;
  readonly notes?: readonly string[];
}

/** Whether the name is that of a table. */
export const isTableName = (name: string): boolean => /\.csv$/i.test(name);

/**
 * Samples of a table, which only its name tells, of an array, CIFAR-10 or an image.
 *
 * @throws E0601 for unknown formats; E0602 for damaged data; E0603, E0604, E0605, E0606 as the readers of the formats
 */
export async function openData(source: ByteSource, options: OpenOptions): Promise<Opened> {
  return isTableName(source.file) ? openTable(source, options) : openSamples(source, options);
}

async function openTable(source: ByteSource, { input, outputs, classNames, layout }: OpenOptions): Promise<Opened> {
  const { raw, carried } = await csvDataset(source, { input, outputs, classNames });
  return { raw: layout === 'nhwc' ? channelsFirst(raw, input, layout) : raw, carried };
}

/**
 * Samples of anything but a table.
 *
 * @throws as {@link openData}
 */
export async function openSamples(source: ByteSource, options: OpenOptions): Promise<Opened> {
  const { file } = source;
  const { member, input, channelsWanted, formats = FORMATS } = options;
  const head = await headOf(source);
  if (looksLikeImage(head)) return { raw: await imageDataset(source, { channelsWanted, input }) };
  const array = await openArray(source, member, head);
  if (array !== undefined) return array.format === 'IDX' ? openIdx(array, options) : openBatch(source, array, options);
  if (looksLikeGzip(head)) fail('E0601', 'the gzip file holds neither IDX nor .npy', { file }, formats);
  if (await looksLikeCifar(source)) return { raw: cifarDataset(source), carried: 'label' };
  if (isHdf5(head))
    fail('E0606', 'HDF5 files are read where they are events for a chip (EventData of NIR)', { file }, formats);
  return fail('E0601', 'the data have no known format', { file }, formats);
}

function openIdx(array: ArrayFile, { input, layout, labelsBeside }: OpenOptions): Opened {
  const place = { file: array.file };
  const [count, ...shape] = array.shape;
  if (shape.length === 0) fail('E0606', 'the IDX file holds a vector, as labels do, not samples', place);
  // Refuses what has its channels elsewhere.
  if (layout === 'nhwc') splitBatch(array.shape, input, place, layout);
  return { raw: channelsFirst(arrayDataset(array, { count: count!, shape }), input, layout), beside: labelsBeside };
}

async function openBatch(source: ByteSource, array: ArrayFile, options: OpenOptions): Promise<Opened> {
  const { member, input, layout, isAnswered, outputs } = options;
  const batch = splitBatch(array.shape, input, { file: source.file }, layout);
  const raw = channelsFirst(arrayDataset(array, batch), input, layout);
  // What is named is not looked for.
  if (member === undefined || isAnswered) return { raw };
  const { name, notes } = await labelsInside(source, member, batch.count);
  return { raw, beside: name === undefined ? undefined : () => openLabels(source, name, outputs), notes };
}

/**
 * A file of labels, or of targets where it holds such: an array, or text.
 *
 * @param member name of an array of a .npz
 * @param outputs of the network; undefined: there are no targets
 * @throws E0602, E0604, E0606
 */
export async function openLabels(source: ByteSource, member?: string, outputs?: number): Promise<AnswerFile> {
  const head = await headOf(source);
  const array = await openArray(source, member, head);
  if (array !== undefined) return labelsOrTargets(array, outputs);
  return textLabels(source.file, looksLikeGzip(head) ? source.inflated : source.chunks);
}
