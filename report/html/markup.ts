/** Pieces of HTML that are safe by construction: whatever is put into a template is escaped unless it is markup itself. */
import { printable, shorten } from '../format.ts';

/** Strings of a record may have any length; the report has not: names, and sentences such as sources. */
const LONGEST_NAME = 120;
const LONGEST_SENTENCE = 1000;

/** Text that is HTML already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text from a record, fit to be shown: without control characters, and not too long. */
export const clean = (text: string, longest = LONGEST_NAME): string =>
  shorten(printable(text.slice(0, 2 * longest)), longest);

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

function textOf(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  return escape(clean(String(content)));
}

/** Text that is longer than a name. */
export const sentence = (text: string): Markup => new Markup(escape(clean(text, LONGEST_SENTENCE)));

/** A template whose values are escaped. */
export const html = (parts: TemplateStringsArray, ...values: readonly Content[]): Markup =>
  new Markup(parts.map((part, k) => part + (k < values.length ? textOf(values[k]) : '')).join(''));

/**
 * A number of the run record. Its exact value and its path stand beside the text, so that a reader (or a test) can follow
 * it.
 *
 * @param path such as `energy.parts.3.count`
 */
export const figure = (path: string, value: number, text: string): Markup =>
  html`<data value="${value}" data-path="${path}">${text}</data>`;

/**
 * A sum over all inferences, divided by their number.
 *
 * @param paths of the numbers whose product the sum is
 * @param sum over all inferences
 */
export function perInference(
  paths: readonly string[],
  sum: number,
  inferences: number,
  format: (value: number) => string,
): Markup {
  if (inferences === 0) return new Markup('–');
  const value = sum / inferences;
  return html`<data value="${value}" data-mean="${paths.join(' ')}">${format(value)}</data>`;
}

/** A number of the run record by another one. */
export const ratio = (path: string, per: string, value: number, text: string): Markup =>
  html`<data value="${value}" data-path="${path}" data-per="${per}">${text}</data>`;

export interface HtmlColumn {
  readonly title: string;
  /** Of numbers: aligned to the right. */
  readonly number?: boolean;
}

/** Rows of a table that stays on one page of paper. */
const SHORT_ROWS = 30;
/** Tables that are longer and narrower stand in several columns on paper. */
const SLIM_ROWS = 15;
const SLIM_PIXELS = 250;
/** Beside each other on paper. */
const SLIM_COLUMNS = 3;
/** What a narrow screen has beside its margins, and about what characters and columns of a table take, in pixels. */
const NARROW_PIXELS = 350;
const CHARACTER_PIXELS = 7.2;
const COLUMN_PIXELS = 14;

/** A table; the first cell of a row is its heading. It scrolls by itself where it is too wide, and says so. */
export function table(caption: string, columns: readonly HtmlColumn[], rows: readonly (readonly Content[])[]): Markup {
  const body = rows.map((row) => rowOf(columns, row));
  const whole = html`<table><caption>${caption}</caption><thead><tr>${headOf(columns)}</tr></thead><tbody>${body}</tbody></table>`;
  return scroller(caption, whole, { rows: rows.length, pixels: widthOf(columns, rows) });
}

/** A table whose rows stand in groups, each below its name. */
export function groupedTable(
  caption: string,
  columns: readonly HtmlColumn[],
  groups: readonly { readonly name: string; readonly rows: readonly (readonly Content[])[] }[],
): Markup {
  const bodies = groups.map(
    ({ name, rows }) =>
      html`<tbody><tr class="group"><th scope="rowgroup" colspan="${columns.length}">${name}</th></tr>\n${rows.map((row) => rowOf(columns, row))}</tbody>`,
  );
  const rows = groups.flatMap((group) => group.rows);
  const whole = html`<table><caption>${caption}</caption><thead><tr>${headOf(columns)}</tr></thead>${bodies}</table>`;
  return scroller(caption, whole, { rows: rows.length, pixels: widthOf(columns, rows) });
}

const headOf = (columns: readonly HtmlColumn[]): Markup[] =>
  columns.map(({ title, number }) =>
    number === true ? html`<th scope="col" class="n">${title}</th>` : html`<th scope="col">${title}</th>`,
  );

function rowOf(columns: readonly HtmlColumn[], row: readonly Content[]): Markup {
  const cells = row.map((cell, k) => {
    const mark = columns[k]?.number === true ? new Markup(' class="n"') : '';
    return k === 0 ? html`<th scope="row"${mark}>${cell}</th>` : html`<td${mark}>${cell}</td>`;
  });
  return html`<tr>${cells}</tr>\n`;
}

/** About how wide a table is. */
function widthOf(columns: readonly HtmlColumn[], rows: readonly (readonly Content[])[]): number {
  const widest = columns.map(({ title }, k) =>
    [title, ...rows.slice(0, SHORT_ROWS).map((row) => row[k])].reduce<number>(
      (most, cell) => Math.max(most, ...wordsOf(cell, columns[k]!.number === true).map((word) => word.length)),
      0,
    ),
  );
  return widest.reduce((sum, characters) => sum + characters * CHARACTER_PIXELS + COLUMN_PIXELS, 0);
}

/** What does not break: words, and numbers as a whole. */
function wordsOf(cell: Content, isNumber: boolean): string[] {
  const text = textOf(cell).replace(/<[^>]*>/g, '');
  return isNumber ? [text] : text.split(' ');
}

/**
 * What is around a table.
 *
 * @param size rows, and about how wide it is
 */
export function scroller(
  name: string,
  content: Markup,
  { rows, pixels }: { readonly rows: number; readonly pixels: number },
): Markup {
  const isWide = pixels > NARROW_PIXELS;
  const isSlim = rows > SLIM_ROWS && pixels < SLIM_PIXELS;
  const onPaper = `${isSlim ? ' slim' : ''}${rows > SHORT_ROWS * (isSlim ? SLIM_COLUMNS : 1) ? '' : ' short'}`;
  const look = `scroll${isWide ? ' wide' : ''}${onPaper}`;
  const hint = isWide ? html`<p class="hint" aria-hidden="true">wider than this screen: scroll it sideways ⟷</p>` : '';
  return html`${hint}<div class="${look}" role="region" aria-label="${name}" tabindex="0">${content}</div>\n`;
}

/** What is there to be looked at when it is wanted. */
export const fold = (title: string, content: Content): Markup =>
  html`<details><summary>${title}</summary>${content}</details>\n`;

export const note = (...content: readonly Content[]): Markup =>
  html`<p class="note">${content.map((part) => (typeof part === 'string' ? sentence(part) : part))}</p>\n`;

/** The first rows, and how many more there are. */
export function firstRows<T>(
  rows: readonly T[],
  most: number,
): { readonly shown: readonly T[]; readonly more: string } {
  const left = rows.length - most;
  return { shown: rows.slice(0, most), more: left > 0 ? `and ${left} more, in the JSON record` : '' };
}
