import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kernelLister } from '../../../emulator/wasm/spike-list.ts';
import { spikeLister, type SpikeLister, SpikeSet, wordsPerNeuron } from '../../../isa/index.ts';

/** A pseudo-random word; `density` words of 8 keep all of their bits. */
function word(seed: number, k: number, density: number): number {
  const mixed = Math.imul(seed ^ Math.imul(k + 1, 0x9e37_79b1), 0x85eb_ca6b) >>> 0;
  return mixed >>> 29 < density ? 0xffff_ffff : (mixed & (mixed >>> 7)) >>> 0;
}

function listed(list: SpikeLister, spikes: SpikeSet): Buffer {
  const pieces: Buffer[] = [];
  list(spikes, (bytes) => pieces.push(Buffer.from(bytes)));
  return Buffer.concat(pieces);
}

const chips = fc.record({
  neurons: fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 4 }),
  ticks: fc.integer({ min: 32, max: 200 }),
  density: fc.nat(8),
  seed: fc.nat(),
});

describe('the list of spikes', () => {
  it('is the same from the kernels as from TypeScript, again and again, for any number of spikes', () => {
    fc.assert(
      fc.property(chips, ({ neurons, ticks, density, seed }) => {
        const layers = neurons.map((count, depth) => ({
          name: `${depth}`,
          shape: [count, 1, 1] as const,
          depth,
          fires: true,
        }));
        const words = wordsPerNeuron(ticks);
        const bits = neurons.map((count, layer) =>
          Uint32Array.from({ length: count * words }, (_, k) => word(seed + layer, k, density)),
        );
        const spikes = new SpikeSet(layers, ticks, bits);
        const kernels = kernelLister(words)!;
        const expected = listed(spikeLister(), spikes);
        expect(expected.length).toBe(12 * spikes.count);
        expect(listed(kernels, spikes).equals(expected)).toBe(true);
        expect(listed(kernels, spikes).equals(expected)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('is left to TypeScript where the ticks of one neuron are too many for the memory of the kernels', () => {
    expect(kernelLister(wordsPerNeuron(32 * 513))).toBeUndefined();
    expect(kernelLister(wordsPerNeuron(32 * 512))).toBeDefined();
  });
});
