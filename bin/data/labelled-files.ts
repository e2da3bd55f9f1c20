/** Lists files of samples with their classes: a folder with a sub-folder per class, or a table of file and label. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fail } from '../../isa/index.ts';
import { classNumbers, isClassNumber, shown } from '../../library/data/class-numbers.ts';
import { csvRows, type CsvRow, firstRows, labelColumn } from '../../library/data/csv.ts';
import { namedFile } from './bytes.ts';

export interface LabelledFile {
  /** Absolute where the folder or table was given so. */
  readonly file: string;
  readonly label?: number;
  /** As the folder or the table calls it; absent where labels are. */
  readonly className?: string;
}

export interface FileList {
  /** By class and name in a folder, in the order of the table. */
  readonly files: readonly LabelledFile[];
  readonly labelled: boolean;
  /** What was taken and what was left out, for people; empty where there was nothing to choose. */
  readonly notes: readonly string[];
}

export interface ListOptions {
  /** Endings of the files that are wanted, such as `.png`, in small letters; undefined: any. Files with others are left out of a folder. */
  readonly endings: readonly string[] | undefined;
  /** Names of the classes that the network tells apart; a class is then the index of its name. */
  readonly classNames?: readonly string[] | undefined;
}

/** More files than a data set of single files has. */
const MAX_FILES = 2 ** 20;
/** What a cell looks like that names a file, whether it is there or not. */
const FILE_OF_DATA = /\.(npy|npz|png|jpe?g|bin|bs2|raw|dat|aedat\d?|txt)$/i;
const FILE_COLUMN = /^(file|file_?name|file_?path|path|image|image_?(file|path|name)|img)$/i;

/**
 * The files of a folder. Its sub-folders are classes; where it has none, its files have no labels.
 *
 * @throws E0605 where there is no such file, E0606 for more than 2^20, E0604 as {@link classNumbers}
 */
export async function listFolder(folder: string, options: ListOptions): Promise<FileList> {
  const entries = await entriesOf(folder);
  const classes = entries.filter((entry) => entry.isFolder).map(({ name }) => name);
  const labelled = classes.length > 0;
  const files: LabelledFile[] = [];
  let leftOut = labelled ? entries.length - classes.length : 0;
  for (const className of labelled ? classes : [undefined]) {
    const inside = className === undefined ? entries : await entriesOf(join(folder, className));
    const wanted = inside.filter(({ name, isFolder }) => !isFolder && isWanted(name, options));
    leftOut += inside.length - wanted.length;
    if (files.length + wanted.length > MAX_FILES)
      fail('E0606', `more than ${MAX_FILES} files are not read as one data set`, { file: folder });
    for (const { name } of wanted)
      files.push(
        className === undefined ? { file: join(folder, name) } : { file: join(folder, className, name), className },
      );
  }
  if (files.length === 0)
    fail(
      'E0605',
      options.endings === undefined
        ? 'the folder holds no file'
        : `the folder holds no sample: no file in it ends with ${options.endings.join(', ')}`,
      { file: folder },
      'put the samples of each class into a sub-folder of their own',
    );
  const notes =
    leftOut === 0
      ? []
      : [
          `${leftOut === 1 ? 'an entry' : `${leftOut} entries`} of ${folder} left out: no ${leftOut === 1 ? 'sample' : 'samples'}`,
        ];
  if (!labelled) return { files, labelled, notes };
  const numbered = numberClasses(files, folder, options.classNames, classes);
  const filled = new Set(files.map(({ className }) => className));
  const empty = classes.filter((name) => !filled.has(name));
  if (empty.length > 0) notes.unshift(`without samples: ${shown(empty)}`);
  return { ...numbered, labelled, notes: [...numbered.notes, ...notes] };
}

/**
 * The files that a pattern names: `*` and `?` in the last part of the path.
 *
 * @throws E0101 where the folder cannot be read, E0605 where nothing matches
 */
export async function listPattern(pattern: string): Promise<FileList> {
  const folder = dirname(pattern);
  const wanted = matcherOf(basename(pattern));
  const files = (await entriesOf(folder))
    .filter(({ name, isFolder }) => !isFolder && wanted(name))
    .map(({ name }) => ({ file: join(folder, name) }));
  if (files.length === 0) fail('E0605', 'no file has a name like this', { file: pattern });
  if (files.length > MAX_FILES)
    fail('E0606', `more than ${MAX_FILES} files are not read as one data set`, { file: pattern });
  return { files, labelled: false, notes: [] };
}

/** In time of pattern × name: where a part fails behind a `*`, only the last `*` has to take more. */
function matcherOf(pattern: string): (name: string) => boolean {
  return (name) => {
    let [at, k, star, taken] = [0, 0, -1, 0];
    while (at < name.length) {
      if (pattern[k] === '*') [star, taken, k] = [k, at, k + 1];
      else if (pattern[k] === '?' || pattern[k] === name[at]) [at, k] = [at + 1, k + 1];
      else if (star >= 0) [taken, at, k] = [taken + 1, taken + 1, star + 1];
      else return false;
    }
    while (pattern[k] === '*') k++;
    return k === pattern.length;
  };
}

/** Whether the last part of a path is a pattern. */
export const isPattern = (path: string): boolean => /[*?]/.test(basename(path));

/** Whether a table names files: by a column of that name, or because the first cell is one. */
export async function namesFiles(table: string): Promise<boolean> {
  const [first] = await firstRows(namedFile(table), 1);
  if (first === undefined) return false;
  const [cell] = first.cells;
  return first.cells.some((name) => FILE_COLUMN.test(name)) || FILE_OF_DATA.test(cell!) || isThere(table, cell!);
}

/**
 * The files that a table names, relative to its own folder, with their labels: numbers, or names of classes.
 * Columns go by their names (file, label, ...); without a header they are file and label in that order.
 *
 * @throws E0101 for a file that is not there, E0604 for a row without label, E0605 where it has no rows,
 *   E0606 for more than 2^20 files, E0604 as {@link classNumbers}
 */
export async function listTable(table: string, options: Omit<ListOptions, 'endings'>): Promise<FileList> {
  const files: LabelledFile[] = [];
  let columns: Columns | undefined;
  for await (const row of csvRows(namedFile(table))) {
    if (columns === undefined) {
      columns = columnsOf(row, table);
      if (columns.isHeader) continue;
    }
    files.push(listedFile(row, columns, table));
    if (files.length > MAX_FILES)
      fail('E0606', `more than ${MAX_FILES} files are not read as one data set`, { file: table });
  }
  if (files.length === 0) fail('E0605', 'the table names no file', { file: table });
  if (columns?.label === undefined) return { files, labelled: false, notes: [] };
  return { ...numberClasses(files, table, options.classNames), labelled: true };
}

interface Columns {
  readonly isHeader: boolean;
  readonly file: number;
  readonly label: number | undefined;
}

function columnsOf({ cells }: CsvRow, table: string): Columns {
  const file = cells.findIndex((name) => FILE_COLUMN.test(name));
  if (file < 0 || isThere(table, cells[0]!))
    return { isHeader: false, file: 0, label: cells.length > 1 ? 1 : undefined };
  const label = labelColumn(cells);
  return { isHeader: true, file, label: label < 0 ? undefined : label };
}

function listedFile({ cells, line }: CsvRow, columns: Columns, table: string): LabelledFile {
  const name = cells[columns.file] ?? '';
  if (!isThere(table, name))
    fail('E0101', `the table names the file ${JSON.stringify(name)}, which is not there`, { file: table, line });
  const file = resolve(dirname(table), name);
  if (columns.label === undefined) return { file };
  const className = cells[columns.label] ?? '';
  if (className === '') fail('E0604', 'a row without a label', { file: table, line });
  return { file, className };
}

function numberClasses(
  files: readonly LabelledFile[],
  place: string,
  classNames: readonly string[] | undefined,
  /** With those that no file is of: they have places in the alphabet too. */
  folders: readonly string[] = [],
): Pick<FileList, 'files' | 'notes'> {
  const found = files.map(({ className }) => className!);
  const byAlphabet = classNames === undefined && !found.every(isClassNumber);
  const { labels, notes, areNumbers } = classNumbers(byAlphabet ? [...found, ...folders] : found, place, classNames);
  return {
    files: files.map(({ file, className }) => ({
      file,
      label: labels.get(className!)!,
      ...(!areNumbers && { className: className! }),
    })),
    notes,
  };
}

const isThere = (table: string, name: string): boolean => name !== '' && existsSync(resolve(dirname(table), name));

const isWanted = (name: string, { endings }: ListOptions): boolean =>
  endings?.includes(extname(name).toLowerCase()) ?? true;

/** Entries of a folder in the order of their names, without hidden ones. A link counts as what it leads to. */
export async function entriesOf(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() =>
    fail('E0101', 'the folder cannot be read', { file: folder }, 'check the path and its permissions'),
  );
  const visible = entries.filter(({ name }) => !name.startsWith('.'));
  const known = visible.map(async (entry) => ({
    name: entry.name,
    isFolder: entry.isSymbolicLink() ? await leadsToFolder(join(folder, entry.name)) : entry.isDirectory(),
  }));
  return (await Promise.all(known)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

const leadsToFolder = (path: string): Promise<boolean> =>
  readdir(path).then(
    () => true,
    () => false,
  );
