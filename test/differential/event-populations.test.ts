/**
 * Random networks with neurons that are looked at behind every event: what is built does on the emulator and on the
 * interleaved machine what the reference interpreter says that it means, event by event.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitraryEventPopulations } from '../arbitraries/populations/networks.ts';
import { cases } from '../cases.ts';
import { arbitraryPopulationCase, compareMachines } from './population-cases.ts';

const wanted = cases(16);

const seen = { drawn: 0, run: 0, events: 0, several: 0, severalCores: 0, longSteps: 0 };
/** Codes of those that were refused. */
const refused = new Set<string>();

describe('networks of neurons that are looked at behind every event', () => {
  it('have the same spikes, potentials and read-outs in the reference interpreter and on all machines', async () => {
    const property = fc.asyncProperty(arbitraryPopulationCase(arbitraryEventPopulations), async (drawn) => {
      seen.drawn++;
      const compared = await compareMachines(drawn, ['wasm'], refused);
      if (compared === undefined) return;
      const { chip, inference } = compared;
      const { counts, fired, touched } = inference;
      const neuronTicks = fired.flat(2).length;
      seen.run++;
      seen.events += Number(touched.length > 0);
      seen.several += Number(counts.spikes > neuronTicks);
      seen.severalCores += Number(chip.cores.length > 1);
      seen.longSteps += Number(touched.length > 0 && chip.input.stepTicks !== undefined);
    });
    await fc.assert(property, { numRuns: wanted });
    expect([...refused].filter((code) => !['E0303', 'E0304', 'E0313', 'E0318'].includes(code))).toEqual([]);
    expect(seen.run / seen.drawn).toBeGreaterThan(0.8);
    expect(seen.events / seen.run).toBeGreaterThan(0.25);
    for (const kind of ['several', 'severalCores', 'longSteps'] as const)
      expect(seen[kind] / seen.run).toBeGreaterThan(0.05);
  });
});
