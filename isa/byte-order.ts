/** The order of bytes in memory. Files and digests are little-endian; nearly all hosts are, too. */

/** Whether numbers lie in memory as files want them. */
export const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Turns around the bytes of each number in place. @param width bytes of a number, of which the length is a multiple */
export function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}
