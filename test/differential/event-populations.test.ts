/**
 * Random networks with neurons that are looked at behind every event: what is built does on the emulator and on the
 * interleaved machine what the reference interpreter says that it means, event by event.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ASSIGNMENTS, type BuildResult, decodeGraphFile, ReferenceInterpreter } from '../../compiler/index.ts';
import { DiagnosticError, readChip } from '../../isa/index.ts';
import { buildThatFits, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { inputOf } from '../arbitraries/inputs.ts';
import { arbitraryEventPopulations } from '../arbitraries/populations/networks.ts';
import { arbitraryTarget } from '../arbitraries/targets.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';
import { expectSame } from '../same.ts';
import { differenceFrom } from './interleaved-difference.ts';
import { referenceTicks } from './states.ts';

/** Networks that are drawn; an ordinary run has few. */
const wanted = Number(process.env.SNNC_EVENT_POPULATIONS ?? 24);

const arbitraryCase = fc.record({
  net: arbitraryEventPopulations,
  target: arbitraryTarget,
  assignment: fc.constantFrom(...ASSIGNMENTS),
  weightBits: fc.constantFrom(8, 8, 4, 2),
  stepTicks: fc.constantFrom(undefined, 1, 2, 3),
  density: fc.double({ min: 0.2, max: 1, noNaN: true }),
  seed: fc.integer(),
});
type Case = typeof arbitraryCase extends fc.Arbitrary<infer V> ? V : never;

const seen = { drawn: 0, run: 0, events: 0, several: 0, severalCores: 0, longSteps: 0 };
/** Codes of those that were refused. */
const refused = new Set<string>();

/** undefined where the network does not fit. */
async function built({ net, target, assignment, weightBits, stepTicks }: Case): Promise<BuildResult | undefined> {
  // Delays of steps that last several ticks need as many times the slots.
  const delaySlots = target.limits.delaySlots * (stepTicks ?? 1);
  const roomy = { ...target, limits: { ...target.limits, delaySlots } };
  try {
    return await buildThatFits(net, roomy, { ...TEST_OPTIONS, assignment, weightBits, stepTicks });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    for (const { code } of error.diagnostics) refused.add(code);
    if (error.diagnostics.some(({ code }) => !code.startsWith('E03'))) throw error;
    return undefined;
  }
}

describe('networks of neurons that are looked at behind every event', () => {
  it('have the same spikes, potentials and read-outs in the reference interpreter and on all machines', async () => {
    const property = fc.asyncProperty(arbitraryCase, async (drawn) => {
      seen.drawn++;
      const result = await built(drawn);
      if (result === undefined) return;
      const chip = readChip(result.bytes);
      const input = inputOf(chip, drawn);
      const interpreter = new ReferenceInterpreter(decodeGraphFile(chip.graph!).quantised);
      const { ticks, readout } = referenceTicks(interpreter, chip, input);
      const inference = InterleavedMachine.infer(chip, input);
      expectSame(
        inference.fired,
        ticks.map(({ fired }) => fired),
      );
      expectSame(
        inference.potentials,
        ticks.map(({ potentials }) => potentials),
      );
      expectSame(inference.readout, readout);
      const difference = differenceFrom(inference, chip, input, 'wasm', drawn.seed % 2 === 0 ? 'cycle' : 'none');
      if (difference !== undefined) throw new Error(difference);
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
