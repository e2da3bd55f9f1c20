/** The emulator against the interleaved machine: function first and timing after is exact. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { cases } from '../cases.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Cases that count. */
const wanted = cases(48);

const folder = mkdtempSync(join(tmpdir(), 'snnc-interleaved-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function node(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 2 ** 28 });
  return stdout;
}

interface Outcome {
  readonly cases: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** Seed and path repeat the case: see interleaved-cases.ts. */
  readonly failure?: { readonly seed: number; readonly path: string; readonly error: string };
}

describe('the emulator and the interleaved machine', () => {
  it('have the same spikes, potentials, read-outs, counts and cycles', async () => {
    const script = 'test/differential/interleaved-cases.ts';
    const stdout = await node('--import', './test/typescript.mjs', script, String(wanted));
    const { cases, kinds, failure } = JSON.parse(stdout) as Outcome;
    expect(failure).toBeUndefined();
    expect(cases).toBeGreaterThanOrEqual(wanted);
    const part = (kind: string): number => kinds[kind]! / cases;
    for (const kind of ['stalls', 'contention', 'waitsForCredit', 'multicastForks'])
      expect(part(kind)).toBeGreaterThan(0.2);
    for (const kind of ['chipBorders', 'delayAboveOne', 'severalCoresPerTile', 'fixedTicks', 'unusual'])
      expect(part(kind)).toBeGreaterThan(0.1);
  });

  it('have the same of a trained model, as the installed program builds it', async () => {
    const chip = join(folder, 'chip.bin');
    const example = (name: string): string => join('examples', 'mnist', name);
    const calibration = ['--calibrate', example('calibration-images-idx3-ubyte.gz'), '--calibrate-limit', '50'];
    const how = ['--scale', '255', '--target', 'edge', '--map', 'layers', '--mode', 'default', '-T', '2'];
    const options = [...calibration, ...how, '--ledger-samples', '0', '-o', chip];
    await node('dist/bundle/snnc.js', 'build', example('mnist_cnn_th.onnx'), ...options);
    const stdout = await node('--import', './test/typescript.mjs', 'test/differential/interleaved-model.ts', chip);
    const { cycles, spikes, difference } = JSON.parse(stdout) as {
      cycles: number;
      spikes: number;
      difference?: string;
    };
    expect(difference).toBeUndefined();
    expect(spikes).toBeGreaterThan(1000);
    expect(cycles).toBeGreaterThan(1000);
  });
});
