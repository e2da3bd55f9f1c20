/** From the bytes of a file to its sections: signature, version, lengths, order and checksums. */
import { platform } from '#platform';
import { DiagnosticError, diagnostic, fail, type Place } from '../diagnostics.ts';
import {
  FORMAT_VERSION,
  HEADER,
  HEADER_BYTES,
  HEADER_CRC_AT,
  MAX_FILE_BYTES,
  NO_CORE,
  SECTIONS,
  SECTION_ALIGNMENT,
  SECTION_ENTRY,
  SECTION_NAMES,
  SIGNATURE,
  alignUp,
  type SectionName,
} from './layout.ts';

/** A section whose place and checksum have been checked. */
export interface Section {
  readonly name: SectionName;
  /** undefined for sections of the chip as a whole. */
  readonly core: number | undefined;
  /** A view of the file. */
  readonly bytes: Uint8Array;
  readonly place: Place & { readonly offset: number };
}

type Header = ReturnType<typeof HEADER.decode>;
type Entry = ReturnType<typeof SECTION_ENTRY.decode>;

const DAMAGED = 'copy the file again in binary mode, or build it again';

/**
 * Finds the sections of a chip file. Nothing is allocated from a length before it has been compared with the length of
 * the file.
 *
 * @throws DiagnosticError E0401 signature, E0402 version, E0403 truncated, E0404 checksum, E0405 contradiction
 */
export function readSections(bytes: Uint8Array, file?: string): Section[] {
  const place: Place = file === undefined ? {} : { file };
  const header = readHeader(bytes, place);
  const entries = readTable(bytes, header, place);
  checkLength(bytes, header, entries, place);
  const sections = entries.map((entry, k) => placeSection(bytes, entry, k, place));
  checkLayout(bytes, sections, header, place);
  for (const [k, { bytes: content, place: where }] of sections.entries()) {
    if (platform.crc32(content) !== entries[k]!.crc)
      fail('E0404', 'the checksum of a section does not match', where, DAMAGED);
  }
  return sections;
}

function readHeader(bytes: Uint8Array, place: Place): Header {
  checkSignature(bytes, place);
  if (bytes.length < HEADER_BYTES)
    fail('E0403', `the file ends after ${bytes.length} bytes, inside of the header`, place, DAMAGED);
  const header = HEADER.decode(bytes, SIGNATURE.length);
  const readable = header.major === FORMAT_VERSION.major && header.minor <= FORMAT_VERSION.minor;
  const found = `${header.major}.${header.minor}`;
  const known = `${FORMAT_VERSION.major}.${FORMAT_VERSION.minor}`;
  const newer = header.major >= FORMAT_VERSION.major;
  const faults = [];
  if (!readable)
    faults.push(
      diagnostic(
        'E0402',
        `format version ${found} is ${newer ? 'newer' : 'older'} than ${known}, which this program reads`,
        { ...place, offset: SIGNATURE.length },
        newer ? 'use a newer version of this program' : 'build the file again with this version',
      ),
    );
  // The layout of the header is the same in all versions, so its checksum means something in any of them.
  if (header.headerCrc !== platform.crc32(bytes.subarray(0, HEADER_CRC_AT)))
    faults.push(
      diagnostic(
        'E0404',
        'the checksum of the header does not match',
        { ...place, section: 'header', offset: 0 },
        DAMAGED,
      ),
    );
  if (faults.length > 0) throw new DiagnosticError(faults);
  return header;
}

/** Whether the file starts as a chip file does; more is not looked at. */
export const isChipFile = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, k) => bytes[k] === byte);

function checkSignature(bytes: Uint8Array, place: Place): void {
  const wrong = SIGNATURE.findIndex((byte, k) => k < bytes.length && bytes[k] !== byte);
  if (wrong === 0 && bytes[0] !== 0x09)
    fail(
      'E0401',
      'the file does not start with the signature of a chip file',
      place,
      'name a file made by `snnc build`',
    );
  if (wrong >= 0)
    fail(
      'E0401',
      'the signature of the chip file is damaged, as by a transfer as text',
      { ...place, offset: wrong },
      DAMAGED,
    );
  if (bytes.length === 0) fail('E0403', 'the file is empty', place, DAMAGED);
}

function readTable(bytes: Uint8Array, header: Header, place: Place): Entry[] {
  const end = HEADER_BYTES + header.sectionCount * SECTION_ENTRY.size;
  const where = { ...place, section: 'section table', offset: HEADER_BYTES };
  if (end > header.fileLength)
    fail('E0405', `${header.sectionCount} sections do not fit a file of ${header.fileLength} bytes`, where);
  if (end > bytes.length)
    fail(
      'E0403',
      `the file ends after ${bytes.length} of ${header.fileLength} bytes, inside of the section table`,
      where,
      DAMAGED,
    );
  const table = bytes.subarray(HEADER_BYTES, end);
  if (platform.crc32(table) !== header.tableCrc)
    fail('E0404', 'the checksum of the section table does not match', where, DAMAGED);
  return SECTION_ENTRY.decodeAll(table);
}

function checkLength(bytes: Uint8Array, header: Header, entries: readonly Entry[], place: Place): void {
  if (bytes.length > header.fileLength)
    fail(
      'E0405',
      `${bytes.length - header.fileLength} bytes follow the end of the file${bytes.length > MAX_FILE_BYTES ? ' (4 GiB are the limit)' : ''}`,
      { ...place, offset: header.fileLength },
      DAMAGED,
    );
  if (bytes.length === header.fileLength) return;
  const cut = entries.find((entry) => entry.offset + entry.length > bytes.length);
  const where = cut === undefined ? place : sectionPlace(cut, place);
  fail('E0403', `the file ends after ${bytes.length} of ${header.fileLength} bytes`, where, DAMAGED);
}

/** Place of a section of any kind, known or not. */
function sectionPlace(entry: Entry, place: Place): Place & { offset: number } {
  return {
    ...place,
    section: SECTION_NAMES.get(entry.kind) ?? `kind ${entry.kind}`,
    ...(entry.core !== NO_CORE && { core: entry.core }),
    offset: entry.offset,
  };
}

function placeSection(bytes: Uint8Array, entry: Entry, index: number, place: Place): Section {
  const where = sectionPlace(entry, place);
  const inTable = { ...where, offset: HEADER_BYTES + index * SECTION_ENTRY.size };
  const name = SECTION_NAMES.get(entry.kind);
  if (name === undefined) fail('E0405', `unknown section kind ${entry.kind}`, inTable);
  if (entry.flags !== 0) fail('E0405', `the flags of a section are ${entry.flags}; zero expected`, inTable);
  if ((SECTIONS[name].scope === 'core') !== (entry.core !== NO_CORE))
    fail('E0405', `a section of the ${SECTIONS[name].scope} with core field ${entry.core}`, inTable);
  if (entry.offset + entry.length > bytes.length)
    fail('E0405', `a section of ${entry.length} bytes at ${entry.offset} lies outside of the file`, inTable);
  const content = bytes.subarray(entry.offset, entry.offset + entry.length);
  return { name, core: entry.core === NO_CORE ? undefined : entry.core, bytes: content, place: where };
}

/** Sections follow each other without gaps; the padding between them is zero. */
function checkLayout(bytes: Uint8Array, sections: readonly Section[], header: Header, place: Place): void {
  let end = HEADER_BYTES + header.sectionCount * SECTION_ENTRY.size;
  for (const section of sections) {
    const start = alignUp(end, SECTION_ALIGNMENT);
    if (section.place.offset !== start)
      fail('E0405', `a section does not start at ${start}, where it belongs`, section.place);
    for (let at = end; at < start; at++)
      if (bytes[at] !== 0) fail('E0405', 'padding is not zero', { ...section.place, offset: at }, DAMAGED);
    end = start + section.bytes.length;
  }
  if (end !== header.fileLength)
    fail('E0405', `${header.fileLength - end} bytes belong to no section`, { ...place, offset: end });
}
