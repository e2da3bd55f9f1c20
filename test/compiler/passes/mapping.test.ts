import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Emulator } from '../../../emulator/index.ts';
import { builtinTargets, readChip } from '../../../isa/index.ts';
import { build, buildThatFits, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { arbitraryNetwork } from '../../arbitraries/networks.ts';
import { arbitraryTarget } from '../../arbitraries/targets.ts';
import { attempt, buildOf, edge, limited, POOLED } from '../misfits.ts';
import { cases } from '../../cases.ts';

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
      { numRuns: cases(15) },
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
      { numRuns: cases(15) },
    );
  });
});

describe('a target with fewer cores than layers', () => {
  it('takes networks whose layers can share them, with the same results', async () => {
    let shared = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, fc.integer({ min: 1, max: 2 }), async (net, width) => {
        const roomy = await build(net, { ...TEST_OPTIONS, target: edge });
        const { chip, record } = await build(net, { ...TEST_OPTIONS, target: { ...edge, mesh: { width, height: 1 } } });
        expect(chip.cores.length).toBe(Math.min(width, roomy.chip.cores.length));
        if (chip.cores.length === 1 && chip.layers.length > 1) {
          shared++;
          expect(record.layers.map((layer) => layer.sharedCores)).toEqual(chip.layers.map(() => 1));
        }
        const { input, readout } = roomy.chip.selfTest!.samples[0]!;
        const answer = new Emulator(chip, { timing: 'cycle' }).infer(input);
        expect(Array.from(answer.readout)).toEqual(Array.from(readout));
      }),
      { numRuns: cases(10) },
    );
    expect(shared).toBeGreaterThan(0);
  });

  it('cuts layers finer where whole ones leave no room', async () => {
    // Two cores of 20 neurons for layers of 32 and 3: 16 + 16 fit one tile each, the last layer beside one of them.
    const { chip } = await buildOf(attempt(POOLED, limited({ neurons: 20 }, { width: 2, height: 1 })));
    expect(chip.cores.map((core) => core.neuronCount).toSorted((a, b) => a - b)).toEqual([16, 19]);
  });
});
