/** The section of sink rows: a common head and a body by kind. */
import type { SinkRow } from '../chip.ts';
import { fail } from '../diagnostics.ts';
import { AFFINE_RECORD, LIST_RECORD, SINK_KINDS, SINK_RECORD } from './layout.ts';
import type { Section } from './sections.ts';

/**
 * Decodes the sink rows of a core.
 *
 * @param groupCount axon groups of the core
 * @throws DiagnosticError E0405 where a row is cut off, of an unknown kind, or names a group that does not exist
 */
export function decodeSinks({ bytes, place }: Section, groupCount: number): SinkRow[] {
  const rows: SinkRow[] = [];
  let at = 0;
  while (at < bytes.length) {
    const where = { ...place, offset: place.offset + at };
    if (at + SINK_RECORD.size > bytes.length) fail('E0405', `sink row ${rows.length} is cut off`, where);
    const { kind, ...head } = SINK_RECORD.decode(bytes, at);
    at += SINK_RECORD.size;
    if (kind !== SINK_KINDS.affine && kind !== SINK_KINDS.list)
      fail('E0405', `sink row ${rows.length} is of the unknown kind ${kind}`, where);
    if (head.group >= groupCount)
      fail('E0405', `sink row ${rows.length} names axon group ${head.group} of ${groupCount}`, where);
    const body = kind === SINK_KINDS.affine ? AFFINE_RECORD : LIST_RECORD;
    if (at + body.size > bytes.length) fail('E0405', `sink row ${rows.length} is cut off`, where);
    rows.push(
      kind === SINK_KINDS.affine
        ? { kind: 'affine', ...head, ...AFFINE_RECORD.decode(bytes, at) }
        : { kind: 'list', ...head, ...LIST_RECORD.decode(bytes, at) },
    );
    at += body.size;
  }
  return rows;
}
