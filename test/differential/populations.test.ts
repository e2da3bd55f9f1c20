/**
 * Random networks of populations: what is built does on the emulator, with either kind of kernels, and on the interleaved
 * machine what the reference interpreter says that it means.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ASSIGNMENTS, type BuildResult, decodeGraphFile, ReferenceInterpreter } from '../../compiler/index.ts';
import { KERNEL_KINDS } from '../../emulator/index.ts';
import { type Chip, DiagnosticError, readChip } from '../../isa/index.ts';
import { buildThatFits, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { inputOf } from '../arbitraries/inputs.ts';
import { arbitraryPopulations, type RandomPopulations } from '../arbitraries/populations/networks.ts';
import { arbitraryTarget } from '../arbitraries/targets.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';
import { expectSame } from '../same.ts';
import { differenceFrom } from './interleaved-difference.ts';
import { referenceTicks } from './states.ts';

/** Networks that are run; an ordinary run has few. */
const wanted = Number(process.env.SNNC_POPULATIONS ?? 500);

const arbitraryCase = fc.record({
  net: arbitraryPopulations,
  target: arbitraryTarget,
  assignment: fc.constantFrom(...ASSIGNMENTS),
  weightBits: fc.constantFrom(8, 8, 4, 2),
  stepTicks: fc.constantFrom(undefined, 1, 2, 3),
  density: fc.double({ min: 0.2, max: 1, noNaN: true }),
  seed: fc.integer(),
});
type Case = typeof arbitraryCase extends fc.Arbitrary<infer V> ? V : never;

const seen = { drawn: 0, run: 0, spiking: 0, recurrent: 0, programs: 0, severalCores: 0, readouts: 0, longSteps: 0 };
const neurons = new Map<string, number>();
/** Codes of those that were refused. */
const refused = new Map<string, number>();

/** undefined where the network does not fit, or has a cycle with too little delay. */
async function built({ net, target, assignment, weightBits, stepTicks }: Case): Promise<BuildResult | undefined> {
  // Delays of steps that last several ticks need as many times the slots.
  const delaySlots = target.limits.delaySlots * (stepTicks ?? 1);
  const roomy = { ...target, limits: { ...target.limits, delaySlots } };
  try {
    return await buildThatFits(net, roomy, { ...TEST_OPTIONS, assignment, weightBits, stepTicks });
  } catch (error) {
    if (!(error instanceof DiagnosticError) || error.diagnostics.some(({ code }) => !code.startsWith('E03')))
      throw error;
    for (const { code } of error.diagnostics) refused.set(code, (refused.get(code) ?? 0) + 1);
    return undefined;
  }
}

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
      for (const kernels of KERNEL_KINDS) {
        const difference = differenceFrom(inference, chip, input, kernels, drawn.seed % 2 === 0 ? 'cycle' : 'none');
        if (difference !== undefined) throw new Error(difference);
      }
      note(drawn.net, chip, ticks.flatMap(({ fired }) => fired.flat()).length, readout);
    });
    await fc.assert(property, { numRuns: Math.ceil(wanted * 1.12) });
    expect(seen.run).toBeGreaterThanOrEqual(wanted);
    expect(seen.run / seen.drawn).toBeGreaterThan(0.9);
    // Wide pools, cycles with too little delay, and delays that no scheduler holds.
    expect([...refused.keys()].filter((code) => !['E0303', 'E0304', 'E0313', 'E0318'].includes(code))).toEqual([]);
    for (const kind of ['spiking', 'readouts'] as const) expect(seen[kind] / seen.run).toBeGreaterThan(0.6);
    for (const kind of ['recurrent', 'programs', 'severalCores', 'longSteps'] as const)
      expect(seen[kind] / seen.run).toBeGreaterThan(0.2);
    for (const kind of ['if', 'lif', 'cubalif', 'alif', 'i', 'li', 'cubali', 'program'])
      expect(neurons.get(kind) ?? 0).toBeGreaterThan(seen.run / 50);
  });
});
