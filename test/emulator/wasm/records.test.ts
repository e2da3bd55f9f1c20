/** The records shared with the kernels: every field has a place of its own, and somebody who uses it. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import * as machine from '../../../emulator/wasm/generated/records.ts';
import * as network from '../../../emulator/wasm/generated/network-records.ts';
import { machineConstants } from '../../../emulator/wasm/records/machine.ts';
import { networkConstants } from '../../../emulator/wasm/records/network.ts';
import type { ConstantsFile, FieldTable } from '../../../emulator/wasm/records/table.ts';

const WIDTHS = { u32: 4, i32: 4, usize: 4, u64: 8, i64: 8, f64: 8 };

interface Place {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

/** Where the constants put the fields of a table. */
const placesOf = (constants: Readonly<Record<string, number>>, prefix: string, fields: FieldTable): Place[] =>
  Object.entries(fields).map(([field, [type, , count = 1]]) => {
    const name = `${prefix}_${field}`;
    const from = constants[name]!;
    return { name, from, to: from + WIDTHS[type] * count, width: WIDTHS[type] };
  });

const files: readonly [string, Readonly<Record<string, number>>, ConstantsFile][] = [
  ['records', { ...machine }, machineConstants],
  ['network-records', { ...network }, networkConstants],
];

describe.each(files)('%s', (_, constants, { records }) => {
  it.each(Object.entries(records))('%s: fields are aligned, apart, and inside of the record', (record, table) => {
    const own = placesOf(constants, record, table.fields);
    const tables = table.variants ?? {};
    const variantPlaces = (name: string | undefined): Place[] => {
      if (name === undefined) return [];
      const { fields, behind } = tables[name]!;
      return [...variantPlaces(behind), ...placesOf(constants, name, fields)];
    };
    const variants = Object.keys(tables).map((name) => variantPlaces(name));
    const bytes = constants[`${record}_BYTES`]!;
    for (const places of variants.length === 0 ? [own] : variants.map((variant) => [...own, ...variant])) {
      let end = 0;
      for (const { name, from, to, width } of places) {
        expect({ name, apart: from >= end, aligned: from % width === 0 && bytes % width === 0 }).toEqual({
          name,
          apart: true,
          aligned: true,
        });
        end = to;
      }
      expect(end).toBeLessThanOrEqual(bytes);
    }
  });
});

describe('constants of the kernels', () => {
  it('all are used', async () => {
    const folder = new URL('../../../emulator/', import.meta.url);
    const paths = (await readdir(folder, { recursive: true })).filter(
      (path) => path.endsWith('.ts') && !path.includes('generated'),
    );
    const text = (await Promise.all(paths.map((path) => readFile(new URL(path, folder), 'utf8')))).join('\n');
    const words = new Set(text.match(/\b[A-Z][A-Z_]*\b/g));
    const unused = files.flatMap(([, constants]) => Object.keys(constants)).filter((name) => !words.has(name));
    expect(unused).toEqual([]);
  });
});
