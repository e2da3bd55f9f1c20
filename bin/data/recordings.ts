/** Which recordings of events a path names: one, those of a folder or of a table, or those that a pattern matches. */
import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { EVENT_FORMATS } from '../events/formats/index.ts';
import { eventFormatOf } from '../events/index.ts';
import { fileChunks, fileSize, looksLikeGzip } from './bytes.ts';
import { looksLikeCifar } from './cifar.ts';
import type { EventRequest } from './dataset.ts';
import { looksLikeIdx } from './idx.ts';
import { IMAGE_ENDINGS, looksLikeImage } from './images.ts';
import {
  type FileList,
  isPattern,
  type LabelledFile,
  listFolder,
  listPattern,
  listTable,
  namesFiles,
} from './labelled-files.ts';
import { looksLikeNpy } from './npy.ts';
import { looksLikeZip } from './npz.ts';
import { readHead } from './open-array.ts';

export interface Recordings {
  readonly files: readonly LabelledFile[];
  readonly labelled: boolean;
  /** What was taken to be so, for people. */
  readonly notes: readonly string[];
}

const RECORDING_ENDINGS = Object.values(EVENT_FORMATS).flatMap(({ extensions }) =>
  extensions.map((extension) => `.${extension}`),
);
/** Of a folder with other samples, which are told from recordings by their content. */
const ENDINGS = [...new Set([...RECORDING_ENDINGS, ...IMAGE_ENDINGS, '.npy'])];

/**
 * The recordings that a path names; undefined where it names data of another kind.
 *
 * @throws DiagnosticError as the functions that list files
 */
export async function recordingsAt(
  path: string,
  { options, classNames }: EventRequest,
): Promise<Recordings | undefined> {
  const { format } = options;
  const list = await listAt(path, classNames, format === undefined ? ENDINGS : undefined);
  const [first] = list.files;
  if (format === undefined && (first === undefined || !(await isRecording(first.file)))) return undefined;
  return list;
}

async function listAt(
  path: string,
  classNames: readonly string[],
  endings: readonly string[] | undefined,
): Promise<FileList> {
  const there = statSync(path, { throwIfNoEntry: false });
  // A chip without names of classes has none that data could call otherwise.
  const classes = { classNames: classNames.length === 0 ? undefined : classNames };
  if (there?.isDirectory() === true) return listFolder(path, { endings, ...classes });
  if (there === undefined && isPattern(path)) return listPattern(path);
  const isTable = there?.isFile() === true && extname(path).toLowerCase() === '.csv';
  if (isTable && (await namesFiles(path))) return listTable(path, classes);
  return { files: [{ file: path }], labelled: false, notes: [] };
}

/** Of five bytes an event nothing tells but the name, so whatever has a signature is that. */
async function isRecording(file: string): Promise<boolean> {
  const found = await eventFormatOf(file);
  return found !== undefined && (found !== 'nmnist' || !(await hasSignature(file)));
}

async function hasSignature(path: string): Promise<boolean> {
  const head = await readHead(fileChunks(path), path);
  const known = [looksLikeImage, looksLikeZip, looksLikeNpy, looksLikeIdx, looksLikeGzip];
  return known.some((looks) => looks(head)) || looksLikeCifar(path, await fileSize(path));
}
