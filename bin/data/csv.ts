/** Rows of a text table (comma, semicolon or tab between the cells), read no further than they are asked for. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { fail } from '../../isa/index.ts';

/** Bytes of a line, and characters of a row, which can have several lines: reading longer ones takes seconds. */
const MAX_ROW_BYTES = 2 ** 20;
const LINE_END = 0x0a;

const WIDE = 'store samples of so many elements as .npy';

export interface CsvRow {
  readonly cells: readonly string[];
  /** Line on which the row ends, from 1. */
  readonly line: number;
}

/**
 * The rows of a file, without empty lines; cells without the blanks around them, quotes as in RFC 4180.
 *
 * @throws E0602 where quotes do not match or a row is longer than 1 MiB, or the text is UTF-16 other than that with a mark of little-endian order
 */
export async function* csvRows(file: string): AsyncGenerator<CsvRow, void, void> {
  // Loaded where there is a table.
  const { CsvError, parse } = await import('./csv-parser.ts');
  const source = createReadStream(file);
  const parser = parse({
    bom: true,
    delimiter: [',', ';', '\t'],
    info: true,
    max_record_size: MAX_ROW_BYTES,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  // Faults reach the loop below through the parser; the callback keeps an early end from being one.
  pipeline(
    source,
    (chunks: AsyncIterable<Buffer>) => shortLines(chunks, file),
    parser,
    () => undefined,
  );
  let isFirst = true;
  try {
    for await (const row of parser) {
      const { record, info } = row as { record: string[]; info: { lines: number } };
      if (isFirst && record.some((cell) => cell.includes('\0')))
        fail('E0602', 'the table holds zero bytes, as UTF-16 text does', { file }, 'save it as UTF-8');
      isFirst = false;
      yield { cells: record, line: info.lines };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const remedy = error.code === 'CSV_MAX_RECORD_SIZE' ? WIDE : 'see RFC 4180 for quotes';
    fail('E0602', `the table cannot be read: ${error.message}`, { file }, remedy);
  } finally {
    source.destroy();
    parser.destroy();
  }
}

/** The bytes, as long as no line is too long: the parser is slow to find that out. @throws E0602 */
async function* shortLines(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer, void, void> {
  let length = 0;
  for await (const chunk of chunks) {
    const end = chunk.indexOf(LINE_END);
    length += end < 0 ? chunk.length : end;
    if (length > MAX_ROW_BYTES) fail('E0602', `a row of more than ${MAX_ROW_BYTES} bytes`, { file }, WIDE);
    if (end >= 0) length = chunk.length - 1 - chunk.lastIndexOf(LINE_END);
    yield chunk;
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
