/** Opens the array of a file, whatever the format around it. */
import { existsSync } from 'node:fs';
import { fail } from '../../isa/index.ts';
import { type ArrayBytes, type ArrayFile, arrayFile, elementCount, type ArrayHeader } from './array-file.ts';
import { ByteStream, type Chunks, fileChunks, gunzipChunks, looksLikeGzip } from './bytes.ts';
import { looksLikeCifar } from './cifar.ts';
import { elementBytes } from './elements.ts';
import { looksLikeIdx, readIdxHeader } from './idx.ts';
import { looksLikeNpy, readNpyHeader } from './npy.ts';
import { inOrderOfC } from './order.ts';
import { looksLikeZip, npzChunks, requireOneArray } from './npz.ts';

/** Enough for every signature. */
const HEAD_BYTES = 16;
export const FORMATS =
  'use .npy, .npz, IDX (also .gz), CIFAR-10 binary, PNG, JPEG, a .csv table, or a folder with a sub-folder per class';

/** IDX (plain or gzip), .npy (plain or gzip) or an array of .npz; undefined for anything else. */
export async function openArray(
  file: string,
  member: string | undefined,
  size: number,
  head: Uint8Array,
): Promise<ArrayFile | undefined> {
  if (looksLikeZip(head)) {
    if (member === undefined) await requireOneArray(file);
    const chunks = (): Chunks => npzChunks(file, member);
    const header = await withStream(chunks(), file, (stream) => readNpyHeader(stream, file));
    return inOrder({ ...header, format: '.npz' }, { file, chunks, seekable: false });
  }
  if (member !== undefined) fail('E0606', `the file is no .npz archive, so it has no array ${member}`, { file });
  if (looksLikeGzip(head)) {
    const chunks = (): Chunks => gunzipChunks(file);
    const header = await readHeader(chunks, await readHead(chunks(), file), file);
    if (header === undefined) fail('E0601', 'the gzip file holds neither IDX nor .npy', { file }, FORMATS);
    return inOrder(header, { file, chunks, seekable: false });
  }
  const chunks = (offset: number): Chunks => fileChunks(file, offset);
  const header = await readHeader(() => chunks(0), head, file);
  if (header === undefined) return undefined;
  // The first pixels of a black CIFAR-10 image can look like an IDX signature; the size decides.
  const bytes = header.headerBytes + elementCount(header.shape) * elementBytes(header.element);
  if (header.format === 'IDX' && bytes !== size && (await looksLikeCifar(file, size))) return undefined;
  return inOrder(header, { file, size, chunks, seekable: true });
}

/** The array of a header, its elements in the order of C. */
function inOrder(header: ArrayHeader, bytes: ArrayBytes): ArrayFile {
  const array = arrayFile(header, bytes);
  return header.lastAxisFirst === true && header.shape.length > 1 ? inOrderOfC(array) : array;
}

async function readHeader(chunks: () => Chunks, head: Uint8Array, file: string): Promise<ArrayHeader | undefined> {
  if (looksLikeNpy(head)) return withStream(chunks(), file, (stream) => readNpyHeader(stream, file));
  if (looksLikeIdx(head)) return withStream(chunks(), file, readIdxHeader);
  return undefined;
}

/** A copy of the first bytes; fewer where there are no more. */
export const readHead = (chunks: Chunks, file: string): Promise<Uint8Array> =>
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
