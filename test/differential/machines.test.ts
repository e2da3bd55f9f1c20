import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ASSIGNMENTS, ReferenceInterpreter } from '../../compiler/index.ts';
import { Emulator } from '../../emulator/index.ts';
import { readChip, SpikeDigest } from '../../isa/index.ts';
import { buildThatFits, quantisedGraph, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { arbitraryNetwork } from '../arbitraries/networks.ts';
import { arbitraryTarget } from '../arbitraries/targets.ts';
import { cases } from '../cases.ts';
import { arbitraryGrid, asGrid, asOneChip } from '../isa/grids.ts';
import { emulatorTicks, randomInput, referenceTicks } from './states.ts';

describe('the emulator and the reference interpreter', () => {
  it('agree tick by tick on random networks and targets with tiny limits', async () => {
    let largest = 0;
    let spikes = 0;
    await fc.assert(
      fc.asyncProperty(
        arbitraryNetwork,
        arbitraryTarget,
        fc.constantFrom(...ASSIGNMENTS),
        async (net, target, assignment) => {
          const result = await buildThatFits(net, target, { ...TEST_OPTIONS, assignment });
          const chip = readChip(result.bytes);
          largest = Math.max(largest, chip.cores.length);
          const interpreter = new ReferenceInterpreter(quantisedGraph(result));
          const emulator = new Emulator(chip, { timing: 'none' });
          for (const seed of [net.seed, net.seed + 1]) {
            const input = randomInput(chip, seed);
            const reference = referenceTicks(interpreter, chip, input);
            expect(emulatorTicks(emulator, chip, input)).toEqual(reference);
            spikes += reference.ticks.flatMap((tick) => tick.fired).flat().length;
          }
        },
      ),
      { numRuns: cases(40) },
    );
    expect(largest).toBeGreaterThan(10);
    expect(spikes).toBeGreaterThan(cases(6_000));
  });

  it('agree for every weight width', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, fc.constantFrom(1, 2, 4), async (net, target, weightBits) => {
        const result = await buildThatFits(net, target, { ...TEST_OPTIONS, weightBits });
        const chip = readChip(result.bytes);
        const input = randomInput(chip, net.seed);
        const reference = referenceTicks(new ReferenceInterpreter(quantisedGraph(result)), chip, input);
        expect(emulatorTicks(new Emulator(chip, { timing: 'none' }), chip, input)).toEqual(reference);
      }),
      { numRuns: cases(20) },
    );
  });

  it('agree where every layer has a width of its own', async () => {
    let mixed = 0;
    const means = fc.constantFrom(1.2, 1.7, 2.5, 5);
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, means, async (net, target, bits) => {
        const result = await buildThatFits(net, target, {
          ...TEST_OPTIONS,
          layerWidths: { kind: 'average', bits, of: 'stored' },
        });
        const { layers } = result.record;
        mixed += Number(new Set(layers.map(({ weightBits }) => weightBits)).size > 1);
        const weights = layers.reduce((sum, layer) => sum + layer.weights, 0);
        const stored = layers.reduce((sum, layer) => sum + layer.weights * layer.weightBits, 0);
        expect(stored).toBeLessThanOrEqual(bits * weights);
        const chip = readChip(result.bytes);
        const input = randomInput(chip, net.seed);
        const reference = referenceTicks(new ReferenceInterpreter(quantisedGraph(result)), chip, input);
        expect(emulatorTicks(new Emulator(chip, { timing: 'none' }), chip, input)).toEqual(reference);
      }),
      { numRuns: cases(13) },
    );
    expect(mixed).toBeGreaterThan(8);
  });

  it('timing changes neither spikes nor read-out nor functional counts', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, target) => {
        const { bytes } = await buildThatFits(net, target);
        const chip = readChip(bytes);
        const runs = (['none', 'cycle'] as const).map((timing) => {
          const emulator = new Emulator(chip, { timing });
          const digest = new SpikeDigest();
          const inference = emulator.infer(randomInput(chip, net.seed));
          digest.add(inference);
          const { activeCoreCycles: _, idleCoreCycles: __, ...counts } = emulator.counts();
          return { digest: digest.hex(), readout: Array.from(inference.readout), counts };
        });
        expect(runs[1]).toEqual(runs[0]);
      }),
      { numRuns: cases(15) },
    );
  });

  it('a grid of chips changes neither spikes nor read-out nor the way of a packet', async () => {
    let crossings = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, arbitraryGrid, async (net, base, grid) => {
        const plain = readChip((await buildThatFits(net, asOneChip(base))).bytes);
        const slow = readChip((await buildThatFits(net, asGrid(asOneChip(base), grid))).bytes);
        const runs = [plain, slow].map((chip) => {
          const emulator = new Emulator(chip, { timing: 'cycle' });
          const digest = new SpikeDigest();
          const inference = emulator.infer(randomInput(chip, net.seed));
          digest.add(inference);
          const { activeCoreCycles: _, idleCoreCycles: __, linkHops, ...counts } = emulator.counts();
          const { betweenChips, ...hops } = linkHops;
          crossings += (betweenChips?.eastWest ?? 0) + (betweenChips?.northSouth ?? 0);
          return { digest: digest.hex(), readout: Array.from(inference.readout), counts, hops };
        });
        expect(runs[1]).toEqual(runs[0]);
      }),
      { numRuns: cases(15) },
    );
    expect(crossings).toBeGreaterThan(100);
  });

  it('building twice gives identical bytes', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNetwork, arbitraryTarget, async (net, target) => {
        const [first, second] = [await buildThatFits(net, target), await buildThatFits(net, target)];
        expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
      }),
      { numRuns: cases(8) },
    );
  });
});
