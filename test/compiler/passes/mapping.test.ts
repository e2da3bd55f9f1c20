import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hilbertOrder } from '../../../compiler/passes/place-tiles.ts';
import { Emulator } from '../../../emulator/index.ts';
import { builtinTargets, readChip } from '../../../isa/index.ts';
import { buildThatFits } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';

describe('place-tiles', () => {
  it('visits every tile once; on square meshes of a power of two each step is one hop', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (width, height) => {
        const order = hilbertOrder(width, height);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: width * height }, (_, k) => k));
      }),
    );
    for (const side of [2, 4, 8, 16]) {
      const order = hilbertOrder(side, side);
      for (let k = 1; k < order.length; k++) {
        const [a, b] = [order[k - 1]!, order[k]!];
        const hops = Math.abs((a % side) - (b % side)) + Math.abs(Math.floor(a / side) - Math.floor(b / side));
        expect(hops).toBe(1);
      }
    }
  });
});

describe('the mapping', () => {
  it('stays within every limit of the target', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, target) => {
        const { chip, record } = await buildThatFits(net, target);
        const { limits } = chip.target;
        expect(readChip((await buildThatFits(net, target)).bytes).cores.length).toBe(record.mapping.cores);
        for (const core of chip.cores) {
          expect(core.neuronCount).toBeLessThanOrEqual(limits.neurons);
          expect(core.axonCount).toBeLessThanOrEqual(limits.axons);
          expect(8 * core.synapses.length).toBeLessThanOrEqual(limits.synapseBits);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('spikes and read-out are the same for every target', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, target) => {
        // Equal widths, so that both networks are quantised alike.
        const wide = { ...target, widths: { ...target.widths, vBits: 32 } };
        const [small, large] = [
          await buildThatFits(net, wide),
          await buildThatFits(net, builtinTargets().get('edge')!),
        ];
        const [a, b] = [small, large].map(({ chip }) => {
          const input = chip.selfTest!.samples[0]!.input;
          return new Emulator(chip, { timing: 'none' }).infer(input);
        });
        expect(Array.from(a!.readout)).toEqual(Array.from(b!.readout));
        expect(a!.spikes.count).toBe(b!.spikes.count);
        expect(small.chip.selfTest!.samples).toEqual(large.chip.selfTest!.samples);
      }),
      { numRuns: 30 },
    );
  });
});
