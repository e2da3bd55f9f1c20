/** Damaged NIR graphs and .net files: whatever the bytes, there is a network or a numbered message, soon. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readNetwork } from '../../../../compiler/index.ts';
import { DiagnosticError } from '../../../../isa/index.ts';
import { netxFile, SMALL_NET } from '../netx/files.ts';
import { NIR_FILES, nirFile } from './files.ts';

const FILES = [...NIR_FILES.map(nirFile), netxFile(SMALL_NET)];
const NEVER = (): never => {
  throw new Error('the network has no files beside it');
};

function outcome(bytes: Uint8Array): string {
  try {
    readNetwork(bytes, { fileName: 'damaged.nir', readSideFile: NEVER, timing: { steps: 4, dt: undefined } });
    return 'read';
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics.map(({ code }) => code).join();
  }
}

/** Bytes that are something: in these files most of them are zero. */
const places = FILES.map((bytes) => [...bytes.keys()].filter((k) => bytes[k] !== 0));

const change = fc.record({
  at: fc.nat(),
  /** Lengths and addresses of 8 bytes, or a single byte. */
  by: fc.oneof(
    fc.integer({ min: 0, max: 255 }).map((byte) => [byte]),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((word) => [...new Uint8Array(BigUint64Array.of(word).buffer)]),
    fc.integer({ min: 0, max: 100_000 }).map((word) => [...new Uint8Array(BigUint64Array.of(BigInt(word)).buffer)]),
    fc.constantFrom([0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0]),
  ),
});

describe('a damaged NIR graph or .net file', () => {
  it('is read before it is damaged', () => {
    expect(FILES.map(outcome)).toEqual(FILES.map(() => 'read'));
  });

  it('gives a network or numbered messages of a reader', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: FILES.length - 1 }),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 8 }),
        (which, changes, cut) => {
          const bytes = FILES[which]!.slice();
          for (const { at, by } of changes) {
            const first = places[which]![at % places[which]!.length]!;
            bytes.set(by.slice(0, bytes.length - first), first);
          }
          expect(outcome(cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length)))).toMatch(
            /^(read|E02)/,
          );
        },
      ),
      { numRuns: 2000 },
    );
  });
});
