/** Tables by the library of either platform: the rows are the same, and what is refused is refused alike. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DiagnosticError } from '../../../isa/index.ts';
import { platform as browser } from '../../../isa/platform/browser.ts';
import { platform as node } from '../../../isa/platform/node.ts';
import type { CsvParser } from '../../../isa/platform/platform.ts';
import { csvRows, type CsvRow } from '../../../library/data/csv.ts';

/** Rows, or the diagnostic, of bytes that come in chunks. */
async function rowsOf(bytes: Uint8Array, length: number, load: () => Promise<CsvParser>): Promise<CsvRow[] | string> {
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += length) yield await Promise.resolve(bytes.subarray(at, at + length));
  };
  const rows: CsvRow[] = [];
  try {
    for await (const row of csvRows({ file: 'table.csv', chunks }, load)) rows.push(row);
    return rows;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.message;
  }
}

describe('tables', () => {
  it('have the same rows by the libraries of Node and of browsers, however their bytes come', async () => {
    const piece = fc.constantFrom(
      '1',
      '-2.5e3',
      'é',
      '"',
      '""',
      ',',
      ';',
      '\t',
      '\n',
      '\r\n',
      ' ',
      '\0',
      '\uFEFF',
      'label',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), async (pieces, length) => {
        const bytes = new TextEncoder().encode(pieces.join(''));
        const there = await rowsOf(bytes, bytes.length, () => node.csvParser());
        expect(await rowsOf(bytes, length, () => node.csvParser())).toEqual(there);
        expect(await rowsOf(bytes, length, () => browser.csvParser())).toEqual(there);
      }),
      { numRuns: 40 },
    );
  });

  it('of many rows come whole, from both', async () => {
    const bytes = new TextEncoder().encode(Array.from({ length: 1500 }, (_, k) => `${k},"a\nb",é\n`).join(''));
    const rows = await rowsOf(bytes, 2 ** 16, () => node.csvParser());
    expect(rows).toHaveLength(1500);
    expect(rows[1499]).toEqual({ cells: ['1499', 'a\nb', 'é'], line: 3000 });
    expect(await rowsOf(bytes, 2 ** 16, () => browser.csvParser())).toEqual(rows);
  });
});
