/** Data files for the tests, written byte by byte so that the readers are not tested with their own ideas. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { DiagnosticError, type Sample } from '../../../isa/index.ts';
import type { Dataset, SampleRange } from '../../../bin/data/index.ts';

/** A folder for the tests of one file, which is removed after them. */
export function temporaryFolder(): {
  /** Writes a file into the folder and returns its path. */
  readonly file: (name: string, bytes: Uint8Array | string) => string;
  /** The path of a file that is not there. */
  readonly missing: (name: string) => string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'snnc-data-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    file: (name, bytes) => {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      return path;
    },
    missing: (name) => join(folder, name),
  };
}

/** The code and text of the diagnostic that an action ends with. */
export async function fault(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.message;
  }
  throw new Error('no fault');
}

/** Bytes 0, 1, 2 … modulo 251, so that no two rows are equal. */
export const ramp = (length: number): Uint8Array => Uint8Array.from({ length }, (_, k) => k % 251);

export function idx(shape: readonly number[], data: Uint8Array, type = 0x08): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  shape.forEach((size, k) => header.writeUInt32BE(size, 4 + 4 * k));
  return Buffer.concat([header, data]);
}

export function npy(
  descr: string,
  shape: readonly number[],
  data: Uint8Array,
  more: { fortran?: boolean; version?: number } = {},
): Buffer {
  const version = more.version ?? 1;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  let text = `{'descr': '${descr}', 'fortran_order': ${more.fortran === true ? 'True' : 'False'}, 'shape': (${sizes}), }`;
  const before = version === 1 ? 10 : 12;
  text = `${text.padEnd(Math.ceil((before + text.length + 1) / 64) * 64 - before - 1)}\n`;
  const header = Buffer.alloc(before);
  header.write('\x93NUMPY', 'latin1');
  header[6] = version;
  if (version === 1) header.writeUInt16LE(text.length, 8);
  else header.writeUInt32LE(text.length, 8);
  return Buffer.concat([header, Buffer.from(text, 'latin1'), data]);
}

export function cifar(labels: readonly number[]): Buffer {
  return Buffer.concat(
    labels.map((label, k) => Buffer.concat([Buffer.of(label), Buffer.from(ramp(3072).map((b) => (b + k) % 256))])),
  );
}

export async function collect(dataset: Dataset, range?: SampleRange): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of dataset.samples(range)) samples.push(sample);
  return samples;
}
