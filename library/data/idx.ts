/** The IDX format: two zero bytes, element type, number of dimensions, dimensions (32 bit), elements; big-endian. */
import type { ArrayHeader } from './array-file.ts';
import type { ByteStream } from './bytes.ts';
import type { ElementName } from './elements.ts';

const TYPES = new Map<number, ElementName>([
  [0x08, 'u1'],
  [0x09, 'i1'],
  [0x0b, 'i2'],
  [0x0c, 'i4'],
  [0x0d, 'f4'],
  [0x0e, 'f8'],
]);

/** Whether the first bytes are those of an IDX file. */
export function looksLikeIdx(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0 && head[1] === 0 && TYPES.has(head[2]!) && head[3]! >= 1 && head[3]! <= 8;
}

/** @throws E0602 where the header is cut off */
export async function readIdxHeader(stream: ByteStream): Promise<ArrayHeader> {
  const magic = await stream.read(4, 'the IDX signature');
  const name = TYPES.get(magic[2]!)!;
  const dimensions = magic[3]!;
  const bytes = await stream.read(4 * dimensions, 'the IDX header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, k) => view.getUint32(4 * k));
  return { format: 'IDX', element: { name, littleEndian: false }, shape, headerBytes: 4 + 4 * dimensions };
}
