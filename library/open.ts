/** Chip files. */
import { type Chip, readChip, sha256Of } from '../isa/index.ts';

/** A chip file that has been checked. */
export interface OpenChip {
  readonly chip: Chip;
  /** The file. */
  readonly bytes: Uint8Array;
  /** Of the bytes, in hexadecimal digits. */
  readonly sha256: string;
  /** As faults and records call it. */
  readonly name: string;
}

/**
 * Reads a chip file and proves that nothing in it can overflow.
 *
 * @param bytes of chip.bin; they are not copied
 * @throws DiagnosticError E0401 to E0406 for bytes that are no chip file, or none that may run
 */
export const open = (bytes: Uint8Array, name = 'chip.bin'): OpenChip => ({
  chip: readChip(bytes, name),
  bytes,
  sha256: sha256Of(bytes),
  name,
});
