/** Bytes of an HDF5 file: whatever a damaged one says, nothing is read beside them, and no more than a limit. */
import { fail } from '../../../isa/index.ts';

/** An address that is none. */
export const NOWHERE = -1;

const WIDEST = BigInt(Number.MAX_SAFE_INTEGER);
const UNDEFINED_ADDRESS = 2n ** 64n - 1n;

/** @throws DiagnosticError E0202 */
export const damaged = (message: string, offset?: number): never =>
  fail('E0202', `the HDF5 file is damaged: ${message}`, offset === undefined ? {} : { offset });

/** @throws DiagnosticError E0202 */
export const unread = (what: string): never =>
  fail(
    'E0202',
    `the HDF5 file has ${what}, which this reader does not know`,
    {},
    'write the file again with the standard settings of h5py, as nir.write and lava-dl do',
  );

/** The file, and what may still be read of it. Numbers are little-endian, addresses and lengths of 8 bytes. */
export class Hdf5Bytes {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #left: number;

  /** @param limit how many parts and elements are read at most, so that parts that name each other come to an end */
  constructor(bytes: Uint8Array, limit: number) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#left = limit;
  }

  /** @throws DiagnosticError E0209 where more is read than a network can have */
  spend(count: number): void {
    this.#left -= count;
    if (!(this.#left >= 0)) fail('E0209', 'the HDF5 file has more parts or elements than the compiler holds in memory');
  }

  /** @throws DiagnosticError E0202 where the file ends before */
  part(offset: number, length: number): Uint8Array {
    this.#within(offset, length);
    return this.bytes.subarray(offset, offset + length);
  }

  u8(offset: number): number {
    this.#within(offset, 1);
    return this.#view.getUint8(offset);
  }

  u16(offset: number): number {
    this.#within(offset, 2);
    return this.#view.getUint16(offset, true);
  }

  u32(offset: number): number {
    this.#within(offset, 4);
    return this.#view.getUint32(offset, true);
  }

  /** A number of 8 bytes. @throws DiagnosticError E0202 where it is larger than any file */
  u64(offset: number): number {
    this.#within(offset, 8);
    const value = this.#view.getBigUint64(offset, true);
    return value <= WIDEST ? Number(value) : damaged(`${value} is no length`, offset);
  }

  /** A number of 1, 2, 4 or 8 bytes. */
  uint(offset: number, width: number): number {
    if (width === 1) return this.u8(offset);
    if (width === 2) return this.u16(offset);
    return width === 4 ? this.u32(offset) : this.u64(offset);
  }

  /** {@link NOWHERE} where it is the address of nothing. */
  address(offset: number): number {
    this.#within(offset, 8);
    return this.#view.getBigUint64(offset, true) === UNDEFINED_ADDRESS ? NOWHERE : this.u64(offset);
  }

  /** @throws DiagnosticError E0202 where these letters are not there */
  expect(letters: string, offset: number): void {
    if (!this.has(letters, offset)) damaged(`${letters} is expected`, offset);
  }

  has(letters: string, offset: number): boolean {
    return String.fromCharCode(...this.part(offset, letters.length)) === letters;
  }

  #within(offset: number, length: number): void {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.bytes.length))
      damaged(`${length} bytes are expected where there are none`, Math.max(0, offset));
  }
}

/** Text up to its first zero. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
