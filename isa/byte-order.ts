/** The order of bytes in memory. Files and digests are little-endian; nearly all hosts are, too. */

/** Whether numbers lie in memory as files want them. */
export const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Turns around the bytes of each whole number in place. @param width bytes of a number */
export function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; at + width <= bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}

/** Between little-endian and the order of the host, in place: the same both ways. */
export function swapOnBigEndianHost(bytes: Uint8Array, width: number): void {
  if (!HOST_IS_LITTLE_ENDIAN) swapBytes(bytes, width);
}
