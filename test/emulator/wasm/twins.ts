/** What WebAssembly kernels and their TypeScript twins are compared by. */
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { Emulator, type KernelKind } from '../../../emulator/index.ts';
import { type Chip, SpikeDigest } from '../../../isa/index.ts';
import { seededRandom } from '../../arbitraries/random.ts';

/** Everything that a run tells: results, spikes, potentials after each tick, all counts, cycles. */
export function everything(chip: Chip, inputs: readonly Int16Array[], timing: 'cycle' | 'none', kernels: KernelKind) {
  const emulator = new Emulator(chip, { timing, kernels });
  const digest = new SpikeDigest();
  const answers = inputs.map((input) => {
    const ticks: unknown[] = [];
    const inference = emulator.infer(input, {
      onTick: (_, view) => {
        ticks.push(chip.layers.map((__, layer) => [view.fired(layer), [...view.potential(layer)]]));
      },
    });
    digest.add(inference);
    const { readout, predicted, spikes, timing: time } = inference;
    return {
      readout: [...readout],
      predicted,
      spikes: spikes.count,
      time: time && { ...time, tickCycles: [...time.tickCycles] },
      ticks,
    };
  });
  return { answers, digest: digest.hex(), counts: emulator.counts(), layers: emulator.layers() };
}

export function expectEqual(chip: Chip, inputs: readonly Int16Array[], timing: 'cycle' | 'none' = 'cycle'): void {
  expect(everything(chip, inputs, timing, 'wasm')).toEqual(everything(chip, inputs, timing, 'ts'));
}

/** Random inputs; with a density, that share of the elements is heard and the others are silent. */
export function inputsFor(chip: Chip, seeds: readonly number[], density?: number): Int16Array[] {
  const { shape, payloadMin, payloadMax } = chip.input;
  return seeds.map((seed) => {
    const random = seededRandom(seed);
    return Int16Array.from({ length: shape[0] * shape[1] * shape[2] }, () => {
      if (density !== undefined && random() >= density) return 0;
      if (density !== undefined && payloadMin === 0) return 1 + Math.floor(random() * payloadMax);
      return payloadMin + Math.floor(random() * (payloadMax - payloadMin + 1));
    });
  });
}

/** Spikes, which are heard as bits; events that may be taken as so many spikes, in one or both kinds of kernels; others. */
export const payloadRange = fc.constantFrom(
  [0, 1] as const,
  [0, 1] as const,
  [0, 4] as const,
  [0, 12] as const,
  [-9, 9] as const,
);

/** Weights of 8 bits. */
export const weightsFrom = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => Math.floor(random() * 256) - 128);
};
