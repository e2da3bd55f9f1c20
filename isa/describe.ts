/** The generated parts of spec/isa.md, from the op table and from the rows of the assembly language. */
import { ROWS } from './asm/syntax.ts';
import { type Field, type Mnemonic, OPS, type Row } from './ops.ts';

const HEADER_FIELDS_AT = 16;

/** Block name → Markdown. */
export function describeInstructionSet(): Readonly<Record<'instructions' | 'encodings' | 'rows', string>> {
  const all = (Object.entries(OPS) as [Mnemonic, Row][]).sort(([, a], [, b]) => a.opcode - b.opcode);
  return {
    instructions: [
      '| opcode | mnemonic | words | handler | meaning | reads | writes | cycles | countable events |',
      '|---|---|---|---|---|---|---|---|---|',
      ...all.map(([mnemonic, row]) =>
        tableRow([
          hex(row.opcode),
          `\`${mnemonic}\``,
          String(row.words.length),
          row.trigger,
          ...[row.meaning, row.reads, row.writes, row.cycles.text, row.events.join(', ')],
        ]),
      ),
    ].join('\n'),
    encodings: all.map(([mnemonic, row]) => describeEncoding(mnemonic, row)).join('\n\n'),
    rows: Object.entries(ROWS)
      .map(([name, fields]) => `- \`${[name, ...fields.map((field) => `${field.name}=`)].join(' ')}\``)
      .join('\n'),
  };
}

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;
const tableRow = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => (cell === '' ? '–' : cell.replaceAll('|', '\\|'))).join(' | ')} |`;

function describeEncoding(mnemonic: Mnemonic, row: Row): string {
  const title = `### ${mnemonic} (${hex(row.opcode)}, ${row.words.length} ${row.words.length === 1 ? 'word' : 'words'})`;
  const rows = row.words.flatMap((fields, word) => {
    let bit = word === 0 ? HEADER_FIELDS_AT : 0;
    return fields.map((field) => {
      const cells = [
        String(word),
        `${bit}..${bit + field.bits - 1}`,
        `\`${field.name}\``,
        valuesOf(field),
        field.meaning,
      ];
      bit += field.bits;
      return tableRow(cells);
    });
  });
  if (rows.length === 0) return `${title}\n\nNo fields.`;
  return [title, '', '| word | bits | field | values | meaning |', '|---|---|---|---|---|', ...rows].join('\n');
}

function valuesOf(field: Field): string {
  if (field.names !== undefined) return field.names.map((name, value) => `${value} = \`${name}\``).join(', ');
  return `${field.signed === true ? 'signed' : 'unsigned'}, ${field.bits} bit`;
}
