/** Files: read within a limit, written whole or not at all. */
import { type FileHandle, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fail } from '../../isa/index.ts';
import { formatSi } from '../../report/index.ts';
import type { Io } from './io.ts';
import { removeLeftovers, temporaryName } from './temporary-files.ts';

/** Larger files are refused: the parts of the toolchain hold a file in memory. */
const LARGEST_FILE_BYTES = 2 ** 31 - 1;
const CHUNK_BYTES = 2 ** 20;
/** What states no size is read up to here: the largest network has some 0.5 GB of weights. */
const LARGEST_PIPE_BYTES = 2 ** 29;

/** Absolute path of a path that the user gave. */
export const pathOf = (io: Io, path: string): string => resolve(io.cwd, path);

/** Message of a fault of the file system. */
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  const known: Record<string, string> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'a part of the path is not a folder',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a folder',
    ENOSPC: 'the disk is full',
    EROFS: 'the file system is read-only',
    ENAMETOOLONG: 'the name is too long',
    ELOOP: 'the symbolic links go round in circles',
  };
  return known[code ?? ''] ?? message;
}

/** Whether the file system refused. Asked of the properties: not every realm's errors are instances of this one's. */
const isFault = (error: unknown): error is NodeJS.ErrnoException => {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code === 'string' && (typeof syscall === 'string' || code.startsWith('ERR_'));
};

/**
 * The bytes of a file, or of a pipe up to a limit: it does not say its size.
 *
 * @param limitBytes larger files are refused
 * @throws DiagnosticError E0101 where it cannot be read or is too large, or is neither file nor pipe
 */
export async function readInput(io: Io, path: string, limitBytes = LARGEST_FILE_BYTES): Promise<Uint8Array> {
  if (path === '')
    fail('E0101', 'cannot read: no file is named', undefined, 'name a file (standard input: /dev/stdin)');
  let file: FileHandle | undefined;
  try {
    // Before it is opened: that alone can wait forever.
    const endless = await endlessKind(pathOf(io, path));
    if (endless !== undefined)
      fail('E0101', `cannot read: it is ${endless}, not a file`, { file: path }, 'name a file');
    file = await open(pathOf(io, path));
    const found = await file.stat();
    const limit = found.isFile() ? limitBytes : Math.min(limitBytes, LARGEST_PIPE_BYTES);
    if (found.size > limit) tooLarge(path, limit);
    return await readAll(file, found.size, path, limit, io.signal);
  } catch (error) {
    return refuseReading(path, error);
  } finally {
    await file?.close();
  }
}

/**
 * What a path leads to that could be waited for or read forever: a device (a terminal at /dev/stdin is one too), a socket, or
 * a pipe with a name, which nobody may ever write to. Pipes without one, as those of a shell, have both their ends.
 */
async function endlessKind(path: string): Promise<string | undefined> {
  const there = await stat(path);
  if (there.isCharacterDevice() || there.isBlockDevice()) return 'a device';
  if (there.isSocket()) return 'a socket';
  // The links of /proc that lead to a pipe without a name lead to no path.
  if (there.isFIFO() && (await realpath(path).catch(() => undefined)) !== undefined) return 'a named pipe';
  return undefined;
}

/** @throws DiagnosticError E0101 where the file system refused; else the error itself */
export function refuseReading(path: string, error: unknown): never {
  if (!isFault(error)) throw error;
  return fail('E0101', `cannot read: ${reasonOf(error)}`, { file: path }, 'check the path and its permissions');
}

function tooLarge(path: string, limitBytes: number): never {
  fail('E0101', `the file is larger than ${formatSi(limitBytes, 'B')}, the limit of what is read here`, { file: path });
}

/** The size that a file states is where reading starts, not what is relied on: pipes state none. */
async function readAll(
  file: FileHandle,
  size: number,
  path: string,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let bytes = new Uint8Array(size + 1);
  let length = 0;
  for (;;) {
    signal.throwIfAborted();
    if (length === bytes.length) {
      const grown = new Uint8Array(2 * bytes.length + CHUNK_BYTES);
      grown.set(bytes);
      bytes = grown;
    }
    const { bytesRead } = await file.read(bytes, length, Math.min(bytes.length - length, 64 * CHUNK_BYTES));
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
    if (length > limitBytes) tooLarge(path, limitBytes);
  }
}

/** The first bytes of a file, at most `count`; none where there is no such file or it cannot be read. */
export async function firstBytes(io: Io, path: string, count: number): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    if (!(await stat(pathOf(io, path))).isFile()) return new Uint8Array(0);
    file = await open(pathOf(io, path));
    const bytes = new Uint8Array(count);
    const { bytesRead } = await file.read(bytes, 0, count);
    return bytes.subarray(0, bytesRead);
  } catch (error) {
    if (!isFault(error)) throw error;
    return new Uint8Array(0);
  } finally {
    await file?.close();
  }
}

/**
 * Reader of files beside a network: never outside of its folder, also not through a link.
 *
 * @param outputs paths that the command is going to write, which therefore must not be read
 */
export function sideFileReader(io: Io, network: string, outputs: readonly string[]): (name: string) => Uint8Array {
  const written = outputs.map((path) => identityOf(pathOf(io, path)));
  return (name) => {
    const place = { file: name };
    try {
      const folder = dirname(realpathSync(pathOf(io, network)));
      const path = realpathSync(join(folder, name));
      const inside = relative(folder, path);
      if (isAbsolute(name) || isAbsolute(inside) || inside.split(/[/\\]/)[0] === '..')
        fail('E0101', 'the tensor file lies outside of the folder of the network', place, 'put it beside the network');
      const found = statSync(path);
      // A pipe would be waited for, a device could be read forever.
      if (!found.isFile()) fail('E0101', 'the tensor file is not a regular file', place);
      if (found.size > LARGEST_FILE_BYTES) tooLarge(name, LARGEST_FILE_BYTES);
      if (written.includes(path)) alsoRead(name, 'a tensor file of the network');
      return readFileSync(path);
    } catch (error) {
      if (!isFault(error)) throw error;
      return fail('E0101', `cannot read the tensor file: ${reasonOf(error)}`, place, `it belongs beside ${network}`);
    }
  };
}

/** A file to be written. */
export interface Output {
  readonly path: string;
  readonly content: Uint8Array | string | Staged;
}

/** Content that is on the disk already, and only wants its name. */
export interface Staged {
  /** Undefined where it went to a device or pipe, which have theirs. */
  readonly temporary: string | undefined;
}

/**
 * Checks before the work is done that the outputs can be written.
 *
 * @param inputs paths that none of the outputs may overwrite
 * @throws DiagnosticError E0102, or E0103 where two of the paths are the same file
 */
export async function checkOutputs(io: Io, outputs: readonly string[], inputs: readonly string[] = []): Promise<void> {
  const taken = new Set(inputs.map((path) => identityOf(pathOf(io, path))));
  for (const output of outputs) {
    if (output === '') notWritable(output, 'no file is named');
    const path = pathOf(io, output);
    const identity = identityOf(path);
    if (taken.has(identity)) alsoRead(output, 'another file of the command');
    taken.add(identity);
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory() === true) notWritable(output, 'it is a folder');
    const folder = await stat(dirname(path)).catch(() => undefined);
    if (folder?.isDirectory() !== true) notWritable(output, `there is no folder ${dirname(output)}`);
  }
}

/** @throws DiagnosticError E0102 where the file is there: it may be the only copy of somebody's work */
export async function refuseExisting(io: Io, path: string, remedy: string): Promise<void> {
  const there = await stat(pathOf(io, path)).catch(() => undefined);
  if (there?.isFile() === true) fail('E0102', 'cannot write: the file exists', { file: path }, remedy);
}

/** The path by which a file is known, whatever links lead to it. */
function identityOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(identityOf(folder), basename(path));
  }
}

/** Whether one of the arguments (or what stands behind its `=`) is a path to the file. */
export function isNamedBy(io: Io, file: string, argv: readonly string[]): boolean {
  const identity = identityOf(pathOf(io, file));
  const named = argv.flatMap((argument) => [argument, argument.replace(/^[^=]*=/, '')]);
  return named.some((path) => !path.includes('\0') && identityOf(pathOf(io, path)) === identity);
}

/** Whether there is a file, and no pipe or device. */
export const isRegularFile = async (io: Io, path: string): Promise<boolean> =>
  (await stat(pathOf(io, path)).catch(() => undefined))?.isFile() === true;

/** Whether there is a folder. */
export const isFolder = async (io: Io, path: string): Promise<boolean> =>
  (await stat(pathOf(io, path)).catch(() => undefined))?.isDirectory() === true;

function alsoRead(file: string, what: string): never {
  fail('E0103', `the output is also ${what}`, { file }, 'name another output');
}

/** @throws DiagnosticError E0102 */
export function notWritable(file: string, reason: string): never {
  fail('E0102', `cannot write: ${reason}`, { file }, 'check that the folder exists, may be written and has room');
}

/**
 * Writes files: all of them under temporary names first, then renamed. After a failure the files are as they were.
 *
 * @throws DiagnosticError E0102
 */
export async function writeOutputs(io: Io, outputs: readonly Output[]): Promise<void> {
  const staged: { readonly temporary: string; readonly path: string; readonly name: string }[] = [];
  let current = '';
  const release = io.holdSignals();
  try {
    for (const { path: name, content } of outputs) {
      current = name;
      io.signal.throwIfAborted();
      if (typeof content === 'object' && 'temporary' in content) {
        if (content.temporary === undefined) continue;
        staged.push({ temporary: content.temporary, path: await finalPath(pathOf(io, name)), name });
        continue;
      }
      const { path, temporary } = await stagingOf(io, name);
      if (temporary === undefined) {
        await writeFile(path, content);
        continue;
      }
      staged.push({ temporary, path, name });
      await writeFile(temporary, content, { flag: 'wx' });
    }
    io.signal.throwIfAborted();
    for (let next = staged[0]; next !== undefined; next = staged[0]) {
      current = next.name;
      await rename(next.temporary, next.path);
      staged.shift();
    }
  } catch (error) {
    refuseFault(current, error);
  } finally {
    for (const { temporary } of staged) await rm(temporary, { force: true });
    release();
  }
}

/** What was caught, as the fault that it is. @throws DiagnosticError E0102 where the file system refused, else the error */
export function refuseFault(file: string, error: unknown): never {
  if (!isFault(error)) throw error;
  notWritable(file, reasonOf(error));
}

/** Where an output comes to lie, and where it is written first: nowhere else where it is a device or pipe. */
export async function stagingOf(io: Io, name: string): Promise<Staged & { readonly path: string }> {
  const path = await finalPath(pathOf(io, name));
  if (!(await isReplaceable(path))) return { path, temporary: undefined };
  await removeLeftovers(path);
  return { path, temporary: temporaryName(path) };
}

/** A link is kept, and what it points to is replaced. */
const finalPath = (path: string): Promise<string> => realpath(path).catch(() => path);

/** Devices and pipes are written to; only files are replaced. */
async function isReplaceable(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return there === undefined || there.isFile();
}
