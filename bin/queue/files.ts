/** The files of a sweep, as the list that travels with it. */
import { extname, isAbsolute, resolve } from 'node:path';
import { fail, type QueueFiles, queueFiles, sha256Of } from '../../isa/index.ts';
import { csvRows } from '../../library/data/csv.ts';
import { namedFile } from '../data/bytes.ts';
import { splitMember } from '../data/index.ts';
import type { Point } from '../sweep/points.ts';
import { pathOf } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';

export interface Travelling {
  /** The list of files, as it is written. */
  readonly list: Uint8Array;
  readonly sha256: string;
  /** SHA-256 → a file with this content. */
  readonly contents: ReadonlyMap<string, { readonly path: string; readonly bytes: number }>;
}

/**
 * What a worker needs to find everything under the names by which the points know it: a list of files by path, and their
 * contents by SHA-256.
 *
 * @param points all points of the plan, so that the list is the same whenever the sweep is taken up again
 * @param io whose folder is that of the plan
 * @throws DiagnosticError E0714 for a name under which no other machine can be given a file
 */
export async function travellingFiles(points: readonly Point[], io: Io): Promise<Travelling> {
  const lists = new Set(points.flatMap(({ files }) => files));
  const names = new Set(
    points.flatMap(({ record: { inputs } }) => inputs.filter(({ files }) => files > 0).map(({ name }) => name)),
  );
  for (const name of names) await checkName(name, io);
  const files = new Map<string, QueueFiles['files'][number]>();
  const folders = new Set<string>();
  const contents = new Map<string, { path: string; bytes: number }>();
  for (const list of lists)
    for (const { path, isFolder, sha256, bytes } of list) {
      if (isFolder) folders.add(path);
      else files.set(path, { path, sha256, bytes });
      if (!isFolder) contents.set(sha256, { path, bytes });
    }
  const byPath = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const record = { format: 'snn-queue-files/1', folder: io.cwd, files: byPath, folders: [...folders].sort() };
  const [wrong] = queueFiles.schema.safeParse(record).error?.issues ?? [];
  if (wrong !== undefined) {
    const [kind, index] = wrong.path;
    const place = kind === 'files' && typeof index === 'number' ? { file: byPath[index]!.path } : undefined;
    fail('E0714', `files cannot go to other machines: ${wrong.message}`, place, PATH_REMEDY);
  }
  const list = Buffer.from(JSON.stringify(record));
  return { list, sha256: sha256Of(list), contents };
}

const PATH_REMEDY = 'name files below the folder of the plan, by paths without control characters';

async function checkName(name: string, io: Io): Promise<void> {
  if (leavesTheRoot(name, io.cwd))
    fail(
      'E0714',
      'the name has more `..` than there are folders above, so it means no file on another machine',
      { file: name },
      PATH_REMEDY,
    );
  const path = pathOf(io, splitMember(name).path);
  if (extname(path).toLowerCase() !== '.csv') return;
  for await (const { cells, line } of csvRows(namedFile(path)))
    if (cells.some((cell) => isAbsolute(cell)))
      fail(
        'E0714',
        'the table names a file by its whole path, under which another machine has none',
        { file: name, line },
        'name files in tables from the folder of the table',
      );
}

/** Whether a name climbs beyond the root, where the system stops and a path of another machine would not. */
export function leavesTheRoot(name: string, folder: string): boolean {
  let depth = isAbsolute(name) ? 0 : resolve(folder).split('/').filter(Boolean).length;
  for (const part of name.split('/')) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}
