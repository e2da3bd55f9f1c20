/** A table of numbers, a sample per row, with or without a column of labels. */
import { fail } from '../../isa/index.ts';
import { elementCount } from './array-file.ts';
import type { NamedBytes } from './bytes.ts';
import { classNumbers } from './class-numbers.ts';
import { csvRows, type CsvRow, labelColumn } from './csv.ts';
import type { RawDataset, RawSample } from './dataset.ts';

/** Columns that are the bytes of an image, as in tables of digits: pixel0, pixel1, … or 1x1, 1x2, … */
const PIXEL_COLUMN = /^(pixel_?\d+(x\d+)?|\d+x\d+)$/i;
const MAX_CLASSES = 2 ** 16;

export interface CsvOptions {
  /** Shape of the input; else a sample is a vector of all its columns. */
  readonly input: readonly number[] | undefined;
  readonly outputs: number | undefined;
  readonly classNames: readonly string[] | undefined;
}

interface Table {
  readonly source: NamedBytes;
  readonly file: string;
  readonly hasHeader: boolean;
  /** Whether that is because its first row counts the columns. */
  readonly isCounted: boolean;
  /** -1: none. */
  readonly label: number;
  readonly columns: number;
  /** Whether values are bytes of images. */
  readonly isBytes: boolean;
}

/** What the column of labels says, once it is known whole. */
type LabelOf = (text: string) => Pick<RawSample, 'label' | 'target'>;

export interface CsvDataset {
  readonly raw: RawDataset;
  readonly carried: 'label' | 'target' | undefined;
}

/**
 * Opens the table; it is read once to count and check it.
 *
 * @throws E0602 for what is not a number, with its line; E0603 where there are not as many columns as the input has elements;
 *   E0604 for classes that the network does not have; E0605 for an empty table
 */
export async function csvDataset(source: NamedBytes, options: CsvOptions): Promise<CsvDataset> {
  const { file } = source;
  let table: Table | undefined;
  let count = 0;
  const labels = new Set<string>();
  for await (const row of csvRows(source)) {
    if (table === undefined) {
      table = tableOf(source, row, options.input);
      if (table.hasHeader) continue;
    }
    numbersOf(row, table);
    if (table.label >= 0) addLabel(labels, row, table);
    count++;
  }
  if (table === undefined || count === 0) fail('E0605', 'the table has no row', { file });
  const { labelOf, carried, notes } = labelling([...labels], table, options);
  const width = table.columns - (table.label >= 0 ? 1 : 0);
  const shape = options.input ?? [width];
  const found = table;
  return {
    carried,
    raw: {
      count,
      shape,
      description: `table, ${count} × [${shape.join(', ')}]`,
      notes: [
        ...(found.isCounted ? ['the first row, 0, 1, 2, …, is taken as names of columns, not as a sample'] : []),
        ...(found.isBytes ? ['columns called pixel… are taken as the bytes of images'] : []),
        ...(found.label >= 0 ? [`column ${found.label + 1} of the table holds the ${carried!}s`] : []),
        ...notes,
      ],
      values: (start, end) => samples(found, labelOf, start, end),
    },
  };
}

async function* samples(table: Table, labelOf: LabelOf, start: number, end: number): AsyncGenerator<RawSample> {
  let index = table.hasHeader ? -1 : 0;
  for await (const row of csvRows(table.source)) {
    const here = index++;
    if (here >= end) return;
    if (here >= start)
      yield { values: numbersOf(row, table), ...(table.label >= 0 && labelOf(row.cells[table.label]!)) };
  }
}

/** Kept up to a number of classes; what comes behind is judged as it is read. */
function addLabel(labels: Set<string>, { cells, line }: CsvRow, { label, file }: Table): void {
  const text = cells[label]!;
  if (text === '') fail('E0604', 'a row without a label', { file, line });
  if (labels.size < MAX_CLASSES) labels.add(text);
}

function tableOf(source: NamedBytes, { cells }: CsvRow, input: readonly number[] | undefined): Table {
  const { file } = source;
  const hasHeader = countsColumns(cells) || cells.some((cell) => cell !== '' && !isNumber(cell));
  const label = hasHeader ? labelColumn(cells) : -1;
  const names = cells.filter((_, k) => k !== label);
  const isBytes = hasHeader && names.length > 0 && names.every((name) => PIXEL_COLUMN.test(name));
  const elements = input === undefined ? names.length : elementCount(input);
  if (names.length !== elements)
    fail(
      'E0603',
      `the table has ${names.length} columns of values, the input ${elements} elements`,
      { file },
      names.length === elements + 1
        ? 'if one of them holds the labels, give the table a header that calls it "label"'
        : 'give a table with a column for each element of the input',
    );
  return { source, file, hasHeader, isCounted: countsColumns(cells), label, columns: cells.length, isBytes };
}

/** 0, 1, 2, …: the names of columns that have none, as data frames write them. */
const countsColumns = (cells: readonly string[]): boolean =>
  cells.length > 2 && cells.every((cell, column) => cell === String(column));

function numbersOf({ cells, line }: CsvRow, { file, label, columns, isBytes }: Table): Uint8Array | Float32Array {
  const place = { file, line };
  if (cells.length !== columns) fail('E0602', `a row of ${cells.length} cells; the first one has ${columns}`, place);
  const length = columns - (label >= 0 ? 1 : 0);
  const values = isBytes ? new Uint8Array(length) : new Float32Array(length);
  for (let column = 0, k = 0; column < columns; column++) {
    if (column === label) continue;
    const cell = cells[column]!;
    const value = isNumber(cell) ? Number(cell) : NaN;
    values[k] = value;
    const isRight = isBytes ? values[k] === value : Number.isFinite(values[k]);
    if (!isRight)
      fail(
        'E0602',
        `${JSON.stringify(cell.slice(0, 40))} in column ${column + 1} is not ${isBytes ? 'a byte' : 'a number'}`,
        place,
      );
    k++;
  }
  return values;
}

/** Classes, or quantities where there is one output and its column has other numbers than classes. */
function labelling(
  found: readonly string[],
  { label, file }: Table,
  { outputs, classNames }: CsvOptions,
): { readonly labelOf: LabelOf; readonly carried: 'label' | 'target' | undefined; readonly notes: readonly string[] } {
  if (label < 0) return { labelOf: () => ({}), carried: undefined, notes: [] };
  const isQuantity = found.every(isNumber) && found.some((text) => !/^\d+(\.0*)?$/.test(text));
  if (isQuantity || (outputs === 1 && found.every(isNumber) && found.some((text) => Number(text) > 1))) {
    if (outputs !== 1)
      fail('E0604', 'the column of labels holds quantities, and the network has more than one output', { file });
    return { labelOf: (text) => ({ target: targetOf(text, file) }), carried: 'target', notes: [] };
  }
  const whole = (text: string): string => (isNumber(text) ? String(Number(text)) : text);
  const { labels, notes } = classNumbers(found.map(whole), file, classNames);
  const labelOf = (text: string): number =>
    labels.get(whole(text)) ?? fail('E0604', `the table has more than ${MAX_CLASSES} different labels`, { file });
  return { labelOf: (text) => ({ label: labelOf(text) }), carried: 'label', notes };
}

function targetOf(text: string, file: string): Float32Array {
  const target = Float32Array.of(isNumber(text) ? Number(text) : NaN);
  if (!Number.isFinite(target[0]))
    fail('E0604', `the target ${JSON.stringify(text.slice(0, 40))} is not a number`, { file });
  return target;
}

const isNumber = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
