/** The static sum of work on states against the same counted neuron by neuron, and where the counts of a run show it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Emulator, KERNEL_KINDS } from '../../../emulator/index.ts';
import { stateWorkOf } from '../../../emulator/machine/state-work.ts';
import {
  type Chip,
  type CoreImage,
  encodeProgram,
  fieldRange,
  type Mnemonic,
  type Operation,
  operationFields,
  type OperationOf,
} from '../../../isa/index.ts';
import { operationLength } from '../../../isa/words.ts';
import { countWork } from '../../differential/state-work.ts';
import { CoreBuilder, sampleChip, tinyTarget } from '../../isa/chips.ts';
import { withoutStateFigures, withStateFigures } from '../../isa/state-figures.ts';
import { cases } from '../../cases.ts';

const TICKS = 7;
const PLANES = 8;

/** Neurons of a run and ticks of a window. */
interface Place {
  readonly first: number;
  readonly count: number;
  readonly start: number;
  readonly length: number;
}

const within = (size: number) =>
  fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).map(([a, b]) => ({ from: Math.min(a, b), size: Math.abs(a - b) + 1 }));

/** What the loader asks of fields that this test does not name. */
const LARGEST: Readonly<Record<string, number>> = { when: 4, function: 4, rounding: 1, address: 0, reserved: 0 };
const LEAST: Readonly<Record<string, number>> = { most: 1 };

function arbitraryOperation(op: Mnemonic, { first, count }: Place): fc.Arbitrary<Operation> {
  const values = operationFields(op).map((field) => {
    const [min, max] = fieldRange(field);
    const { name } = field;
    return [name, fc.integer({ min: LEAST[name] ?? min, max: LARGEST[name] ?? max })] as const;
  });
  return fc
    .record({ ...Object.fromEntries(values), period: fc.constantFrom(1, count) })
    .map((fields) => ({ op, fields: { ...fields, first, count } }) as unknown as Operation);
}

/** An instruction behind a WINDOW that holds it alone. */
const inWindow = (operation: Operation, { start, length }: Place): Operation[] => [
  { op: 'WINDOW', fields: { skip: operationLength(operation.op), start, length } } satisfies OperationOf<'WINDOW'>,
  operation,
];

/** An instruction behind an EVERY that holds it alone, from a tick of the inference on. */
const inTurns = (operation: Operation): fc.Arbitrary<Operation[]> =>
  fc
    .record({ start: fc.nat(TICKS - 1), length: fc.integer({ min: 1, max: 3 }), more: fc.nat(3), times: fc.nat(3) })
    .map(({ start, length, more, times }) => [
      {
        op: 'EVERY',
        fields: { skip: operationLength(operation.op), start, length, period: length + more, times },
      } satisfies OperationOf<'EVERY'>,
      operation,
    ]);

const statewise = ['ALU', 'ALUP', 'BIAS', 'COMPARE', 'COMPAREP', 'COUNT', 'CURRENT', 'DECAY', 'RANDOM'] as const;
const updates = ['EMIT', 'FIRE', 'FIRES', 'FIREV', 'READ'] as const;

/** Any instruction on the states of neurons `from` .. `from + size - 1`, in any ticks, or in all of them. */
const onStates = (from: number, size: number): fc.Arbitrary<Operation[]> =>
  fc.tuple(fc.constantFrom(...statewise), within(size), fc.option(within(TICKS))).chain(([op, run, ticks]) => {
    const { from: start, size: length } = ticks ?? { from: 0, size: TICKS };
    const place = { first: from + run.from, count: run.size, start, length };
    return arbitraryOperation(op, place).chain((operation) =>
      ticks === null
        ? fc.oneof(fc.constant<Operation[]>([operation]), inTurns(operation))
        : fc.constant(inWindow(operation, place)),
    );
  });

/** Updates of all neurons, each in one of them. */
const onAll = (neurons: number): fc.Arbitrary<Operation[]> =>
  fc.uniqueArray(fc.integer({ min: 1, max: neurons - 1 }), { maxLength: 3 }).chain((cuts) => {
    const starts = [0, ...cuts.sort((a, b) => a - b), neurons];
    const parts = starts.slice(1).map((end, k) =>
      fc.tuple(fc.constantFrom(...updates), within(TICKS)).chain(([op, ticks]) => {
        const window = op === 'READ' ? { start: TICKS - 1, length: 1 } : { start: ticks.from, length: ticks.size };
        const place = { first: starts[k]!, count: end - starts[k]!, ...window };
        return arbitraryOperation(op, place).map((operation) => inWindow(operation, place));
      }),
    );
    return fc.tuple(...parts).map((found) => found.flat());
  });

/** Two runs of neurons, each of which holds its planes in widths of its own; 0: as it is without a row. */
const arbitraryCore = (core: number): fc.Arbitrary<CoreImage> =>
  fc
    .record({
      sizes: fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })),
      bits: fc.array(fc.nat(24), { minLength: 2 * PLANES, maxLength: 2 * PLANES }),
    })
    .chain(({ sizes: [a, b], bits }) =>
      fc
        .tuple(fc.array(onStates(0, a), { maxLength: 6 }), fc.array(onStates(a, b), { maxLength: 6 }), onAll(a + b))
        .chain(([left, right, all]) =>
          fc.shuffledSubarray([...left, ...right, all], { minLength: left.length + right.length + 1 }),
        )
        .map((parts): CoreImage => {
          const { words } = encodeProgram([...parts.flat(), { op: 'END', fields: {} }]);
          const planes = bits.flatMap((width, k) => {
            const [first, count] = k % 2 === 0 ? [0, a] : [a, b];
            const row = {
              plane: Math.floor(k / 2),
              policy: 'wrap' as const,
              bits: width,
              first,
              count,
              min: 0,
              max: 0,
            };
            return width === 0 ? [] : [row];
          });
          const end = encodeProgram([{ op: 'END', fields: {} }]).words;
          return {
            ...new CoreBuilder(core, a + b).build([], []),
            program: Uint32Array.from([...words, ...end]),
            tickHandler: 0,
            resetHandler: words.length,
            planes,
          };
        }),
    );

const arbitraryChip = fc
  .record({ cores: fc.tuple(arbitraryCore(0), arbitraryCore(1)), lanes: fc.integer({ min: 1, max: 5 }) })
  .map(({ cores, lanes }) => {
    const target = tinyTarget();
    return { cores, ticks: TICKS, target: { ...target, timing: { ...target.timing, lanes } } };
  });

describe('stateWorkOf', () => {
  it('is what every instruction does for each of its neurons in each of its ticks', () => {
    const met = { stateBitsRead: 0, stateBitsWritten: 0, parameterBitsRead: 0, vectorAdds: 0, multiplierBits: 0 };
    fc.assert(
      fc.property(arbitraryChip, (chip) => {
        const work = stateWorkOf(chip, chip.ticks);
        expect(work).toEqual(countWork(chip));
        for (const name of Object.keys(met) as (keyof typeof met)[]) met[name] += work[name];
      }),
      { numRuns: cases(150) },
    );
    for (const sum of Object.values(met)) expect(sum).toBeGreaterThan(0);
  });

  it('holds BIAS and CURRENT only where nothing updates their neurons in the same tick', () => {
    const core = new CoreBuilder(0, 6);
    const address = core.parameters(1, 2, 3, 4, 5, 6);
    const fire = 'FIRE compare=ge reset=subtract period=1 resetValue=0 tree=0';
    const image = core.build(
      [
        `BIAS first=0 count=6 address=${address} period=1`,
        'CURRENT first=0 count=6',
        'WINDOW skip=@first start=1 length=2',
        `${fire} first=0 count=4 address=${address}`,
        'first:',
        'WINDOW skip=@second start=2 length=2',
        `${fire} first=4 count=2 address=${address}`,
        'second:',
      ],
      [],
    );
    // Neurons without an update: 6 in tick 0, 2 in tick 1, none in tick 2, 4 in tick 3. Lanes of 4, states of 24 bits.
    expect(stateWorkOf({ cores: [image], target: tinyTarget() }, 4)).toEqual({
      stateBitsRead: (6 + 2 + 4) * (24 + 2 * 24),
      stateBitsWritten: (6 + 2 + 4) * (24 + 24),
      parameterBitsRead: (2 + 1 + 1) * 32,
      vectorAdds: (6 + 2 + 4) * 2,
      multiplierBits: 0,
    });
  });
});

/** Its three accumulators get a bias in four ticks, and are read in the last of them. */
const figured = sampleChip(withStateFigures(tinyTarget()));
const names = ['stateBitsRead', 'stateBitsWritten', 'parameterBitsRead', 'vectorAdds', 'multiplierBits'] as const;

describe.each(KERNEL_KINDS)('counts of the emulator with %s kernels', (kernels) => {
  const countsAfter = (chip: Chip, inferences: number) => {
    const emulator = new Emulator(chip, { timing: 'none', kernels });
    for (let k = 0; k < inferences; k++) emulator.infer(new Int16Array(16));
    return emulator.counts();
  };

  it('show the work of every inference', () => {
    const once = countWork(figured);
    expect(once).toMatchObject({ stateBitsRead: 3 * 3 * 24, parameterBitsRead: 3 * 3 * 32, vectorAdds: 3 * 3 });
    for (const inferences of [0, 1, 3]) {
      const counts = countsAfter(figured, inferences);
      for (const name of names) expect(counts[name]).toBe(inferences * once[name]);
    }
  });

  it('show none where the target has no figure for it; all else is the same', () => {
    const { stateBitsRead: _, stateBitsWritten: __, parameterBitsRead: ___, ...others } = countsAfter(figured, 2);
    const { vectorAdds: ____, multiplierBits: _____, ...rest } = others;
    const without = countsAfter({ ...figured, target: withoutStateFigures(figured.target) }, 2);
    expect(without).toStrictEqual(rest);
  });
});
