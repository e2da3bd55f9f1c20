/** A table that fits the terminal: headings and words on several lines, names shortened, columns left out in a stated order. */
import { foldWords, shortenMiddle, textWidth } from './wrap.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Names, the heading too, which may be shortened in the middle. */
  readonly names?: boolean;
  /** Words, which may take several lines. */
  readonly words?: boolean;
}

export interface FittedTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Titles of the columns that are left out. */
  readonly left: readonly string[];
}

const GAP = 2;
/** Names and words are made no narrower as long as a column can be left out. */
const NARROWEST_NAMES = 24;
const NARROWEST_WORDS = 20;
/** A heading that is a name. */
const NARROWEST_HEADING = 6;

/**
 * The table within `width` columns, indentation not counted.
 *
 * @param order titles of columns in the order in which they are left out; others follow from the last one on, and the first
 *   column stays
 */
export function fitTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  order: readonly string[],
): FittedTable {
  const all = columns.map((column, k) => measured(column, rows, k));
  if (sumOf(all.map(({ natural }) => natural)) <= width) return { columns, rows, left: [] };
  const kept = all.map((_, k) => k);
  const left: string[] = [];
  const leaving = leavingOrder(columns, order);
  while (kept.length > 1 && sumOf(kept.map((k) => all[k]!.least)) > width) {
    const next = leaving.shift()!;
    kept.splice(kept.indexOf(next), 1);
    left.push(columns[next]!.title);
  }
  const widths = shared(
    kept.map((k) => all[k]!),
    width,
  );
  return {
    columns: kept.map((k, at) => ({ ...columns[k]!, title: headingOf(columns[k]!, widths[at]!) })),
    rows: rows.map((row) => kept.map((k, at) => cellOf(row[k] ?? '', columns[k]!, widths[at]!))),
    left,
  };
}

/** Columns by their places, the first to go first; the first column of the table is not among them. */
function leavingOrder(columns: readonly Column[], order: readonly string[]): number[] {
  const named = order.map((title) => columns.findIndex((column) => column.title === title)).filter((k) => k > 0);
  const others = columns.map((_, k) => k).filter((k) => k > 0 && !named.includes(k));
  return [...named, ...others.reverse()];
}

interface Measured {
  /** Width without a change. */
  readonly natural: number;
  /** Width below which the column is rather left out. */
  readonly least: number;
}

function measured({ title, names, words }: Column, rows: readonly (readonly string[])[], k: number): Measured {
  const cells = rows.reduce((most, row) => Math.max(most, textWidth(row[k] ?? '')), 0);
  const natural = Math.max(cells, textWidth(title));
  const heading = names === true ? NARROWEST_HEADING : longestWord(title);
  const narrowest = names === true ? NARROWEST_NAMES : words === true ? NARROWEST_WORDS : Infinity;
  return { natural, least: Math.min(natural, Math.max(Math.min(cells, narrowest), heading)) };
}

const longestWord = (text: string): number =>
  text.split(' ').reduce((most, word) => Math.max(most, textWidth(word)), 0);

const sumOf = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, Math.max(0, widths.length - 1) * GAP);

/** What there is beyond the least goes to the columns from the first one on. */
function shared(columns: readonly Measured[], width: number): number[] {
  let room = width - sumOf(columns.map(({ least }) => least));
  return columns.map(({ natural, least }) => {
    const more = Math.max(Math.min(natural - least, room), columns.length === 1 ? room : 0);
    room -= more;
    return Math.max(1, least + more);
  });
}

const headingOf = ({ title, names }: Column, width: number): string =>
  names === true ? shortenMiddle(title, width) : foldWords(title, width, true).join('\n');

function cellOf(text: string, { words }: Column, width: number): string {
  if (textWidth(text) <= width) return text;
  return words === true ? foldWords(text, width, true).join('\n') : shortenMiddle(text, width);
}
