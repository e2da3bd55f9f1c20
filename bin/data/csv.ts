/** Rows of a text table (comma, semicolon or tab between the cells), read no further than they are asked for. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { fail } from '../../isa/index.ts';

/** Characters of a row; an image of 4 Mi pixels has fewer. */
const MAX_ROW_CHARACTERS = 2 ** 24;

export interface CsvRow {
  readonly cells: readonly string[];
  /** Line on which the row ends, from 1. */
  readonly line: number;
}

/**
 * The rows of a file, without empty lines; cells without the blanks around them, quotes as in RFC 4180.
 *
 * @throws E0602 where quotes do not match or a row is longer than 16 Mi characters
 */
export async function* csvRows(file: string): AsyncGenerator<CsvRow, void, void> {
  // Loaded where there is a table.
  const { CsvError, parse } = await import('csv-parse');
  const source = createReadStream(file);
  const parser = parse({
    bom: true,
    delimiter: [',', ';', '\t'],
    info: true,
    max_record_size: MAX_ROW_CHARACTERS,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  // Faults reach the loop below through the parser; the callback keeps an early end from being one.
  pipeline(source, parser, () => undefined);
  try {
    for await (const row of parser) {
      const { record, info } = row as { record: string[]; info: { lines: number } };
      yield { cells: record, line: info.lines };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    fail('E0602', `the table cannot be read: ${error.message}`, { file });
  } finally {
    source.destroy();
    parser.destroy();
  }
}

/** The first rows, at most `count`. */
export async function firstRows(file: string, count: number): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of csvRows(file)) if (rows.push(row) === count) break;
  return rows;
}

/** Names of columns by which labels go, in any case. */
const LABEL_COLUMN = /^(label|labels|class|class_?name|category|target|y)$/i;

/** Index of the column of labels, or -1. */
export const labelColumn = (header: readonly string[]): number => header.findIndex((name) => LABEL_COLUMN.test(name));
