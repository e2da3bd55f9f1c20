/** Helpers that damage chip files, and that adapt the checksums so that the damage is only seen further in. */
import { crc32 } from 'node:zlib';
import { HEADER, HEADER_BYTES, HEADER_CRC_AT, SECTION_ENTRY, SIGNATURE } from '../../isa/container/layout.ts';
import { DiagnosticError, type Diagnostic } from '../../isa/index.ts';

/** The diagnostics that a call throws; empty where it succeeds. Anything but a DiagnosticError is passed on. */
export function faultsOf(action: () => unknown): readonly Diagnostic[] {
  try {
    action();
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** Entries of the section table as far as they lie in the file. */
export function sectionEntries(file: Uint8Array): ReturnType<typeof SECTION_ENTRY.decode>[] {
  if (file.length < HEADER_BYTES) return [];
  const { sectionCount } = HEADER.decode(file, SIGNATURE.length);
  const room = Math.floor((file.length - HEADER_BYTES) / SECTION_ENTRY.size);
  const count = Math.min(sectionCount, room);
  return SECTION_ENTRY.decodeAll(file.subarray(HEADER_BYTES, HEADER_BYTES + count * SECTION_ENTRY.size));
}

/** A copy in which all checksums and the file length are those of the content. */
export function repairChecksums(file: Uint8Array): Uint8Array {
  const copy = new Uint8Array(file);
  if (copy.length < HEADER_BYTES) return copy;
  const view = new DataView(copy.buffer);
  const entries = sectionEntries(copy);
  entries.forEach((entry, k) => {
    const crc = crc32(copy.subarray(entry.offset, entry.offset + entry.length));
    SECTION_ENTRY.encode(view, HEADER_BYTES + k * SECTION_ENTRY.size, { ...entry, crc });
  });
  const tableEnd = HEADER_BYTES + entries.length * SECTION_ENTRY.size;
  const header = HEADER.decode(copy, SIGNATURE.length);
  const tableCrc = crc32(copy.subarray(HEADER_BYTES, tableEnd));
  HEADER.encode(view, SIGNATURE.length, { ...header, fileLength: copy.length, tableCrc });
  HEADER.encode(view, SIGNATURE.length, {
    ...header,
    fileLength: copy.length,
    tableCrc,
    headerCrc: crc32(copy.subarray(0, HEADER_CRC_AT)),
  });
  return copy;
}
