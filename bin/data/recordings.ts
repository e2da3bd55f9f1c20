/** Which of the files that were named are recordings of events, and how each of them is opened. */
import { extname } from 'node:path';
import { fail } from '../../isa/index.ts';
import { ROLES } from '../events/columns.ts';
import { EVENT_FORMATS, type EventFormatName } from '../events/formats/index.ts';
import { isPlainTable } from '../events/formats/text.ts';
import type { OpenRecording } from '../events/event-source.ts';
import { eventFormatOf, openRecording } from '../events/index.ts';
import { NirDataFiles } from '../events/nir-data.ts';
import { elementCount } from '../../library/data/array-file.ts';
import { headOf, looksLikeGzip } from '../../library/data/bytes.ts';
import { looksLikeCifar } from '../../library/data/cifar.ts';
import { looksLikeIdx } from '../../library/data/idx.ts';
import { looksLikeImage, SAMPLE_ENDINGS } from '../../library/data/images.ts';
import { fileSource, namedFile } from './bytes.ts';
import type { FileList, LabelledFile } from './labelled-files.ts';
import { looksLikeNpy } from '../../library/data/npy.ts';
import { looksLikeZip } from '../../library/data/npz.ts';

export interface Recordings {
  readonly files: readonly { readonly label?: number; readonly open: () => Promise<OpenRecording> }[];
  readonly labelled: boolean;
  /** Whether the time of all of them begins at 0, and not at some time of a clock. */
  readonly beginAtZero: boolean;
  /** What was taken to be so, for people. */
  readonly notes: readonly string[];
}

/** Endings of recordings, and of other samples that a folder can hold, which are told from them by their content. */
export const LISTED_ENDINGS = [
  ...new Set([
    ...Object.values(EVENT_FORMATS).flatMap(({ extensions }) => extensions.map((extension) => `.${extension}`)),
    ...SAMPLE_ENDINGS,
  ]),
];

/** Files, and what they were named by. */
export interface NamedFiles {
  readonly list: FileList;
  /** One file, all of a folder, or each by itself. */
  readonly by: 'file' | 'folder' | 'name';
}

/** What files with an ending are: recordings of a format, a table of features, or what the other readers know. */
type Kind = EventFormatName | 'table' | 'other';

const isRecording = (kind: Kind): kind is EventFormatName => kind !== 'table' && kind !== 'other';

interface Sorting {
  readonly expectedShape: readonly number[] | undefined;
  /** Of an HDF5 file: the part that holds the events. */
  readonly member: string | undefined;
  readonly format: EventFormatName | undefined;
}

/**
 * The recordings among files, or what else there is to read. Files with the same ending are taken to be alike.
 *
 * @throws DiagnosticError E0606 where recordings lie among other samples, E0605 where a folder holds neither; E0101; E06xx
 *   of files that hold several recordings
 */
export async function sortFiles(
  { list, by }: NamedFiles,
  path: string,
  { expectedShape, member, format }: Sorting,
): Promise<{ readonly recordings: Recordings } | { readonly list: FileList }> {
  if (format !== undefined) return { recordings: await opened(list, () => format, member) };
  const kinds = await kindsOf(list.files, expectedShape);
  const kindOfFile = ({ file }: LabelledFile): Kind => kinds.get(endingOf(file))!;
  const recordings = list.files.filter((file) => isRecording(kindOfFile(file)));
  const isSample = ({ file }: LabelledFile): boolean => by !== 'folder' || SAMPLE_ENDINGS.includes(endingOf(file));
  const samples = list.files.filter((file) => !isRecording(kindOfFile(file)) && isSample(file));
  if (recordings.length > 0 && samples.length > 0)
    fail(
      'E0606',
      `recordings of events (${recordings[0]!.file}) lie among other samples (${samples[0]!.file})`,
      { file: path },
      'keep them apart: in folders of their own, or named by a pattern such as "folder/*.npy"',
    );
  const files = recordings.length > 0 ? recordings : samples;
  if (files.length === 0)
    fail(
      'E0605',
      'the folder holds neither samples nor recordings',
      { file: path },
      'put the samples of each class into a sub-folder of their own',
    );
  const others = list.files.length - files.length;
  const found = {
    ...{ files, labelled: list.labelled },
    notes: [
      ...list.notes,
      ...(others === 0
        ? []
        : [
            `${others === 1 ? 'a file' : `${others} files`} of ${path} left out: no samples, by the first of its ending`,
          ]),
      ...([...kinds.values()].includes('table')
        ? [
            'four columns of numbers are taken as a table, since samples have four elements (as events: --event-format text)',
          ]
        : []),
    ],
  };
  return recordings.length > 0
    ? { recordings: await opened(found, (file) => kindOfFile(file) as EventFormatName, member) }
    : { list: found };
}

const endingOf = (file: string): string => extname(file).toLowerCase();

/** By the first file of each ending. */
async function kindsOf(
  files: readonly LabelledFile[],
  shape: readonly number[] | undefined,
): Promise<ReadonlyMap<string, Kind>> {
  const kinds = new Map<string, Kind>();
  for (const { file } of files) {
    const ending = endingOf(file);
    if (!kinds.has(ending)) kinds.set(ending, await kindOf(file, shape));
  }
  return kinds;
}

async function kindOf(file: string, shape: readonly number[] | undefined): Promise<Kind> {
  const found = await eventFormatOf(file);
  if (found === undefined) return 'other';
  // Of five bytes an event nothing tells but the name, so whatever has a signature is that.
  if (found === 'nmnist') return (await hasSignature(file)) ? 'other' : found;
  // Rows of four numbers are events, unless samples have four.
  const canBeTable = found === 'text' && endingOf(file) === '.csv' && elementCount(shape ?? []) === ROLES.length;
  return canBeTable && isPlainTable(await headOf(namedFile(file))) ? 'table' : found;
}

async function hasSignature(path: string): Promise<boolean> {
  const head = await headOf(namedFile(path));
  const known = [looksLikeImage, looksLikeZip, looksLikeNpy, looksLikeIdx, looksLikeGzip];
  return known.some((looks) => looks(head)) || looksLikeCifar(await fileSource(path));
}

/** Each recording by itself, where a file holds several, too. */
async function opened(
  { files, labelled, notes }: FileList,
  formatOf: (file: LabelledFile) => EventFormatName,
  member: string | undefined,
): Promise<Recordings> {
  const found: { label?: number; open: () => Promise<OpenRecording> }[] = [];
  const nir = new NirDataFiles(member);
  let beginAtZero = true;
  for (const each of files) {
    const { file, label } = each;
    const format = formatOf(each);
    const named = label !== undefined && { label };
    if (format === 'nir') {
      const { samples } = await nir.read(file);
      for (let k = 0; k < samples; k++) found.push({ ...named, open: () => nir.open(file, k) });
    } else {
      beginAtZero = false;
      found.push({ ...named, open: () => openRecording(file, format) });
    }
  }
  return { files: found, labelled, beginAtZero, notes };
}
