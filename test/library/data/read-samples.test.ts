/** Samples from bytes in memory: the same as from a file of these bytes, and never anything but a diagnostic where there are none. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { encode } from 'jpeg-js';
import { PNG } from 'pngjs';
import { openDataset } from '../../../bin/data/index.ts';
import { DiagnosticError, type Sample } from '../../../isa/index.ts';
import { readSamples, type ReadSettings } from '../../../library/index.ts';
import { cifar, collect, fault, idx, npy, ramp, temporaryFolder } from '../../bin/data/files.ts';

const { file } = temporaryFolder();

/** Everything that is said of data, or the diagnostic. */
interface Outcome {
  readonly data?: { count: number; shape: readonly number[]; isLabelled: boolean; notes: readonly string[] };
  readonly samples?: readonly Sample[];
  readonly fault?: string;
}

async function outcomeOf(read: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DiagnosticError) return { fault: error.message };
    throw error;
  }
}

async function all(samples: AsyncIterable<Sample>): Promise<Sample[]> {
  const list: Sample[] = [];
  for await (const sample of samples) list.push(sample);
  return list;
}

const fromMemory = (bytes: Uint8Array, settings: ReadSettings): Promise<Outcome> =>
  outcomeOf(async () => {
    const { samples, ...data } = await readSamples(bytes, settings);
    return { data, samples: await all(samples) };
  });

/** Files are called as memory is, so that their diagnostics have to be the same, too. */
const fromFile = (path: string, labels: string | undefined, settings: ReadSettings): Promise<Outcome> =>
  outcomeOf(async () => {
    const { shape, layout, member } = settings;
    const dataset = await openDataset(member === undefined ? path : `${path}:${member}`, {
      ...(labels !== undefined && { labels }),
      ...(shape !== undefined && { expectedShape: shape }),
      layout,
    });
    const { count, labelled, notes } = dataset;
    return { data: { count, shape: dataset.shape, isLabelled: labelled, notes }, samples: await collect(dataset) };
  });

const IDX_TYPES = { u1: 0x08, i1: 0x09, i2: 0x0b, i4: 0x0c, f4: 0x0d, f8: 0x0e } as const;
const product = (shape: readonly number[]): number => shape.reduce((total, size) => total * size, 1);
/** Of numbers up to 1, so that floats are finite. */
const SAFE_BYTE = { max: 0x3f };

interface Stored {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly settings: ReadSettings;
}

const stored: fc.Arbitrary<Stored> = fc
  .record({
    format: fc.constantFrom('idx', 'npy', 'npz'),
    type: fc.constantFrom('u1', 'i1', 'i2', 'i4', 'f4', 'f8', 'u2', 'i8', 'f2', 'b1'),
    bigEndian: fc.boolean(),
    fortran: fc.boolean(),
    isGzip: fc.boolean(),
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    network: fc.constantFrom('none', 'same', 'channels last', 'flat', 'other'),
    layout: fc.constantFrom(undefined, 'nchw' as const, 'nhwc' as const),
    isNamed: fc.boolean(),
  })
  .chain((kind) => {
    const type = kind.format === 'idx' && !(kind.type in IDX_TYPES) ? 'u1' : kind.type;
    const length = product(kind.shape) * Number(type[1]);
    return fc.uint8Array({ minLength: length, maxLength: length, ...SAFE_BYTE }).map((data): Stored => {
      const { shape, network, layout, format } = kind;
      const one = shape.slice(1);
      const inputs = { none: undefined, same: one, flat: [product(one), 1, 1], other: [7, 1, 1] };
      const input = network === 'channels last' ? [one.at(-1) ?? 1, ...one.slice(0, -1)] : inputs[network];
      const array = npy(`${kind.bigEndian ? '>' : '<'}${type}`, shape, data, { fortran: kind.fortran });
      const plain =
        format === 'idx'
          ? idx(shape, data, IDX_TYPES[type as keyof typeof IDX_TYPES])
          : format === 'npy'
            ? array
            : zipSync({ 'x.npy': array, ...(kind.isNamed && { 'y.npy': npy('|u1', [shape[0]!], ramp(shape[0]!)) }) });
      return {
        name: `data.${format}`,
        bytes: kind.isGzip && format !== 'npz' ? gzipSync(plain) : plain,
        settings: {
          ...(input !== undefined && { shape: input }),
          ...(layout !== undefined && { layout }),
          ...(format === 'npz' && kind.isNamed && { member: 'x' }),
        },
      };
    });
  });

const labelFile = fc
  .record({
    format: fc.constantFrom('idx', 'npy', 'text'),
    values: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
    isGzip: fc.boolean(),
  })
  .map(({ format, values, isGzip }) => {
    const data = Uint8Array.from(values);
    const [idxFile, npyFile] = [idx([values.length], data), npy('|u1', [values.length], data)];
    const plain = format === 'idx' ? idxFile : format === 'npy' ? npyFile : Buffer.from(`${values.join('\n')}\n`);
    return isGzip ? gzipSync(plain) : plain;
  });

describe('samples from memory', () => {
  it('are those of a file with these bytes, whatever array it holds, and so are its diagnostics', async () => {
    const seen = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(stored, fc.option(labelFile, { nil: undefined }), async ({ name, bytes, settings }, labels) => {
        const path = file(name, bytes);
        const labelsName = labels && file('labels', labels);
        const there = await fromFile(path, labelsName, settings);
        const named = { ...settings, name: path, ...(labels && { labels, labelsName: labelsName! }) };
        expect(await fromMemory(bytes, named)).toEqual(there);
        seen[there.fault === undefined ? 'read' : 'refused']++;
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(20);
  });
});
