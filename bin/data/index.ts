/** Opens data sets by their content. Everything is streamed: memory does not grow with the data. */
import { existsSync } from 'node:fs';
import { fail, type Place } from '../../isa/index.ts';
import { type ArrayFile, arrayFile, elementCount, type ArrayHeader } from './array-file.ts';
import { arrayDataset } from './array-dataset.ts';
import { ByteStream, type Chunks, fileChunks, fileSize, gunzipChunks } from './bytes.ts';
import { cifarDataset, looksLikeCifar } from './cifar.ts';
import {
  type Dataset,
  type DatasetOptions,
  type EventRequest,
  labelledDataset,
  type Labels,
  type RawDataset,
} from './dataset.ts';
import { elementBytes } from './elements.ts';
import { looksLikeIdx, readIdxHeader } from './idx.ts';
import { arrayLabels, labelsBeside, textLabels } from './labels.ts';
import { looksLikeNpy, readNpyHeader } from './npy.ts';
import { looksLikeZip, npzChunks, requireOneArray } from './npz.ts';
import { looksLikePng, pngDataset } from './png.ts';
import { channelsFirst } from './channels-first.ts';
import { eventDataset } from './event-dataset.ts';
import { eventFormatOf } from '../events/index.ts';
import { isFolder, isList, type Recordings, recordingsOfFolder, recordingsOfList } from '../events/recordings.ts';
import { requireMatch, splitBatch } from './shapes.ts';

export type { Dataset, DatasetOptions, EventRequest, SampleRange } from './dataset.ts';
export { matchesInput } from './shapes.ts';

const looksLikeGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** Enough for every signature. */
const HEAD_BYTES = 16;
const FORMATS = 'use .npy, .npz, IDX (also .gz), CIFAR-10 binary or PNG';

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
 * @param spec a path, or `file.npz:name` for one array of an archive
 * @throws E0101 where a file is missing; E0601 for unknown formats; E0602 for damaged files; E0603 where samples do not
 *   have the expected shape; E0604 where the labels do not fit; E0606 for element types and layouts that are not read
 */
export async function openDataset(spec: string, options: DatasetOptions = {}): Promise<Dataset> {
  const { path, member } = splitMember(spec);
  const recordings =
    options.events === undefined || member !== undefined ? undefined : await recordingsAt(path, options.events);
  if (recordings !== undefined) return openRecordings(recordings, path, options as OptionsOfEvents);
  const { raw, beside, labelled } = await openRaw(path, member, options);
  requireMatch(raw.shape, options.expectedShape, { file: path });
  const labelsFile = options.labels ?? beside;
  const labels = labelsFile === undefined ? undefined : await openLabels(labelsFile);
  return labelledDataset(raw, labels, labelled, labels === undefined ? path : labelsFile!);
}

type OptionsOfEvents = DatasetOptions & { readonly events: EventRequest };

/** The recordings that a path names; undefined where it names data of another kind. */
async function recordingsAt(
  path: string,
  { options: { format }, classNames }: EventRequest,
): Promise<Recordings | undefined> {
  const classes = { names: classNames };
  if (await isFolder(path)) return recordingsOfFolder(path, classes, format !== undefined);
  if (await isList(path)) return recordingsOfList(path, classes);
  const one = { files: [{ path }], assumed: [] };
  if (format !== undefined) return one;
  const found = await eventFormatOf(path);
  // Of five bytes an event nothing tells but the name, so whatever has a signature is that.
  if (found === undefined || (found === 'nmnist' && (await hasSignature(path)))) return undefined;
  return one;
}

async function hasSignature(path: string): Promise<boolean> {
  const head = await readHead(fileChunks(path), path);
  const known = [looksLikePng, looksLikeZip, looksLikeNpy, looksLikeIdx, looksLikeGzip];
  return known.some((looks) => looks(head)) || looksLikeCifar(path, await fileSize(path));
}

async function openRecordings(
  recordings: Recordings,
  path: string,
  { events, expectedShape, labels: labelsFile }: OptionsOfEvents,
): Promise<Dataset> {
  if (expectedShape === undefined) fail('E0606', 'recordings of events become input of a chip alone', { file: path });
  const { raw, account, labelled } = eventDataset(recordings, expectedShape, events);
  const labels = labelsFile === undefined ? undefined : await openLabels(labelsFile);
  return { ...labelledDataset(raw, labels, labelled, labels === undefined ? path : labelsFile!), events: account };
}

interface Opened {
  readonly raw: RawDataset;
  /** A file of labels found beside the data. */
  readonly beside?: string | undefined;
  /** Whether the data carry labels themselves. */
  readonly labelled: boolean;
}

async function openRaw(path: string, member: string | undefined, options: DatasetOptions): Promise<Opened> {
  const place: Place = { file: path };
  const size = await fileSize(path);
  const head = await readHead(fileChunks(path), path);
  if (looksLikePng(head)) {
    const raw = await pngDataset(path, size, options.channelsWanted, options.expectedShape);
    return { raw, labelled: false };
  }
  const array = await openArray(path, member, size, head);
  if (array?.format === 'IDX') {
    const [count, ...shape] = array.shape;
    if (shape.length === 0) fail('E0606', 'the IDX file holds a vector, as labels do, not samples', place);
    return { raw: arrayDataset(array, { count: count!, shape }), beside: labelsBeside(path), labelled: false };
  }
  if (array !== undefined)
    return {
      raw: channelsFirst(
        arrayDataset(array, splitBatch(array.shape, options.expectedShape, place)),
        options.expectedShape,
      ),
      labelled: false,
    };
  if (await looksLikeCifar(path, size)) return { raw: cifarDataset(path, size), labelled: true };
  if (head[0] === 0x89 && String.fromCharCode(...head.subarray(1, 4)) === 'HDF')
    fail('E0606', 'HDF5 files (NIR graphs, event recordings) are not read', place, FORMATS);
  return fail('E0601', 'the data have no known format', place, FORMATS);
}

async function openLabels(path: string): Promise<Labels> {
  const { path: file, member } = splitMember(path);
  const size = await fileSize(file);
  const array = await openArray(file, member, size, await readHead(fileChunks(file), file));
  return array === undefined ? textLabels(file) : arrayLabels(array);
}

/** IDX (plain or gzip), .npy (plain or gzip) or an array of .npz; undefined for anything else. */
async function openArray(
  file: string,
  member: string | undefined,
  size: number,
  head: Uint8Array,
): Promise<ArrayFile | undefined> {
  if (looksLikeZip(head)) {
    if (member === undefined) await requireOneArray(file);
    const chunks = (): Chunks => npzChunks(file, member);
    const header = await withStream(chunks(), file, (stream) => readNpyHeader(stream, file));
    return arrayFile({ ...header, format: '.npz' }, { file, chunks, seekable: false });
  }
  if (member !== undefined) fail('E0606', `the file is no .npz archive, so it has no array ${member}`, { file });
  if (looksLikeGzip(head)) {
    const chunks = (): Chunks => gunzipChunks(file);
    const header = await readHeader(chunks, await readHead(chunks(), file), file);
    if (header === undefined) fail('E0601', 'the gzip file holds neither IDX nor .npy', { file }, FORMATS);
    return arrayFile(header, { file, chunks, seekable: false });
  }
  const chunks = (offset: number): Chunks => fileChunks(file, offset);
  const header = await readHeader(() => chunks(0), head, file);
  if (header === undefined) return undefined;
  // The first pixels of a black CIFAR-10 image can look like an IDX signature; the size decides.
  const bytes = header.headerBytes + elementCount(header.shape) * elementBytes(header.element);
  if (header.format === 'IDX' && bytes !== size && (await looksLikeCifar(file, size))) return undefined;
  return arrayFile(header, { file, size, chunks, seekable: true });
}

async function readHeader(chunks: () => Chunks, head: Uint8Array, file: string): Promise<ArrayHeader | undefined> {
  if (looksLikeNpy(head)) return withStream(chunks(), file, (stream) => readNpyHeader(stream, file));
  if (looksLikeIdx(head)) return withStream(chunks(), file, readIdxHeader);
  return undefined;
}

/** A copy of the first bytes; fewer where there are no more. */
const readHead = (chunks: Chunks, file: string): Promise<Uint8Array> =>
  withStream(chunks, file, async (stream) => Uint8Array.from(await stream.readUpTo(HEAD_BYTES)));

async function withStream<T>(chunks: Chunks, file: string, use: (stream: ByteStream) => Promise<T>): Promise<T> {
  const stream = new ByteStream(chunks, file);
  try {
    return await use(stream);
  } finally {
    await stream.close();
  }
}

/** `file.npz:name`, unless a file of the whole name exists. */
export function splitMember(spec: string): { path: string; member?: string } {
  const at = spec.lastIndexOf(':');
  if (at <= 0 || existsSync(spec) || !existsSync(spec.slice(0, at))) return { path: spec };
  return { path: spec.slice(0, at), member: spec.slice(at + 1) };
}
