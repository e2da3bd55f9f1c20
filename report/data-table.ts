/** Tables as data: columns with types, which become comma-separated values, or Parquet (parquet.ts). */

export type CellValue = string | number | boolean | null | undefined;

export interface DataColumn {
  /** With the unit where there is one: `energyJ`. */
  readonly name: string;
  readonly type: 'text' | 'integer' | 'number' | 'truth';
}

export interface DataTable {
  readonly columns: readonly DataColumn[];
  /** Of every column one; nothing where it is not known. */
  readonly rows: readonly (readonly CellValue[])[];
}

/** Comma-separated values (RFC 4180, lines end with a newline alone): the names of the columns, then a line a row. */
export const csvText = ({ columns, rows }: DataTable): string =>
  [columns.map(({ name }) => name), ...rows]
    .map((row: readonly CellValue[]) => `${row.map((value) => csvCell(value)).join(',')}\n`)
    .join('');

const csvCell = (value: CellValue): string => {
  const text = value === undefined || value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** What texts are, where they are to be read as what they look like: whole numbers, numbers, or texts. */
export function typeOfTexts(texts: readonly (string | boolean | undefined)[]): DataColumn['type'] {
  const given = texts.filter((text) => text !== undefined);
  if (given.length > 0 && given.every((text) => typeof text === 'boolean')) return 'truth';
  const numbers = given.map((text) => (typeof text === 'string' && text.trim() !== '' ? Number(text) : NaN));
  if (given.length === 0 || numbers.some((value) => !Number.isFinite(value))) return 'text';
  return numbers.every((value) => Number.isSafeInteger(value)) ? 'integer' : 'number';
}
