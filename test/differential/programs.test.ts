/** Random programs on the emulator, with either kind of kernels, and on the interleaved machine. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type KernelKind, KERNEL_KINDS } from '../../emulator/index.ts';
import {
  type Chip,
  type CoreImage,
  type CoreProgram,
  coreProgram,
  DiagnosticError,
  encodeChip,
  type Mnemonic,
  type Operation,
  operationFields,
  OPS,
  readChip,
  type Target,
  verifyChip,
} from '../../isa/index.ts';
import { inputOf } from '../arbitraries/inputs.ts';
import { arbitraryProgram, programChip } from '../arbitraries/programs/chips.ts';
import { arbitraryMultiplyCycles, arbitraryFixedTick, arbitraryTiming, withFixedTick } from '../arbitraries/timings.ts';
import { arbitraryVariation, vary } from '../arbitraries/variations.ts';
import { cases } from '../cases.ts';
import type { InterleavedInference } from '../interleaved/inference.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';
import { arbitraryGrid, asGrid } from '../isa/grids.ts';
import { differenceFrom } from './interleaved-difference.ts';

const wanted = cases(60);

const arbitraryCase = fc.record({
  program: arbitraryProgram,
  timing: arbitraryTiming,
  multiplyCycles: fc.option(arbitraryMultiplyCycles),
  fixedTick: arbitraryFixedTick,
  grid: fc.option(arbitraryGrid, { freq: 2 }),
  /** null: the chip as it was made. */
  variation: fc.option(arbitraryVariation, { freq: 1 }),
  density: fc.double({ min: 0.2, max: 1, noNaN: true }),
  seed: fc.integer(),
});
type Case = typeof arbitraryCase extends fc.Arbitrary<infer V> ? V : never;

/** The chip as the loader reads it; undefined where its range proof does not close. */
function accepted(chip: Chip): Chip | undefined {
  try {
    return readChip(encodeChip(chip));
  } catch (error) {
    if (error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code === 'E0406')) return undefined;
    throw error;
  }
}

function chipOf({ program, timing, multiplyCycles, fixedTick, grid, variation }: Case): Chip | undefined {
  const made = programChip(program);
  const figures = { ...timing, ...(multiplyCycles !== null && { multiplyCycles }) };
  const timed: Target = { ...made.target, timing: { ...made.target.timing, ...figures } };
  const placed = grid === null ? timed : asGrid(timed, grid);
  const chip = { ...made, target: fixedTick === null ? placed : withFixedTick(placed, fixedTick) };
  return (variation === null ? undefined : accepted(vary(chip, variation))) ?? accepted(chip);
}

const seen = {
  drawn: 0,
  run: 0,
  spiking: 0,
  planes: 0,
  lateInput: 0,
  delayedInput: 0,
  every: 0,
  recurrent: 0,
  stalls: 0,
  delayed: 0,
  macs: 0,
  graded: 0,
  signed: 0,
};

const programOf = (core: CoreImage): CoreProgram => {
  const program = coreProgram(core);
  if ('fault' in program) throw new Error(program.fault);
  return program;
};

/** Both kinds of kernels with timing, and one of them without. */
const runsOf = ({ seed }: Case): readonly (readonly [KernelKind, 'cycle' | 'none'])[] => [
  ...KERNEL_KINDS.map((kernels) => [kernels, 'cycle'] as const),
  [KERNEL_KINDS[Math.abs(seed) % KERNEL_KINDS.length]!, 'none'],
];

/** Whether the spikes of a core come back to it. */
function hearsItself(core: CoreImage): boolean {
  const trees = programOf(core).tick.flatMap(({ operation: { fields } }) => ('tree' in fields ? [fields.tree] : []));
  return core.sinks.some(({ tree }) => trees.includes(tree));
}

/** Whether a core hears input later than in its tick. */
const delaysInput = ({ sinks }: CoreImage, { input }: Chip): boolean =>
  sinks.some(({ tree, delay }) => delay > 0 && input.parts.some((part) => part.tree === tree));

function note(chip: Chip, { counts, traffic }: InterleavedInference): void {
  seen.run++;
  seen.spiking += Number(counts.spikes > 0);
  seen.planes += Number(chip.cores.some(({ planes }) => planes !== undefined));
  seen.lateInput += Number(chip.input.ticks !== undefined);
  seen.delayedInput += Number(chip.cores.some((core) => delaysInput(core, chip)));
  seen.every += Number(chip.cores.some((core) => programOf(core).tick.some(({ every }) => every !== undefined)));
  seen.recurrent += Number(chip.cores.some(hearsItself));
  seen.graded += Number(counts.spikes > 0 && chip.cores.some((core) => kindsOf(core).includes('EMIT payload 1')));
  seen.signed += Number(counts.spikes > 0 && chip.cores.some((core) => kindsOf(core).includes('FIRES')));
  seen.macs += Number(counts.macs > 0);
  seen.stalls += Number(traffic.stallCycles > 0);
  seen.delayed += Number(traffic.delayed > 0);
}

/** What instructions, by name and by the fields that choose between kinds of work. */
function kindsOf(core: CoreImage): string[] {
  const { groups, tick, reset } = programOf(core);
  const operations: Operation[] = [...groups.flatMap((group) => group.operations), ...tick, ...reset].map(
    ({ operation }) => operation,
  );
  return operations.flatMap(({ op, fields }) => [
    op,
    ...CHOICES.flatMap((name) =>
      name in fields ? [`${op} ${name} ${(fields as Record<string, number>)[name]!}`] : [],
    ),
  ]);
}
const CHOICES = [
  ...[
    'kind',
    'rounding',
    'function',
    'when',
    'op',
    'combine',
    'flag',
    'reset',
    'compare',
    'plane',
    'payload',
    'counter',
  ],
  ...['bank', 'width', 'unsigned', 'wide'],
];

/** The same of the whole instruction set, without what no chip may have. */
function allKinds(): string[] {
  const values = (op: Mnemonic, name: string): number[] => {
    const found = operationFields(op).find((each) => each.name === name);
    if (found === undefined || (op === 'EMIT' && name === 'kind')) return [];
    const most = found.names?.length ?? 2 ** found.bits;
    return [...new Array(most).keys()].filter((value) => value > 0 || name !== (op === 'RESETP' ? 'plane' : 'counter'));
  };
  return (Object.keys(OPS) as Mnemonic[])
    .filter((op) => op !== 'WINDOW' && op !== 'EVERY' && op !== 'END')
    .flatMap((op) => [op, ...CHOICES.flatMap((name) => values(op, name).map((value) => `${op} ${name} ${value}`))]);
}

describe('random programs', () => {
  it('are accepted for the most part, and have every instruction in all its kinds, on planes of every policy', () => {
    const kinds = new Set<string>();
    const policies = new Set<string>();
    let drawn = 0;
    let taken = 0;
    const property = fc.property(arbitraryProgram, (recipe) => {
      drawn++;
      const chip = programChip(recipe);
      if (verifyChip(chip).length > 0) return;
      taken++;
      for (const core of chip.cores) {
        for (const kind of kindsOf(core)) kinds.add(kind);
        for (const { plane, policy, min } of core.planes ?? []) policies.add(`${plane} ${policy} ${min < 0}`);
      }
    });
    fc.assert(property, { numRuns: 200 });
    expect(taken / drawn).toBeGreaterThan(0.9);
    expect(allKinds().filter((kind) => !kinds.has(kind))).toEqual([]);
    const all = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((plane) => ['wrap', 'saturate'].map((policy) => `${plane} ${policy}`));
    expect(all.filter((each) => !policies.has(`${each} true`) || !policies.has(`${each} false`))).toEqual([]);
  });
});

describe('programs', () => {
  it('have the same spikes, potentials, read-outs, counts and cycles on all machines', () => {
    const property = fc.property(arbitraryCase, (drawn) => {
      seen.drawn++;
      const chip = chipOf(drawn);
      if (chip === undefined) return;
      const input = inputOf(chip, drawn);
      const inference = InterleavedMachine.infer(chip, input);
      for (const [kernels, timing] of runsOf(drawn)) {
        const difference = differenceFrom(inference, chip, input, kernels, timing);
        if (difference !== undefined) throw new Error(difference);
      }
      note(chip, inference);
    });
    fc.assert(property, { numRuns: Math.ceil(wanted * 1.15) });
    expect(seen.run).toBeGreaterThanOrEqual(wanted);
    expect(seen.run / seen.drawn).toBeGreaterThan(0.9);
    for (const kind of ['spiking', 'planes'] as const) expect(seen[kind] / seen.run).toBeGreaterThan(0.7);
    for (const kind of [
      'lateInput',
      'delayedInput',
      'every',
      'recurrent',
      'stalls',
      'delayed',
      'macs',
      'graded',
      'signed',
    ] as const)
      expect(seen[kind] / seen.run).toBeGreaterThan(0.2);
  });
});
