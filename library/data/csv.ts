/** Rows of a text table (comma, semicolon or tab between the cells), read no further than they are asked for. */
import { platform } from '#platform';
import { fail } from '../../isa/index.ts';
import type { CsvParser, CsvStream } from '../../isa/platform/platform.ts';
import type { Chunks, NamedBytes } from './bytes.ts';

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
 * @param loadParser the library that splits rows into cells; in every platform the same
 * @throws E0602 where quotes do not match or a row is longer than 1 MiB, or the text is UTF-16 other than that with a mark of little-endian order
 */
export async function* csvRows(
  { file, chunks }: NamedBytes,
  loadParser: () => Promise<CsvParser> = () => platform.csvParser(),
): AsyncGenerator<CsvRow, void, void> {
  // Loaded where there is a table.
  const { CsvError, parse, chunkOf } = await loadParser();
  const parser = parse({
    bom: true,
    delimiter: [',', ';', '\t'],
    info: true,
    max_record_size: MAX_ROW_BYTES,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  let isFirst = true;
  try {
    for await (const { record, info } of parsed(parser, shortLines(chunks(), file, chunkOf))) {
      if (isFirst && record.some((cell) => cell.includes('\0')))
        fail('E0602', 'the table holds zero bytes, as UTF-16 text does', { file }, 'save it as UTF-8');
      isFirst = false;
      yield { cells: record, line: info.lines };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const remedy = error.code === 'CSV_MAX_RECORD_SIZE' ? WIDE : 'see RFC 4180 for quotes';
    fail('E0602', `the table cannot be read: ${error.message}`, { file }, remedy);
  }
}

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** What the parser makes of the chunks: each is taken whole, and its rows are handed on before the next one is read. */
async function* parsed(
  parser: CsvStream,
  chunks: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<ParsedRow, void, void> {
  let fault: Error | undefined;
  const onFault = (error: Error | null | undefined): void => void (fault ??= error ?? undefined);
  parser.on('error', onFault);
  let isEmpty = true;
  for await (const chunk of chunks) {
    isEmpty = false;
    const written = new Promise<void>((resolve) => {
      parser.write(chunk, 'latin1', (error) => resolve(onFault(error)));
    });
    // A stream that is full takes a chunk once it is read.
    yield* ready(parser);
    await written;
    yield* ready(parser);
    if (fault !== undefined) throw fault;
  }
  // Of no bytes at all the library for browsers makes a fault of its own.
  if (isEmpty) return;
  await new Promise<void>((resolve) => {
    parser.once('error', () => resolve());
    parser.end(resolve);
  });
  yield* ready(parser);
  if (fault !== undefined) throw fault;
}

function* ready(parser: CsvStream): Generator<ParsedRow, void, void> {
  for (;;) {
    const row = parser.read() as ParsedRow | null;
    if (row === null) return;
    yield row;
  }
}

/** The bytes, as long as no line is too long: the parser is slow to find that out. @throws E0602 */
async function* shortLines(
  chunks: Chunks,
  file: string,
  chunkOf: CsvParser['chunkOf'],
): AsyncGenerator<Uint8Array | string, void, void> {
  let length = 0;
  for await (const chunk of chunks) {
    const end = chunk.indexOf(LINE_END);
    length += end < 0 ? chunk.length : end;
    if (length > MAX_ROW_BYTES) fail('E0602', `a row of more than ${MAX_ROW_BYTES} bytes`, { file }, WIDE);
    if (end >= 0) length = chunk.length - 1 - chunk.lastIndexOf(LINE_END);
    yield chunkOf(chunk);
  }
}

/** The first rows, at most `count`. */
export async function firstRows(source: NamedBytes, count: number): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of csvRows(source)) if (rows.push(row) === count) break;
  return rows;
}

/** Names of columns by which labels go, in any case. */
const LABEL_COLUMN = /^(label|labels|class|class_?name|category|target|y)$/i;

/** Index of the column of labels, or -1. */
export const labelColumn = (header: readonly string[]): number => header.findIndex((name) => LABEL_COLUMN.test(name));
