/**
 * Small networks that libraries exported, with the spikes of their last layer (or its potentials at the end) as the libraries
 * compute them: four samples of 40 steps of random spikes (recorded/README.md).
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { buildChip } from '../../../../compiler/index.ts';
import type { NirOptions } from '../../../../compiler/read/nir/rules.ts';
import { Emulator } from '../../../../emulator/index.ts';
import { builtinTargets } from '../../../../isa/index.ts';
import { TEST_OPTIONS } from '../../../arbitraries/builds.ts';

interface Recording {
  readonly nir: NirOptions;
  readonly dt?: number;
  /** Of a sample: 0 and 1, step by step. */
  readonly input: readonly string[];
  readonly inputs: number;
  /** By sample and step. */
  readonly spikes?: readonly (readonly string[])[];
  readonly potentials?: readonly (readonly number[])[];
}

const folder = new URL('recorded/', import.meta.url);
const RECORDINGS = JSON.parse(readFileSync(new URL('recordings.json', folder), 'utf8')) as Record<string, Recording>;
/** Of the largest potential: weights and leaks have 16 bits, and the libraries single precision. */
const NEAR = 1e-4;

describe.each(Object.entries(RECORDINGS))('%s', (name, { nir, dt, input, inputs, spikes, potentials }) => {
  it('does on the chip what it did in its library', async () => {
    const samples = input.map((bits) => Int16Array.from(bits, Number));
    const window = samples[0]!.length / inputs;
    const target = builtinTargets().get('edge')!;
    const { chip } = await buildChip(
      {
        ...{ fileName: `${name}.nir`, readSideFile: () => new Uint8Array() },
        source: new Uint8Array(gunzipSync(readFileSync(new URL(`${name}.nir.gz`, folder)))),
        options: { ...TEST_OPTIONS, target, weightBits: 16, window, stated: ['window'], dt, nir },
      },
      { now: () => 0 },
    );
    const read = chip.layers.length - 1;
    // A counter stands behind the layer whose spikes are compared.
    const layer = potentials === undefined ? read - 1 : read;
    const { depth } = chip.layers[layer]!;
    const emulator = new Emulator(chip, { timing: 'none' });
    samples.forEach((values, s) => {
      const fired: string[] = [];
      let last: readonly number[] = [];
      emulator.infer(values, {
        onTick: (tick, view) => {
          if (tick < depth || fired.length === window) return;
          last = [...view.potential(layer)];
          const found = new Set(view.fired(layer));
          fired.push(last.map((_, n) => Number(found.has(n))).join(''));
        },
      });
      if (spikes !== undefined) expect(fired).toEqual(spikes[s]);
      potentials?.[s]?.forEach((value, n, all) => {
        const scale =
          all.reduce((sum, each, k) => sum + each * last[k]!, 0) / last.reduce((sum, each) => sum + each ** 2, 0);
        const largest = Math.max(...all.map(Math.abs));
        expect(Math.abs(last[n]! * scale - value)).toBeLessThan(NEAR * largest);
      });
    });
  });
});
