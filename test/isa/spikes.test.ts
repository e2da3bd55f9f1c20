import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SpikeDigest, SpikeSet } from '../../isa/index.ts';

const TICKS = 70;
const layers = [
  { name: 'a', shape: [2, 3, 5], depth: 0, fires: true },
  { name: 'b', shape: [7, 1, 1], depth: 3, fires: true },
] as const;

const spike = fc.oneof(
  fc.tuple(fc.constant(0), fc.nat(29), fc.integer({ min: 0, max: TICKS - 1 })),
  fc.tuple(fc.constant(1), fc.nat(6), fc.integer({ min: 3, max: TICKS - 1 })),
);
const spikeSets = fc.array(fc.uniqueArray(spike, { maxLength: 80, selector: (triple) => triple.join() }), {
  maxLength: 4,
});

function fill(set: SpikeSet, spikes: readonly (readonly [number, number, number])[]): SpikeSet {
  set.clear();
  for (const [layer, index, tick] of spikes) set.add(layer, index, tick);
  return set;
}

describe('SpikeSet and SpikeDigest', () => {
  it('the digest is SHA-256 of the sorted triples of each inference, in whatever order the spikes came', () => {
    fc.assert(
      fc.property(spikeSets, (inferences) => {
        const set = new SpikeSet(layers, TICKS);
        const digest = new SpikeDigest();
        const hash = createHash('sha256');
        for (const spikes of inferences) {
          digest.add({ spikes: fill(set, spikes) });
          expect(set.count).toBe(spikes.length);
          const local = spikes.map(([layer, index, tick]) => [layer, index, tick - layers[layer].depth] as const);
          local.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
          const bytes = Buffer.alloc(12 * local.length);
          local.flat().forEach((value, k) => bytes.writeUInt32LE(value, 4 * k));
          hash.update(bytes);
        }
        expect(digest.hex()).toBe(hash.digest('hex'));
      }),
    );
  });

  it('a digest can be read on the way without changing it', () => {
    const set = new SpikeSet(layers, TICKS);
    const once = new SpikeDigest();
    const twice = new SpikeDigest();
    for (const tick of [4, 9]) {
      fill(set, [[0, 1, tick]]);
      once.add({ spikes: set });
      twice.add({ spikes: set });
      twice.hex();
    }
    expect(twice.hex()).toBe(once.hex());
  });

  it('more spikes than a chunk of the digest holds', () => {
    const wide = [{ name: 'wide', shape: [100, 1, 1], depth: 0, fires: true }] as const;
    const set = new SpikeSet(wide, 32);
    const bytes: number[] = [];
    for (let index = 0; index < 100; index++)
      for (let tick = 0; tick < 32; tick++) {
        set.add(0, index, tick);
        for (const value of [0, index, tick]) bytes.push(value, 0, 0, 0);
      }
    const digest = new SpikeDigest();
    digest.add({ spikes: set });
    expect(digest.hex()).toBe(createHash('sha256').update(Uint8Array.from(bytes)).digest('hex'));
  });

  it('lists who fired in a tick, ascending', () => {
    fc.assert(
      fc.property(spikeSets, fc.nat(TICKS - 1), (inferences, tick) => {
        const spikes = inferences.at(-1) ?? [];
        const set = fill(new SpikeSet(layers, TICKS), spikes);
        for (const layer of [0, 1]) {
          const expected = spikes.filter((s) => s[0] === layer && s[2] === tick).map((s) => s[1]);
          expect(set.fired(layer, tick)).toEqual(expected.sort((a, b) => a - b));
        }
      }),
    );
  });
});
