/** The emulator against the interleaved machine: function first and timing after is exact. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Cases that count; an ordinary run draws few. */
const wanted = Number(process.env.SNNC_INTERLEAVED ?? 500);

interface Outcome {
  readonly cases: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** Seed and path repeat the case: see interleaved-cases.ts. */
  readonly failure?: { readonly seed: number; readonly path: string; readonly error: string };
}

describe('the emulator and the interleaved machine', () => {
  it(
    'have the same spikes, potentials, read-outs, counts and cycles',
    async () => {
      const script = ['--import', './test/typescript.mjs', 'test/differential/interleaved-cases.ts', String(wanted)];
      const { stdout } = await promisify(execFile)(process.execPath, script, { cwd: root, maxBuffer: 2 ** 28 });
      const { cases, kinds, failure } = JSON.parse(stdout) as Outcome;
      expect(failure).toBeUndefined();
      expect(cases).toBeGreaterThanOrEqual(wanted);
      const part = (kind: string): number => kinds[kind]! / cases;
      for (const kind of ['stalls', 'contention', 'waitsForCredit', 'multicastForks'])
        expect(part(kind)).toBeGreaterThan(0.2);
      for (const kind of ['chipBorders', 'delayAboveOne', 'severalCoresPerTile', 'fixedTicks', 'unusual'])
        expect(part(kind)).toBeGreaterThan(0.1);
    },
    Math.max(120_000, wanted * 1000),
  );
});
