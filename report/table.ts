import CliTable from 'cli-table3';
import { colours, type TextStyle } from './colours.ts';

export { colours, type TextStyle };

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** The title of a section. */
export const heading = (text: string, style: TextStyle): string => colours(style).bold(text);

const NO_BORDER = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((part) => [part, '']),
);

/** A table without lines, indented by two columns. Lines carry no blanks at their ends. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: TextStyle,
): string {
  const chalk = colours(style);
  const table = new CliTable({
    head: columns.map(({ title }) => chalk.dim(title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: { ...NO_BORDER, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}
