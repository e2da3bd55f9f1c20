/** The record of a repeated run → whether it came out the same, and what did not. */
import type { RerunRecord } from '../isa/index.ts';
import { formatCount, plural, printable, shorten } from './format.ts';
import { heading, renderTable, type TextStyle } from './table.ts';

const MOST_ROWS = 20;
const LONGEST_VALUE = 40;

export function renderRerunText(
  { identical, compared, different, differences, leftOut, record, recordedBy, tool }: RerunRecord,
  style: TextStyle,
): string {
  const about = `  recorded by ${printable(recordedBy)}, repeated by ${tool}; not compared: ${leftOut.join(', ')}`;
  if (identical)
    return `${heading('Identical', style)}: all ${plural(compared, 'value')} of ${printable(record)} came out the same\n${about}\n`;
  const text = (value: RerunRecord['differences'][number]['now']): string =>
    value === null ? '–' : shorten(printable(String(value)), LONGEST_VALUE);
  const rows = differences
    .slice(0, MOST_ROWS)
    .map(({ path, recorded, now }) => [printable(path), text(recorded), text(now)]);
  const more = different - rows.length;
  return `${[
    `${heading('Different', style)}: ${formatCount(different)} of ${plural(compared, 'value')} of ${printable(record)}`,
    about,
    '',
    renderTable(
      [
        { title: 'value', names: true },
        { title: 'recorded', align: 'right' },
        { title: 'now', align: 'right' },
      ],
      rows,
      style,
    ),
    ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
  ].join('\n')}\n`;
}
