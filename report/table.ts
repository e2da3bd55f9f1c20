import CliTable from 'cli-table3';
import { colours, type TextStyle } from './colours.ts';
import { type Column, fitTable } from './fit-table.ts';

export { colours, type Column, type TextStyle };

const INDENT = 2;

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

/**
 * A table without lines, indented by two columns. Lines carry no blanks at their ends. Where it is to fit and does not, columns
 * are left out, which a last line says.
 *
 * @param order titles of the columns that are left out first (report/column-order.ts)
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: TextStyle,
  order: readonly string[] = [],
): string {
  const fitted =
    style.fits === true ? fitTable(columns, rows, style.width - INDENT, order) : { columns, rows, left: [] };
  const chalk = colours(style);
  const table = new CliTable({
    head: fitted.columns.map(({ title }) =>
      title
        .split('\n')
        .map((line) => chalk.dim(line))
        .join('\n'),
    ),
    colAligns: fitted.columns.map(({ align }) => align ?? 'left'),
    // The last line of a heading stands on its column.
    rowAligns: ['bottom'],
    chars: { ...NO_BORDER, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of fitted.rows) table.push([...row]);
  const lines = table
    .toString()
    .split('\n')
    .map((line) => `${' '.repeat(INDENT)}${line}`.trimEnd());
  return [...lines, ...leftOut(fitted.left, style)].join('\n');
}

/** Says which columns are left out; nothing where none is. */
const leftOut = (titles: readonly string[], style: TextStyle): string[] =>
  titles.length === 0
    ? []
    : [
        `  ${colours(style).dim(`left out: ${titles.map((title) => (title === '' ? 'one without a title' : title)).join(', ')} (--wide shows all)`)}`,
      ];
