/** Opens data sets by their content. Everything is streamed: memory does not grow with the data. */
import { statSync } from 'node:fs';
import { isHdf5 } from '../../compiler/read/hdf5/signature.ts';
import { fail } from '../../isa/index.ts';
import { type ByteSource, headOf } from '../../library/data/bytes.ts';
import { csvDataset } from '../../library/data/csv-dataset.ts';
import { type AnswerFile, answeredSamples, type RawDataset } from '../../library/data/dataset.ts';
import { SAMPLE_ENDINGS } from '../../library/data/images.ts';
import { FORMATS, openArray } from '../../library/data/open-array.ts';
import {
  isTableName,
  openData,
  type Opened,
  openLabels,
  type OpenOptions,
  openSamples,
} from '../../library/data/open-data.ts';
import { requireMatch } from '../../library/data/shapes.ts';
import { arrayTargets } from '../../library/data/targets.ts';
import { fileSource, namedFile } from './bytes.ts';
import type { Dataset, DatasetOptions, EventRequest } from './dataset.ts';
import { eventDataset } from './event-dataset.ts';
import { filesDataset } from './files-dataset.ts';
import { type FileList, isPattern, listFolder, listPattern, listTable, namesFiles } from './labelled-files.ts';
import { labelsBeside } from './labels-beside.ts';
import { splitMember } from './members.ts';
import { LISTED_ENDINGS, type NamedFiles, type Recordings, sortFiles } from './recordings.ts';

export { type Layout, LAYOUTS, type SampleRange } from '../../library/data/dataset.ts';
export { matchesInput } from '../../library/data/shapes.ts';
export type { Dataset, DatasetOptions, EventRequest } from './dataset.ts';
export { splitMember } from './members.ts';
export { type Source, sourcesOf } from './sources.ts';

const ALL_FORMATS = `${FORMATS}, or a folder with a sub-folder per class`;

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
  const dataset = answeredSamples(raw, answers, carried, given === undefined ? path : splitMember(given).path);
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
  const isTable = there?.isFile() === true && isTableName(path) && (await namesFiles(path));
  return isTable ? { list: await listTable(path, { classNames }), by: 'name' } : undefined;
}

const looksLikeHdf5 = async (path: string): Promise<boolean> =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true && isHdf5(await headOf(namedFile(path)));

type OptionsOfEvents = DatasetOptions & { readonly events: EventRequest };

async function openRecordings(recordings: Recordings, path: string, options: OptionsOfEvents): Promise<Dataset> {
  const { events, expectedShape } = options;
  if (expectedShape === undefined) fail('E0606', 'recordings of events become input of a chip alone', { file: path });
  const { raw, account } = eventDataset(recordings, expectedShape, events);
  const named = options.labels ?? options.targets;
  const answers = named === undefined ? undefined : await openAnswers(named, options);
  const carried = recordings.labelled ? 'label' : undefined;
  return { ...answeredSamples(raw, answers, carried, named ?? path), events: account };
}

async function openRaw(
  path: string,
  member: string | undefined,
  list: FileList | undefined,
  options: DatasetOptions,
): Promise<Opened> {
  if (list !== undefined) return openList(list, options);
  return openData(await fileSource(path), openOptions(path, member, options));
}

async function openList(list: FileList, options: DatasetOptions): Promise<Opened> {
  const one = async (file: string): Promise<RawDataset> =>
    (await openSamples(await fileSource(file), openOptions(file, undefined, options))).raw;
  return { raw: await filesDataset(list, one), carried: list.labelled ? 'label' : undefined };
}

function openOptions(path: string, member: string | undefined, options: DatasetOptions): OpenOptions {
  const { expectedShape: input, layout, outputs, classNames, channelsWanted, labels, targets } = options;
  return {
    ...{ member, input, layout, outputs, classNames, channelsWanted },
    isAnswered: (labels ?? targets) !== undefined,
    // Looked for where an IDX file of images asks, not beside every file of a folder.
    labelsBeside: async () => {
      const found = labelsBeside(path);
      return found === undefined ? undefined : openAnswers(found, {});
    },
    formats: ALL_FORMATS,
  };
}

/** A file of labels or targets: those that are named as targets are, others by what they hold. */
async function openAnswers(spec: string, { outputs, targets, labels }: DatasetOptions): Promise<AnswerFile> {
  const { path: file, member } = splitMember(spec);
  const source = await fileSource(file);
  if (labels !== undefined || targets !== spec || outputs === undefined) return openLabels(source, member, outputs);
  if (isTableName(file)) return tableTargets(source, outputs);
  const array = await openArray(source, member, await headOf(source));
  if (array === undefined)
    fail('E0601', 'the targets have no known format', { file }, 'use .npy, .npz or a .csv table');
  return arrayTargets(array, outputs);
}

/** A table with a column per output. */
async function tableTargets(source: ByteSource, outputs: number): Promise<AnswerFile> {
  const { raw } = await csvDataset(source, { input: [outputs], outputs, classNames: undefined });
  return {
    count: raw.count,
    kind: 'target',
    async *values(start) {
      for await (const { values } of raw.values(start, raw.count)) yield { target: Float32Array.from(values) };
    },
  };
}
