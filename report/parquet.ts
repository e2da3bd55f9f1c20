/** A table → a Parquet file, as data frames read it. */
import type { CellValue, DataColumn, DataTable } from './data-table.ts';
import { parquetWriteBuffer } from './parquet-library.ts';

const TYPES = { text: 'STRING', integer: 'INT64', number: 'DOUBLE', truth: 'BOOLEAN' } as const satisfies Record<
  DataColumn['type'],
  string
>;

const VALUES: Readonly<Record<DataColumn['type'], (value: string | number | boolean) => unknown>> = {
  text: String,
  // A text may say it as 255.0 or 1e3.
  integer: (value) => BigInt(Number(value)),
  number: Number,
  truth: Boolean,
};

/**
 * Texts become UTF-8, whole numbers INT64, others DOUBLE; what is not known is null. The bytes depend on the table alone.
 *
 * @param about what stands in the file beside the table: name → text
 */
export function parquetBytes({ columns, rows }: DataTable, about: Readonly<Record<string, string>> = {}): Uint8Array {
  const isThere = (value: CellValue): value is string | number | boolean => value !== undefined && value !== null;
  const columnData = columns.map(({ name, type }, k) => ({
    ...{ name, type: TYPES[type], nullable: true },
    data: rows.map((row) => (isThere(row[k]) ? VALUES[type](row[k]) : null)),
  }));
  const kvMetadata = Object.entries(about).map(([key, value]) => ({ key, value }));
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata }));
}
