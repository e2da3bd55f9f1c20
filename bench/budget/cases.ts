/** Small fixed chips, and the work that they are. */
import { readFileSync } from 'node:fs';
import { Emulator } from '../../emulator/index.ts';
import { readChip } from '../../isa/index.ts';
import { denseChip, sparseChip } from '../chips.ts';
import type { Tally } from './counting.ts';

/** What a run came to: results, which are the same as long as the machine is, and work, which is to stay as little. */
export interface Work {
  readonly results: Readonly<Record<string, number>>;
  readonly work: Readonly<Record<string, number>>;
}

const golden = (name: string): Uint8Array => readFileSync(new URL(`../../test/golden/files/${name}`, import.meta.url));

const CHIPS: Readonly<Record<string, () => Uint8Array>> = {
  dense: () => denseChip({ neurons: 256, layers: 2, ticks: 21, rate: 0.1, neuron: 'if', seed: 1 }),
  sparse: () =>
    sparseChip({
      neurons: 2048,
      fanOut: 32,
      reach: 128,
      local: 0.9,
      perCore: 512,
      ticks: 11,
      rate: 0.1,
      neuron: 'if',
      seed: 2,
    }),
  'convolution on edge': () => golden('1.0-lines-edge.chip.bin'),
  'residual on loihi': () => golden('1.0-residual-loihi.chip.bin'),
  'residual on tiny cores': () => golden('1.0-residual-tiny.chip.bin'),
};

/**
 * Runs chips with and without timing: their self-test, or one inference where they have none.
 *
 * @param only the chip; every one if it is undefined
 */
export function measureWork(newTally: () => Tally, only: string | undefined): Record<string, Work> {
  const measured: Record<string, Work> = {};
  for (const [name, make] of Object.entries(CHIPS)) {
    if (only !== undefined && name !== only) continue;
    const bytes = make();
    for (const timing of ['none', 'cycle'] as const) measured[`${name}, ${timing}`] = run(bytes, timing, newTally());
  }
  return measured;
}

function run(bytes: Uint8Array, timing: 'none' | 'cycle', tally: Tally): Work {
  const chip = readChip(bytes);
  const emulator = new Emulator(chip, { timing });
  const samples = chip.selfTest?.samples.map(({ input }) => input) ?? [Int16Array.of(0)];
  let cycles = 0;
  for (const input of samples) cycles += emulator.infer(input).timing?.cycles ?? 0;
  const { synops, macs, spikes, deliveries, routerTraversals, synapseBitsRead, ...counts } = emulator.counts();
  return {
    results: {
      synops,
      macs,
      spikes,
      deliveries,
      routerTraversals,
      'bytes of weights read': synapseBitsRead / 8,
      'neurons updated': counts.neuronUpdatesActive + counts.neuronUpdatesIdle,
      cycles,
    },
    work: {
      'memory pages': tally.memoryPages,
      ...prefixed('calls of', tally.calls),
      ...prefixed('loop turns in', tally.turns),
    },
  };
}

const prefixed = (prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${prefix} ${name}`, count]));
