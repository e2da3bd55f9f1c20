/** Which recordings a path names: one, those of a folder, or those that a list names. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fail } from '../../isa/index.ts';
import { fileSize } from '../data/bytes.ts';
import { EVENT_FORMATS } from './formats/index.ts';
import { eventFormatOf } from './index.ts';

export interface RecordingFile {
  readonly path: string;
  readonly label?: number;
}

export interface Recordings {
  readonly files: readonly RecordingFile[];
  /** What was taken to be so, for people. */
  readonly assumed: readonly string[];
}

/** What of the chip decides about labels. */
export interface Classes {
  readonly names: readonly string[];
}

const LARGEST_LIST_BYTES = 2 ** 26;
const MOST_RECORDINGS = 2 ** 20;
const EXTENSIONS = new Set(Object.values(EVENT_FORMATS).flatMap(({ extensions }) => extensions));
const SHOWN = 5;

export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;

/**
 * The recordings of a folder: of each class a folder of its own; without any, those in it, which have no labels.
 *
 * @param anyName whether files of any name are recordings
 * @throws DiagnosticError E0601 where there is none, E0604 where a class has no number
 */
export async function recordingsOfFolder(folder: string, { names }: Classes, anyName: boolean): Promise<Recordings> {
  const inside = await entriesOf(folder);
  const classes = inside.filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  const files: RecordingFile[] = [];
  const others: string[] = [];
  const take = (name: string, path: string, label: number | undefined): void => {
    if (!anyName && !EXTENSIONS.has(extname(name).slice(1).toLowerCase())) others.push(name);
    else files.push({ path, ...(label !== undefined && { label }) });
  };
  const { labels, assumed } = labelsOfFolders(classes, names);
  if (classes.length === 0) for (const { name } of inside) take(name, join(folder, name), undefined);
  for (const [k, name] of classes.entries()) {
    for (const entry of await entriesOf(join(folder, name)))
      if (!entry.isDirectory) take(entry.name, join(folder, name, entry.name), labels[k]);
    if (files.length > MOST_RECORDINGS)
      fail('E0606', `more than ${MOST_RECORDINGS} recordings`, { file: folder }, 'name a part of them');
  }
  if (files.length === 0)
    fail(
      'E0601',
      'the folder holds no recordings',
      { file: folder },
      'it has a folder for each class, with recordings; --event-format takes files of any name',
    );
  const skipped =
    others.length === 0
      ? []
      : [
          `${others.length === 1 ? '1 file is' : `${others.length} files are`} not taken for recordings: ${others.slice(0, SHOWN).join(', ')}${others.length > SHOWN ? ', …' : ''}`,
        ];
  return { files, assumed: [...assumed, ...skipped] };
}

/** Sorted as people do: 2 before 10. Names that begin with a dot are not for people. */
async function entriesOf(folder: string): Promise<{ readonly name: string; readonly isDirectory: boolean }[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch(() =>
    fail('E0101', 'the folder cannot be read', { file: folder }, 'check its permissions'),
  );
  const order = new Intl.Collator('en', { numeric: true });
  return found
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }))
    .sort((a, b) => order.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
}

function labelsOfFolders(
  classes: readonly string[],
  names: readonly string[],
): { labels: readonly number[]; assumed: readonly string[] } {
  if (classes.length === 0) return { labels: [], assumed: [] };
  if (classes.every((name) => names.includes(name)))
    return { labels: classes.map((name) => names.indexOf(name)), assumed: [] };
  if (classes.every((name) => /^\d{1,9}$/.test(name))) return { labels: classes.map(Number), assumed: [] };
  const shown = classes.slice(0, SHOWN).map((name, k) => `${k} ${name}`);
  return {
    labels: classes.map((_, k) => k),
    assumed: [
      `folders are neither numbers nor classes of the chip, so they are classes in the order of their names: ${shown.join(', ')}${classes.length > SHOWN ? ', …' : ''}`,
    ],
  };
}

const FIRST_LINES = 4096;

/** Whether a text names files and labels. */
export async function isList(path: string): Promise<boolean> {
  if (extname(path).toLowerCase() !== '.csv' || (await eventFormatOf(path)) !== undefined) return false;
  if ((await fileSize(path)) > LARGEST_LIST_BYTES) return false;
  const first = (await readFile(path, 'utf8'))
    .slice(0, FIRST_LINES)
    .split('\n')
    .map(partsOf)
    .find((parts) => parts !== undefined);
  return first?.length === 2;
}

/** File and label of a line; undefined where there is nothing in it. */
function partsOf(line: string): string[] | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  return text.split(/[,;\t]/).map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
}

/**
 * The recordings of a list: lines "file,label", where the label is the number of a class or its name on the chip.
 *
 * @throws DiagnosticError E0101 where a file is missing, E0604 where a line has no label that fits
 */
export async function recordingsOfList(path: string, { names }: Classes): Promise<Recordings> {
  const files: RecordingFile[] = [];
  for (const [k, line] of (await readFile(path, 'utf8')).split('\n').entries()) {
    const parts = partsOf(line);
    if (parts === undefined) continue;
    const [file = '', label = ''] = parts;
    if (files.length === 0 && /^(file|filename|path|recording|sample)$/i.test(file)) continue;
    const place = { file: path, line: k + 1 };
    const named = names.indexOf(label);
    if (parts.length !== 2 || (named < 0 && !/^\d{1,9}$/.test(label)))
      fail(
        'E0604',
        `${JSON.stringify(line.trim().slice(0, 60))} is not "file,label"`,
        place,
        'a label is the number of a class, from 0, or its name on the chip',
      );
    const recording = resolve(dirname(path), file);
    if (!(await stat(recording).catch(() => undefined))?.isFile())
      fail(
        'E0101',
        `there is no recording ${file.slice(0, 80)}`,
        place,
        `files are looked for beside ${basename(path)}`,
      );
    files.push({ path: recording, label: named < 0 ? Number(label) : named });
    if (files.length > MOST_RECORDINGS)
      fail('E0606', `more than ${MOST_RECORDINGS} recordings`, { file: path }, 'name a part of them');
  }
  if (files.length === 0) fail('E0601', 'the list names no recording', { file: path }, 'a line is "file,label"');
  return { files, assumed: [] };
}
