/** Networks of populations as they are drawn, built and run for a comparison of the machines. */
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { ASSIGNMENTS, type BuildResult, decodeGraphFile, ReferenceInterpreter } from '../../compiler/index.ts';
import type { KernelKind } from '../../emulator/index.ts';
import { type Chip, DiagnosticError, readChip } from '../../isa/index.ts';
import { buildThatFits, TEST_OPTIONS } from '../arbitraries/builds.ts';
import { inputOf } from '../arbitraries/inputs.ts';
import type { RandomPopulations } from '../arbitraries/populations/networks.ts';
import { arbitraryTarget } from '../arbitraries/targets.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';
import { differenceFrom } from './interleaved-difference.ts';
import { type Course, referenceTicks } from './states.ts';

export const arbitraryPopulationCase = (net: fc.Arbitrary<RandomPopulations>) =>
  fc.record({
    net,
    target: arbitraryTarget,
    assignment: fc.constantFrom(...ASSIGNMENTS),
    weightBits: fc.constantFrom(8, 8, 4, 2),
    stepTicks: fc.constantFrom(undefined, 1, 2, 3),
    density: fc.double({ min: 0.2, max: 1, noNaN: true }),
    seed: fc.integer(),
  });
type PopulationCase = ReturnType<typeof arbitraryPopulationCase> extends fc.Arbitrary<infer V> ? V : never;

/**
 * undefined where the network does not fit, or has a cycle with too little delay.
 *
 * @param refused gets the codes of those that were refused
 */
async function built(
  { net, target, assignment, weightBits, stepTicks }: PopulationCase,
  refused: Set<string>,
): Promise<BuildResult | undefined> {
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

export interface Compared {
  readonly chip: Chip;
  readonly reference: Course;
  readonly inference: ReturnType<typeof InterleavedMachine.infer>;
}

/**
 * Builds a network and runs it on the reference interpreter, the interleaved machine and the emulator with these kernels: all
 * must have the same spikes, potentials and read-outs.
 *
 * @returns undefined where it is refused
 */
export async function compareMachines(
  drawn: PopulationCase,
  kernels: readonly KernelKind[],
  refused: Set<string>,
): Promise<Compared | undefined> {
  const result = await built(drawn, refused);
  if (result === undefined) return undefined;
  const chip = readChip(result.bytes);
  const input = inputOf(chip, drawn);
  const interpreter = new ReferenceInterpreter(decodeGraphFile(chip.graph!).quantised);
  const reference = referenceTicks(interpreter, chip, input);
  const { ticks, readout } = reference;
  const inference = InterleavedMachine.infer(chip, input);
  expect(inference.fired).toEqual(ticks.map(({ fired }) => fired));
  expect(inference.potentials).toEqual(ticks.map(({ potentials }) => potentials));
  expect(inference.readout).toEqual(readout);
  for (const kernel of kernels) {
    const difference = differenceFrom(inference, chip, input, kernel, drawn.seed % 2 === 0 ? 'cycle' : 'none');
    if (difference !== undefined) throw new Error(difference);
  }
  return { chip, reference, inference };
}
