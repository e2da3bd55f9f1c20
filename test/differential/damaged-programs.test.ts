/**
 * Random programs with changes in the memories of their cores: what the loader still takes stays within what it has proven.
 * The interleaved machine throws where a plane leaves its width, or an axon holds what its group does not declare.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KERNEL_KINDS } from '../../emulator/index.ts';
import { type AxonGroup, type Chip, type CoreImage, coreProgram, verifyChip } from '../../isa/index.ts';
import { arbitraryProgram, programChip } from '../arbitraries/programs/chips.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { cases } from '../cases.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';
import { differenceFrom } from './interleaved-difference.ts';

const runs = cases(150);

type Change = (core: CoreImage, at: number, value: number) => Partial<CoreImage>;

/** Ranges that groups declare are narrowed, words lose or gain a bit, parameters become other numbers. */
const CHANGES: readonly Change[] = [
  ({ program }, at, value) => {
    const word = program[at % program.length]!;
    return { program: program.with(at % program.length, word ^ (1 << (value & 31))) };
  },
  ({ parameters }, at, value) => ({ parameters: parameters.with(at % parameters.length, value) }),
  ({ groups }, at, value) => ({
    groups: groups.map((group, g) => {
      if (g !== at % groups.length) return group;
      const { payloadMin, payloadMax } = group;
      return value % 2 === 0
        ? { ...group, payloadMin: Math.min(0, payloadMin + (value & 7)) }
        : { ...group, payloadMax: Math.max(0, payloadMax - (value & 7)) };
    }),
  }),
];

const arbitraryCase = fc.record({
  program: arbitraryProgram,
  change: fc.constantFrom(...CHANGES),
  core: fc.nat(),
  at: fc.nat(),
  value: fc.integer({ min: -300, max: 300 }),
  seed: fc.integer(),
});

/** Mostly the ends of the range of the input, which drive states furthest. */
function extremeInput({ input, ticks }: Chip, seed: number): Int16Array {
  const random = seededRandom(seed);
  const size = input.shape[0] * (input.ticks ?? Math.min(1, ticks));
  return Int16Array.from({ length: size }, () => (random() < 0.5 ? input.payloadMin : input.payloadMax));
}

const isGraded = (core: CoreImage): boolean => {
  const program = coreProgram(core);
  return (
    !('fault' in program) && program.tick.some(({ operation: { op, fields } }) => op === 'EMIT' && fields.payload === 1)
  );
};

const isTaken = (chip: Chip): boolean => verifyChip(chip).length === 0;

const withGroup = (chip: Chip, at: number, g: number, change: Partial<AxonGroup>): Chip => {
  const core = chip.cores[at]!;
  const groups = core.groups.with(g, { ...core.groups[g]!, ...change });
  return { ...chip, cores: chip.cores.with(at, { ...core, groups }) };
};

/** The value nearest to 0 that is taken as the declared one is; all between the two are taken. */
function nearestTaken(declared: number, isTaken: (value: number) => boolean): number {
  let [low, high] = [0, Math.abs(declared)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isTaken(Math.sign(declared) * middle)) high = middle;
    else low = middle + 1;
  }
  return Math.sign(declared) * high;
}

/** The same chip, whose groups declare no more than the loader asks for. */
function tightened(chip: Chip): Chip {
  let tight = chip;
  chip.cores.forEach((core, at) => {
    for (let g = 0; g < core.groups.length; g++)
      for (const end of ['payloadMax', 'payloadMin'] as const) {
        const withEnd = (value: number): Chip => withGroup(tight, at, g, { [end]: value });
        const declared = core.groups[g]![end];
        const least = nearestTaken(declared, (value) => isTaken(withEnd(value)));
        if (least !== declared) tight = withEnd(least);
      }
  });
  return tight;
}

describe('a random program with a change', () => {
  it('is refused, or runs within what is proven, alike on all machines', () => {
    const seen = { accepted: 0, refused: 0, graded: 0 };
    fc.assert(
      fc.property(arbitraryCase, ({ program, change, core: index, at, value, seed }) => {
        const made = programChip(program);
        const changed = index % made.cores.length;
        const core = made.cores[changed]!;
        if (core.groups.length === 0 || core.parameters.length === 0) return;
        const chip = { ...made, cores: made.cores.with(changed, { ...core, ...change(core, at, value) }) };
        if (verifyChip(chip).length > 0) {
          seen.refused++;
          return;
        }
        seen.accepted++;
        seen.graded += Number(chip.cores.some(isGraded));
        const input = extremeInput(chip, seed);
        const inference = InterleavedMachine.infer(chip, input);
        const kernels = KERNEL_KINDS[Math.abs(seed) % KERNEL_KINDS.length]!;
        expect(differenceFrom(inference, chip, input, kernels)).toBeUndefined();
      }),
      { numRuns: runs },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(runs / 8);
  });

  it('stays within the narrowest ranges of payloads that the loader takes', () => {
    let narrowed = 0;
    fc.assert(
      fc.property(arbitraryProgram, fc.integer(), (program, seed) => {
        const made = programChip({ ...program, neurons: Math.min(program.neurons, 6) });
        if (!made.cores.some(isGraded) || !isTaken(made)) return;
        const chip = tightened(made);
        narrowed += Number(chip !== made);
        // It throws where an axon holds more.
        for (const more of [0, 1]) InterleavedMachine.infer(chip, extremeInput(chip, seed + more));
      }),
      { numRuns: Math.ceil(runs / 2) },
    );
    expect(narrowed).toBeGreaterThan(runs / 32);
  });
});
