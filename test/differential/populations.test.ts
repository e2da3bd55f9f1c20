/**
 * Random networks of populations: what is built does on the emulator, with either kind of kernels, and on the interleaved
 * machine what the reference interpreter says that it means.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KERNEL_KINDS } from '../../emulator/index.ts';
import type { Chip } from '../../isa/index.ts';
import { arbitraryPopulations, type RandomPopulations } from '../arbitraries/populations/networks.ts';
import { cases } from '../cases.ts';
import { arbitraryPopulationCase, compareMachines } from './population-cases.ts';

const wanted = cases(60);

const seen = { drawn: 0, run: 0, spiking: 0, recurrent: 0, programs: 0, severalCores: 0, readouts: 0, longSteps: 0 };
const neurons = new Map<string, number>();
/** Codes of those that were refused. */
const refused = new Set<string>();

interface Document {
  readonly populations: readonly { readonly name: string; readonly neuron: string }[];
  readonly connections: readonly { readonly from: string; readonly to: string }[];
}

function note({ json }: RandomPopulations, chip: Chip, spikes: number, readout: readonly number[]): void {
  const { populations, connections } = JSON.parse(json) as Document;
  const index = (wantedName: string): number => Number(/\d+$/.exec(wantedName)?.[0] ?? -1);
  seen.run++;
  seen.spiking += Number(spikes > 0);
  seen.recurrent += Number(connections.some(({ from, to }) => index(from) >= index(to)));
  seen.programs += Number(populations.some(({ neuron }) => neuron === 'program'));
  seen.longSteps += Number(chip.input.stepTicks !== undefined);
  seen.severalCores += Number(chip.cores.length > populations.length);
  seen.readouts += Number(readout.some((value) => value !== 0));
  for (const { neuron } of populations) neurons.set(neuron, (neurons.get(neuron) ?? 0) + 1);
}

describe('networks of populations', () => {
  it('have the same spikes, potentials and read-outs in the reference interpreter and on all machines', async () => {
    const property = fc.asyncProperty(arbitraryPopulationCase(arbitraryPopulations), async (drawn) => {
      seen.drawn++;
      const compared = await compareMachines(drawn, KERNEL_KINDS, refused);
      if (compared === undefined) return;
      const { chip, reference } = compared;
      const { ticks, readout } = reference;
      note(drawn.net, chip, ticks.flatMap(({ fired }) => fired.flat()).length, readout);
    });
    await fc.assert(property, { numRuns: Math.ceil(wanted * 1.12) });
    expect(seen.run).toBeGreaterThanOrEqual(wanted);
    expect(seen.run / seen.drawn).toBeGreaterThan(0.9);
    // Wide pools, cycles with too little delay, and delays that no scheduler holds.
    expect([...refused].filter((code) => !['E0303', 'E0304', 'E0313', 'E0318'].includes(code))).toEqual([]);
    for (const kind of ['spiking', 'readouts'] as const) expect(seen[kind] / seen.run).toBeGreaterThan(0.6);
    for (const kind of ['recurrent', 'programs', 'severalCores', 'longSteps'] as const)
      expect(seen[kind] / seen.run).toBeGreaterThan(0.2);
    for (const kind of ['if', 'lif', 'cubalif', 'alif', 'i', 'li', 'cubali', 'program'])
      expect(neurons.get(kind) ?? 0).toBeGreaterThan(seen.run / 50);
  });
});
