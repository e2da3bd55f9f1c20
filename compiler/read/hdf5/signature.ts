/** What an HDF5 file begins with; by itself, so that files can be told apart before the reader is loaded. */

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export const isHdf5 = (head: Uint8Array): boolean => SIGNATURE.every((byte, k) => head[k] === byte);
