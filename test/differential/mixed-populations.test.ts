/**
 * Random networks of populations with conventional layers around them: what is built does on the emulator, with either kind of
 * kernels, and on the interleaved machine what the reference interpreter says that it means.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KERNEL_KINDS } from '../../emulator/index.ts';
import { arbitraryMixed } from '../arbitraries/populations/mixed.ts';
import { cases } from '../cases.ts';
import { arbitraryPopulationCase, compareMachines } from './population-cases.ts';

const wanted = cases(16);

const seen = { drawn: 0, run: 0, front: 0, head: 0, both: 0, graded: 0, severalCores: 0, longSteps: 0, readouts: 0 };
/** Codes of those that were refused. */
const refused = new Set<string>();

describe('networks of populations with conventional layers', () => {
  it('have the same spikes, potentials and read-outs in the reference interpreter and on all machines', async () => {
    const property = fc.asyncProperty(arbitraryPopulationCase(arbitraryMixed), async (drawn) => {
      seen.drawn++;
      const compared = await compareMachines(drawn, KERNEL_KINDS, refused);
      if (compared === undefined) return;
      const { chip, inference, reference } = compared;
      const has = (layer: string): boolean => drawn.net.json.includes(`"name":"${layer}`);
      seen.run++;
      seen.front += Number(has('front0'));
      seen.head += Number(has('head'));
      seen.both += Number(has('front0') && has('head'));
      seen.graded += Number(inference.counts.macs > 0);
      seen.severalCores += Number(chip.cores.length > 1);
      seen.longSteps += Number(chip.input.stepTicks !== undefined);
      seen.readouts += Number(reference.readout.some((value) => value !== 0));
    });
    await fc.assert(property, { numRuns: wanted });
    expect([...refused].filter((code) => !['E0303', 'E0304', 'E0313', 'E0318'].includes(code))).toEqual([]);
    expect(seen.run / seen.drawn).toBeGreaterThan(0.8);
    for (const kind of ['front', 'head', 'both', 'graded', 'severalCores', 'longSteps', 'readouts'] as const)
      expect(seen[kind] / seen.run).toBeGreaterThan(0.1);
  });
});
