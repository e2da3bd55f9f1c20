/** Mode `signed`: all machines compute alike where spikes are taken back, in the ticks of mode `default`. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CODES, decodeGraphFile, ReferenceInterpreter } from '../../compiler/index.ts';
import { SpikingSimulator } from '../../compiler/engines/simulate.ts';
import { simulatedIntegers } from '../../compiler/engines/simulated-network.ts';
import { INPUT } from '../../compiler/ir/layers.ts';
import { Emulator, KERNEL_KINDS } from '../../emulator/index.ts';
import { bitsNeeded, coreProgram, readChip } from '../../isa/index.ts';
import { buildThatFits, quantisedGraph, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { arbitraryNetwork } from '../arbitraries/networks.ts';
import { arbitraryTarget } from '../arbitraries/targets.ts';
import { emulatorTicks, randomInput, referenceTicks } from '../differential/states.ts';

const P2 = 2;

describe('mode signed', () => {
  it('is computed alike by emulator, interpreter and simulator, in as many ticks as mode default takes', async () => {
    const seen = { takenBack: 0, wide: 0, narrow: 0 };
    await fc.assert(
      fc.asyncProperty(
        arbitraryNetwork,
        arbitraryTarget,
        fc.constantFrom(3, 8),
        fc.constantFrom(...KERNEL_KINDS),
        async (net, target, window, kernels) => {
          const result = await buildThatFits(net, target, { ...TEST_OPTIONS, mode: 'signed', window });
          const chip = readChip(result.bytes);
          const stored = decodeGraphFile(chip.graph!).quantised;
          const graph = quantisedGraph(result);
          const simulator = new SpikingSimulator(simulatedIntegers(graph, 'signed'));
          const emulator = new Emulator(chip, { timing: 'none', kernels });
          for (const seed of [net.seed, net.seed + 1]) {
            const input = randomInput(chip, seed);
            const reference = referenceTicks(new ReferenceInterpreter(stored), chip, input);
            expect(emulatorTicks(emulator, chip, input)).toEqual(reference);
            const { readout } = new ReferenceInterpreter(graph).run(input);
            simulator.run(input);
            expect(Array.from(simulator.readout())).toEqual(Array.from(readout));
            expect(Array.from(emulator.infer(input).readout)).toEqual(Array.from(readout));
            for (let l = 0; l < graph.layers.length; l++) seen.takenBack += simulator.takenBack(l);
          }
          const depths = graph.layers.map(({ depth }) => depth);
          expect(chip.ticks).toBe(Math.max(...depths) + window);
          for (const { branches, ...layer } of stored.layers.slice(0, -1)) {
            if (layer.neuron !== 'program') throw new Error('a layer without a program');
            // Only what hears the input has use for I, and counts elsewhere.
            const hearsInput = branches.some(({ source }) => source === INPUT);
            const bits = bitsNeeded({ min: 0, max: window });
            expect(layer.program.planes).toEqual(hearsInput ? [{ plane: P2, policy: 'prove', bits }] : []);
            seen[hearsInput ? 'wide' : 'narrow']++;
          }
          for (const core of chip.cores) {
            const program = coreProgram(core);
            if ('fault' in program) throw new Error(program.fault);
            expect(program.tick.some(({ operation }) => operation.op === 'FIRE')).toBe(false);
          }
        },
      ),
      { numRuns: 15 },
    );
    expect(seen.takenBack).toBeGreaterThan(100);
    expect(Math.min(seen.wide, seen.narrow)).toBeGreaterThan(2);
  });

  it('sends no counts: only code unary says what it does', async () => {
    const [net] = fc.sample(arbitraryNetwork, { numRuns: 1, seed: 1 });
    const [target] = fc.sample(arbitraryTarget, { numRuns: 1, seed: 1 });
    for (const code of ['graded', 'first-spike'] as const) {
      expect(CODES[code].needsCounts).toBe(true);
      const building = buildThatFits(net!, target!, { ...TEST_OPTIONS, mode: 'signed', code });
      await expect(building).rejects.toThrow(/have not counted to the end when they send/);
    }
  });
});
