/** Bulk data between the host's byte order and the file's, which is little-endian. */
import { swapOnBigEndianHost } from '../byte-order.ts';

type WordArray = Uint32Array | Int32Array | Int16Array;

/** A copy of the values as little-endian bytes. */
export function bytesOf(values: WordArray): Uint8Array {
  const bytes = new Uint8Array(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  swapOnBigEndianHost(bytes, values.BYTES_PER_ELEMENT);
  return bytes;
}

/** A copy of little-endian bytes as u32; the length must be a multiple of 4. */
export const toUint32 = (bytes: Uint8Array): Uint32Array => new Uint32Array(hostOrder(bytes, 4));
/** A copy of little-endian bytes as i32; the length must be a multiple of 4. */
export const toInt32 = (bytes: Uint8Array): Int32Array => new Int32Array(hostOrder(bytes, 4));
/** A copy of little-endian bytes as i16; the length must be a multiple of 2. */
export const toInt16 = (bytes: Uint8Array): Int16Array => new Int16Array(hostOrder(bytes, 2));

function hostOrder(bytes: Uint8Array, width: number): ArrayBuffer {
  const copy = new Uint8Array(bytes);
  swapOnBigEndianHost(copy, width);
  return copy.buffer;
}
