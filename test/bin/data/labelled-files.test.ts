import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fault } from './files.ts';
import { listFolder, listPattern, listTable, namesFiles } from '../../../bin/data/labelled-files.ts';

const root = mkdtempSync(join(tmpdir(), 'snnc-listed-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const endings = ['.png'];
let folders = 0;

/** A new folder with files of these contents. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(root, `f${folders++}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

describe('a folder', () => {
  it('has a class per sub-folder, in the order of the names, which is said', async () => {
    const folder = folderOf({ 'dog/b.png': '', 'cat/2.PNG': '', 'cat/1.png': '', 'cat/.hidden.png': '' });
    const list = await listFolder(folder, { endings });
    expect(list.files).toEqual([
      { file: join(folder, 'cat/1.png'), label: 0, className: 'cat' },
      { file: join(folder, 'cat/2.PNG'), label: 0, className: 'cat' },
      { file: join(folder, 'dog/b.png'), label: 1, className: 'dog' },
    ]);
    expect(list.labelled).toBe(true);
    expect(list.notes).toEqual(['classes in the order of their names: 0 cat, 1 dog']);
  });

  it('takes numbers as they are, and the names of the network where it has them', async () => {
    const numbers = await listFolder(folderOf({ '10/a.png': '', '2/b.png': '' }), { endings });
    expect(numbers.files.map(({ label }) => label)).toEqual([10, 2]);
    expect(numbers.notes).toEqual([]);
    const folder = folderOf({ 'dog/a.png': '', 'ant/b.png': '' });
    const named = await listFolder(folder, { endings, classNames: ['dog', 'cat', 'ant'] });
    expect(named.files.map(({ label }) => label)).toEqual([2, 0]);
    expect(await fault(() => listFolder(folder, { endings, classNames: ['dog', 'cat'] }))).toMatch(
      /E0604.*"ant" is none of the network: dog, cat/,
    );
  });

  it('says what it leaves out, and refuses to be without samples', async () => {
    const folder = folderOf({ 'a/x.png': '', 'a/notes.txt': '', 'readme.md': '' });
    expect((await listFolder(folder, { endings })).notes.at(-1)).toBe(`2 entries of ${folder} left out: no samples`);
    expect(await fault(() => listFolder(folderOf({ 'a/x.txt': '' }), { endings }))).toMatch(/E0605.*\.png/);
    expect(await fault(() => listFolder(join(root, 'nowhere'), { endings }))).toContain('E0101');
  });

  it('numbers classes without samples too, as those who trained with them did, and says so', async () => {
    const files = { 'ant/notes.txt': '', 'cat/1.png': '', 'dog/2.png': '' };
    const { files: found, notes } = await listFolder(folderOf(files), { endings });
    expect(found.map(({ label }) => label)).toEqual([1, 2]);
    expect(notes[0]).toBe('classes in the order of their names: 0 ant, 1 cat, 2 dog');
    expect(notes[1]).toBe('without samples: ant');
    const numbers = await listFolder(folderOf({ '3/1.png': '', '7/2.png': '', 'rest/notes.txt': '' }), { endings });
    expect(numbers.files.map(({ label }) => label)).toEqual([3, 7]);
    const asked = await listFolder(folderOf(files), { endings, classNames: ['dog', 'cat'] });
    expect(asked.files.map(({ label }) => label)).toEqual([1, 0]);
  });

  it('is matched by any pattern as a regular expression does, and by many stars in no time', async () => {
    const part = fc.array(fc.constantFrom('a', 'b', '*', '?', '.'), { minLength: 1, maxLength: 7 });
    const names = ['a', 'ab', 'aab', 'ba.b', 'abab', 'bbaab', 'a.a'];
    const folder = folderOf(Object.fromEntries(names.map((name) => [name, ''])));
    await fc.assert(
      fc.asyncProperty(part, async (parts) => {
        const pattern = parts.join('');
        const same = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`);
        const listed = await listPattern(join(folder, pattern)).catch(() => ({ files: [] }));
        expect(listed.files.map(({ file }) => file)).toEqual(
          names
            .filter((name) => same.test(name))
            .sort()
            .map((name) => join(folder, name)),
        );
      }),
      { numRuns: 60 },
    );
    const long = folderOf({ ['a'.repeat(200)]: '' });
    expect(await fault(() => listPattern(join(long, `${'a*'.repeat(60)}b`)))).toContain('E0605');
  });

  it('without sub-folders has no labels; a link to a folder is a folder', async () => {
    const folder = folderOf({ 'b.png': '', 'a.png': '' });
    const flat = await listFolder(folder, { endings });
    expect([flat.labelled, flat.files]).toEqual([
      false,
      [{ file: join(folder, 'a.png') }, { file: join(folder, 'b.png') }],
    ]);
    const linked = folderOf({ '0/a.png': '' });
    symlinkSync(folder, join(linked, '1'));
    expect((await listFolder(linked, { endings })).files.map(({ label }) => label)).toEqual([0, 1, 1]);
  });

  it('any names of classes get distinct numbers, and the same again', async () => {
    const name = fc.stringMatching(/^[a-z0-9_]{1,8}$/);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), async (names) => {
        const folder = folderOf(Object.fromEntries(names.map((className) => [`${className}/x.png`, ''])));
        const { files } = await listFolder(folder, { endings });
        const areNumbers = names.every((className) => /^\d+$/.test(className));
        expect(files.length).toBe(names.length);
        if (areNumbers) expect(files.every(({ file, label }) => Number(file.split('/').at(-2)) === label)).toBe(true);
        else expect(files.map(({ label }) => label)).toEqual(names.map((_, k) => k));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a table', () => {
  const table = (text: string) => join(folderOf({ 'x.csv': text, 'a.png': '', 'sub/b c.png': '' }), 'x.csv');

  it.each([
    ['with a header', 'id,label,filename\n7,dog,a.png\n8,cat,"sub/b c.png"\n'],
    ['without one', 'a.png,dog\nsub/b c.png,cat\n'],
    ['of semicolons', '\ufefffile;class\r\n\r\na.png;dog\r\nsub/b c.png;cat\r\n'],
  ])('of file and label, %s', async (_, text) => {
    const path = table(text);
    expect(await namesFiles(path)).toBe(true);
    const { files, labelled, notes } = await listTable(path, {});
    expect(labelled).toBe(true);
    expect(files).toEqual([
      { file: join(dirname(path), 'a.png'), label: 1, className: 'dog' },
      { file: join(dirname(path), 'sub/b c.png'), label: 0, className: 'cat' },
    ]);
    expect(notes).toEqual(['classes in the order of their names: 0 cat, 1 dog']);
  });

  it('may go without labels, or give numbers', async () => {
    expect((await listTable(table('path\na.png\n'), {})).labelled).toBe(false);
    expect((await listTable(table('a.png,3\n'), {})).files[0]!.label).toBe(3);
  });

  it('of features names no files', async () => {
    for (const text of ['a,b,label\n1,2,0\n', '1,2,0\n', '']) expect(await namesFiles(table(text))).toBe(false);
  });

  it('names the line of what it has not', async () => {
    expect(await fault(() => listTable(table('a.png,1\nc.png,0\n'), {}))).toMatch(/E0101.*"c\.png".*x\.csv:2/);
    expect(await fault(() => listTable(table('file,label\na.png\n'), {}))).toMatch(/E0604.*without a label.*x\.csv:2/);
    expect(await fault(() => listTable(table('file,label\n'), {}))).toContain('E0605');
    expect(await fault(() => listTable(table('file,label\n"a.png,1\n'), {}))).toContain('E0602');
  });
});
