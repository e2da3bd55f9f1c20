/** Opens data sets by their content. Everything is streamed: memory does not grow with the data. */
import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { isHdf5 } from '../../compiler/read/hdf5/signature.ts';
import { fail, type Place } from '../../isa/index.ts';
import { arrayDataset } from './array-dataset.ts';
import { fileChunks, fileSize } from './bytes.ts';
import { channelsFirst } from './channels-first.ts';
import { cifarDataset, looksLikeCifar } from './cifar.ts';
import { csvDataset } from './csv-dataset.ts';
import {
  type AnswerFile,
  answeredDataset,
  type Dataset,
  type DatasetOptions,
  type EventRequest,
  type RawDataset,
} from './dataset.ts';
import { eventDataset } from './event-dataset.ts';
import { filesDataset } from './files-dataset.ts';
import { imageDataset, looksLikeImage, SAMPLE_ENDINGS } from './images.ts';
import { type FileList, isPattern, listFolder, listPattern, listTable, namesFiles } from './labelled-files.ts';
import { labelsBeside, textLabels } from './labels.ts';
import { labelsInside } from './labels-inside.ts';
import { FORMATS, openArray, readHead, splitMember } from './open-array.ts';
import { LISTED_ENDINGS, type NamedFiles, type Recordings, sortFiles } from './recordings.ts';
import { requireMatch, splitBatch } from './shapes.ts';
import { arrayTargets, labelsOrTargets } from './targets.ts';

export {
  type Dataset,
  type DatasetOptions,
  type EventRequest,
  type Layout,
  LAYOUTS,
  type SampleRange,
} from './dataset.ts';
export { splitMember } from './open-array.ts';
export { type Source, sourcesOf } from './sources.ts';
export { matchesInput } from './shapes.ts';

/** `data#3` names sample 3 of `data`; without `#i`, all samples. */
export function splitSampleSpec(spec: string): { data: string; index?: number } {
  const match = /^(.+)#(\d+)$/s.exec(spec);
  if (match === null) return { data: spec };
  const index = Number(match[2]);
  if (!Number.isSafeInteger(index)) fail('E0605', `there is no sample ${match[2]!}`, { file: match[1]! });
  return { data: match[1]!, index };
}

/**
 * Opens a data set.
 *
 * @param spec a path, `file.npz:name` for one array of an archive, or a pattern with `*` and `?` in the name of the files
 * @throws E0101 where a file is missing; E0601 for unknown formats; E0602 for damaged files; E0603 where samples do not
 *   have the expected shape; E0604 where the labels do not fit; E0605 where there is no sample; E0606 for element types and
 *   layouts that are not read
 */
export async function openDataset(spec: string, options: DatasetOptions = {}): Promise<Dataset> {
  const { path, member } = splitMember(spec);
  const named = await namedFiles(path, options);
  const { events, expectedShape } = options;
  let list = named?.list;
  let told: readonly string[] = [];
  // An array of an archive is named to be read as it is.
  if (events !== undefined && (member === undefined || (await looksLikeHdf5(path)))) {
    const single = { list: { files: [{ file: path }], labelled: false, notes: [] }, by: 'name' } as const;
    const sorted = await sortFiles(named ?? single, path, { expectedShape, member, format: events.options.format });
    if ('recordings' in sorted) return openRecordings(sorted.recordings, path, options as OptionsOfEvents);
    if (named === undefined) told = sorted.list.notes;
    else ({ list } = sorted);
  }
  const { raw, beside, carried, notes = [] } = await openRaw(path, member, list, options);
  requireMatch(raw.shape, options.expectedShape, { file: path });
  const given = options.labels ?? options.targets;
  const answers = given === undefined ? await beside?.() : await openAnswers(given, options);
  const dataset = answeredDataset(raw, answers, carried, given === undefined ? path : splitMember(given).path);
  return { ...dataset, notes: [...told, ...notes, ...dataset.notes] };
}

/** The files of a folder, a pattern or a table; undefined where the path names one file of data. */
async function namedFiles(path: string, { classNames, events }: DatasetOptions): Promise<NamedFiles | undefined> {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) {
    const endings = events === undefined ? SAMPLE_ENDINGS : LISTED_ENDINGS;
    const isAny = events?.options.format !== undefined;
    return { list: await listFolder(path, { endings: isAny ? undefined : endings, classNames }), by: 'folder' };
  }
  if (there === undefined && isPattern(path)) return { list: await listPattern(path), by: 'name' };
  const isTable = there?.isFile() === true && extname(path).toLowerCase() === '.csv' && (await namesFiles(path));
  return isTable ? { list: await listTable(path, { classNames }), by: 'name' } : undefined;
}

const looksLikeHdf5 = async (path: string): Promise<boolean> =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true && isHdf5(await readHead(fileChunks(path), path));

type OptionsOfEvents = DatasetOptions & { readonly events: EventRequest };

async function openRecordings(recordings: Recordings, path: string, options: OptionsOfEvents): Promise<Dataset> {
  const { events, expectedShape } = options;
  if (expectedShape === undefined) fail('E0606', 'recordings of events become input of a chip alone', { file: path });
  const { raw, account } = eventDataset(recordings, expectedShape, events);
  const named = options.labels ?? options.targets;
  const answers = named === undefined ? undefined : await openAnswers(named, options);
  const carried = recordings.labelled ? 'label' : undefined;
  return { ...answeredDataset(raw, answers, carried, named ?? path), events: account };
}

interface Opened {
  readonly raw: RawDataset;
  /** Opens labels that were found beside the data, unless others are given. */
  readonly beside?: (() => Promise<AnswerFile | undefined>) | undefined;
  /** What the data carry themselves. */
  readonly carried?: AnswerFile['kind'] | undefined;
  readonly notes?: readonly string[];
}

async function openRaw(
  path: string,
  member: string | undefined,
  list: FileList | undefined,
  options: DatasetOptions,
): Promise<Opened> {
  if (list !== undefined) return openList(list, options);
  const size = await fileSize(path);
  if (extname(path).toLowerCase() === '.csv') return openCsv(path, options);
  return openFile(path, member, size, options);
}

async function openList(list: FileList, options: DatasetOptions): Promise<Opened> {
  const one = async (file: string): Promise<RawDataset> =>
    (await openFile(file, undefined, await fileSize(file), options)).raw;
  return { raw: await filesDataset(list, one), carried: list.labelled ? 'label' : undefined };
}

async function openCsv(path: string, options: DatasetOptions): Promise<Opened> {
  const { expectedShape: input, outputs, classNames, layout } = options;
  const { raw, carried } = await csvDataset(path, { input, outputs, classNames });
  return { raw: layout === 'nhwc' ? channelsFirst(raw, input, layout) : raw, carried };
}

async function openFile(
  path: string,
  member: string | undefined,
  size: number,
  options: DatasetOptions,
): Promise<Opened> {
  const place: Place = { file: path };
  const { expectedShape: input, layout } = options;
  const head = await readHead(fileChunks(path), path);
  if (looksLikeImage(head)) return { raw: await imageDataset(path, size, options.channelsWanted, input) };
  const array = await openArray(path, member, size, head);
  if (array?.format === 'IDX') {
    const [count, ...shape] = array.shape;
    if (shape.length === 0) fail('E0606', 'the IDX file holds a vector, as labels do, not samples', place);
    // Refuses what has its channels elsewhere.
    if (layout === 'nhwc') splitBatch(array.shape, input, place, layout);
    const labels = labelsBeside(path);
    const beside = labels === undefined ? undefined : () => openAnswers(labels, {});
    return { raw: channelsFirst(arrayDataset(array, { count: count!, shape }), input, layout), beside };
  }
  if (array !== undefined) {
    const batch = splitBatch(array.shape, input, place, layout);
    const raw = channelsFirst(arrayDataset(array, batch), input, layout);
    // What is named is not looked for.
    if (member === undefined || (options.labels ?? options.targets) !== undefined) return { raw };
    const { name, notes } = await labelsInside(path, member, batch.count);
    const beside = name === undefined ? undefined : () => openAnswers(`${path}:${name}`, options);
    return { raw, beside, notes };
  }
  if (await looksLikeCifar(path, size)) return { raw: cifarDataset(path, size), carried: 'label' };
  if (isHdf5(head))
    fail('E0606', 'HDF5 files are read where they are events for a chip (EventData of NIR)', place, FORMATS);
  return fail('E0601', 'the data have no known format', place, FORMATS);
}

/** A file of labels or targets: those that are named as targets are, others by what they hold. */
async function openAnswers(spec: string, { outputs, targets, labels }: DatasetOptions): Promise<AnswerFile> {
  const { path: file, member } = splitMember(spec);
  const size = await fileSize(file);
  const areTargets = labels === undefined && targets === spec && outputs !== undefined;
  if (extname(file).toLowerCase() === '.csv' && areTargets) return tableTargets(file, outputs);
  const array = await openArray(file, member, size, await readHead(fileChunks(file), file));
  if (!areTargets) return array === undefined ? textLabels(file) : labelsOrTargets(array, outputs);
  if (array === undefined)
    fail('E0601', 'the targets have no known format', { file }, 'use .npy, .npz or a .csv table');
  return arrayTargets(array, outputs);
}

/** A table with a column per output. */
async function tableTargets(file: string, outputs: number): Promise<AnswerFile> {
  const { raw } = await csvDataset(file, { input: [outputs], outputs, classNames: undefined });
  return {
    count: raw.count,
    kind: 'target',
    async *values(start) {
      for await (const { values } of raw.values(start, raw.count)) yield { target: Float32Array.from(values) };
    },
  };
}
