/** Opens the array of a file, whatever the format around it. */
import { fail } from '../../isa/index.ts';
import { type ArrayBytes, type ArrayFile, arrayFile, elementCount, type ArrayHeader } from './array-file.ts';
import { type ByteSource, type Chunks, looksLikeGzip, readHead, withStream } from './bytes.ts';
import { looksLikeCifar } from './cifar.ts';
import { elementBytes } from './elements.ts';
import { looksLikeIdx, readIdxHeader } from './idx.ts';
import { looksLikeNpy, readNpyHeader } from './npy.ts';
import { inOrderOfC } from './order.ts';
import { looksLikeZip, npzChunks, requireOneArray } from './npz.ts';

/** What data that lie under one name can be. */
export const FORMATS = 'use .npy, .npz, IDX (also .gz), CIFAR-10 binary, PNG, JPEG or a .csv table';

/**
 * IDX (plain or gzip), .npy (plain or gzip) or an array of .npz; undefined for anything else, compressed or not.
 *
 * @param member name of an array of a .npz; undefined: the only one
 * @param head the first bytes of the source
 * @throws E0602, E0606 as the readers of these formats
 */
export async function openArray(
  source: ByteSource,
  member: string | undefined,
  head: Uint8Array,
): Promise<ArrayFile | undefined> {
  const { file, size, chunks } = source;
  if (looksLikeZip(head)) {
    if (member === undefined) await requireOneArray(source);
    const inside = (): Chunks => npzChunks(source, member);
    const header = await withStream(inside(), file, (stream) => readNpyHeader(stream, file));
    return inOrder({ ...header, format: '.npz' }, { file, chunks: inside, seekable: false });
  }
  if (member !== undefined) fail('E0606', `the file is no .npz archive, so it has no array ${member}`, { file });
  if (looksLikeGzip(head)) {
    const inflated = (): Chunks => source.inflated();
    const header = await readHeader(inflated, await readHead(inflated(), file), file);
    return header && inOrder(header, { file, chunks: inflated, seekable: false });
  }
  const header = await readHeader(chunks, head, file);
  if (header === undefined) return undefined;
  // The first pixels of a black CIFAR-10 image can look like an IDX signature; the size decides.
  const bytes = header.headerBytes + elementCount(header.shape) * elementBytes(header.element);
  if (header.format === 'IDX' && bytes !== size && (await looksLikeCifar(source))) return undefined;
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
