/** The files that a data set is read from. */
import { statSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { entriesOf, isPattern, listPattern, listTable, namesFiles } from './labelled-files.ts';
import { labelsBeside } from './labels-beside.ts';
import { splitMember } from './members.ts';

/** A file, or an empty folder, which can be a class. */
export interface Source {
  /** Where it is. */
  readonly path: string;
  /** By what name the data set knows it, whatever folder it lies in. */
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * All files that opening and reading a data set can touch; perhaps more than it does.
 *
 * @param spec as of `openDataset`
 * @throws E0101, E0605 where there are none, and as the functions that list files
 */
export async function sourcesOf(spec: string): Promise<Source[]> {
  const { path } = splitMember(spec);
  const file = (at: string): Source => ({ path: at, name: relative(dirname(path), at), isFolder: false });
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) return inFolder(path);
  if (there === undefined && isPattern(path)) return (await listPattern(path)).files.map((found) => file(found.file));
  const labels = labelsBeside(path);
  const beside = labels === undefined ? [] : [labels];
  if (there?.isFile() === true && extname(path).toLowerCase() === '.csv' && (await namesFiles(path)))
    beside.push(...new Set((await listTable(path, {})).files.map((found) => found.file)));
  return [path, ...beside].map(file);
}

/** Samples lie in a folder, or in its sub-folders. */
async function inFolder(folder: string): Promise<Source[]> {
  const sources: Source[] = [];
  for (const { name, isFolder } of await entriesOf(folder)) {
    const path = join(folder, name);
    sources.push({ path, name, isFolder });
    if (!isFolder) continue;
    for (const inner of await entriesOf(path))
      if (!inner.isFolder)
        sources.push({ path: join(path, inner.name), name: `${name}/${inner.name}`, isFolder: false });
  }
  return sources;
}
