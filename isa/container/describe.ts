/** The tables of spec/image-format.md, from the tables that the codec itself uses. */
import { fieldSize, type RecordType } from '../fields.ts';
import {
  AFFINE_RECORD,
  CHIP_RECORD,
  CORE_RECORD,
  EVENT_MODE_RECORD,
  GROUP_RECORD,
  HEADER,
  LIST_RECORD,
  PLACEMENT_RECORD,
  PLANE_RECORD,
  ROUTE_RECORD,
  SAMPLE_RECORD,
  SECTIONS,
  SECTION_ENTRY,
  SELF_TEST_RECORD,
  SIGNATURE,
  SINK_RECORD,
  TREE_BOX_RECORD,
  type SectionRow,
} from './layout.ts';

/** Start of the header record in the file; all others are described from their own start. */
const FIRST_BYTE = new Map<unknown, number>([[HEADER, SIGNATURE.length]]);

const RECORDS: readonly Pick<RecordType<never>, 'name' | 'fields' | 'size'>[] = [
  HEADER,
  SECTION_ENTRY,
  CHIP_RECORD,
  CORE_RECORD,
  GROUP_RECORD,
  PLANE_RECORD,
  EVENT_MODE_RECORD,
  SINK_RECORD,
  AFFINE_RECORD,
  LIST_RECORD,
  ROUTE_RECORD,
  TREE_BOX_RECORD,
  PLACEMENT_RECORD,
  SELF_TEST_RECORD,
  SAMPLE_RECORD,
];

/** Markdown: the sections in file order, and the fields of every record with their offsets. */
export function describeImageFormat(): Readonly<Record<'sections' | 'records', string>> {
  const sections = (Object.entries(SECTIONS) as [string, SectionRow][]).map(
    ([name, row]) =>
      `| ${row.kind} | ${name} | ${row.scope} | ${row.content} | ${row.optional ? 'no' : 'yes'} | ${row.meaning} |`,
  );
  return {
    sections: [
      '| kind | section | scope | content | required | meaning |',
      '|---|---|---|---|---|---|',
      ...sections,
    ].join('\n'),
    records: RECORDS.map(describeRecord).join('\n\n'),
  };
}

function describeRecord(record: (typeof RECORDS)[number]): string {
  let offset = FIRST_BYTE.get(record) ?? 0;
  const rows = record.fields.map((field) => {
    const row = `| ${offset} | ${field.type} | ${field.name} | ${field.meaning} |`;
    offset += fieldSize(field.type);
    return row;
  });
  return [
    `#### ${record.name} (${record.size} bytes)`,
    '',
    '| offset | type | field | meaning |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}
