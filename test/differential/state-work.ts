/**
 * Work on states beside neuron updates, from the words of spec/energy.md: tick by tick, instruction by instruction and neuron
 * by neuron. Nothing of it is taken from the rows of the instruction table.
 */
import { type Chip, coreProgram, type CoreImage, type OperationOf, type Target } from '../../isa/index.ts';
import type { TouchExecution } from '../interleaved/inference.ts';

export interface CountedWork {
  stateBitsRead: number;
  stateBitsWritten: number;
  parameterBitsRead: number;
  vectorAdds: number;
  multiplierBits: number;
}

const [V, I] = [0, 1];

type Executed = OperationOf<
  | 'ALU'
  | 'ALUP'
  | 'BIAS'
  | 'COMPARE'
  | 'COMPAREP'
  | 'COUNT'
  | 'CURRENT'
  | 'DECAY'
  | 'EMIT'
  | 'FIRE'
  | 'FIRES'
  | 'FIREV'
  | 'RANDOM'
  | 'READ'
>;

/** What an instruction does for one neuron. */
interface Deed {
  /** Planes. */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly takesParameter?: boolean;
  readonly adds: number;
  readonly multiplied?: number;
  readonly writesFlag?: boolean;
  readonly readsFlag?: boolean;
}

const SET = 2;

function deedOf(operation: Executed): Deed | 'update' {
  switch (operation.op) {
    case 'FIRE':
    case 'FIRES':
    case 'FIREV':
    case 'EMIT':
    case 'READ':
      return 'update';
    case 'BIAS':
      return { reads: [V], writes: [V], takesParameter: true, adds: 1 };
    case 'CURRENT':
      return { reads: [V, I], writes: [V], adds: 1 };
    case 'DECAY': {
      const { plane, kind, bits } = operation.fields;
      const work = kind === 0 ? { adds: 0, multiplied: bits + 1 } : { adds: 1 };
      return { reads: [plane], writes: [plane], takesParameter: true, ...work };
    }
    case 'ALU': {
      const { function: operator, plane, source } = operation.fields;
      return operator === SET
        ? { reads: [source], writes: [plane], adds: 0 }
        : { reads: [plane, source], writes: [plane], adds: 1 };
    }
    case 'ALUP': {
      const { function: operator, plane } = operation.fields;
      return operator === SET
        ? { reads: [], writes: [plane], takesParameter: true, adds: 0 }
        : { reads: [plane], writes: [plane], takesParameter: true, adds: 1 };
    }
    case 'COMPARE': {
      const { plane, source, combine } = operation.fields;
      return { reads: [plane, source], writes: [], adds: 1, writesFlag: true, readsFlag: combine === 1 };
    }
    case 'COMPAREP': {
      const { plane, combine } = operation.fields;
      return { reads: [plane], writes: [], takesParameter: true, adds: 1, writesFlag: true, readsFlag: combine === 1 };
    }
    case 'COUNT': {
      const { plane, into, most } = operation.fields;
      // A pass for every bit that the largest quotient takes.
      const adds = most.toString(2).length;
      return { reads: [plane], writes: [plane, into], takesParameter: true, adds };
    }
    case 'RANDOM':
      return { reads: [], writes: [operation.fields.plane], takesParameter: true, adds: 1 };
  }
}

function widthOf(image: CoreImage, plane: number, neuron: number, target: Target): number {
  const row = (image.planes ?? []).find(
    ({ plane: of, first, count }) => of === plane && neuron >= first && neuron < first + count,
  );
  return row?.bits ?? (plane <= I ? target.widths.vBits : 0);
}

/** Whether a tick is one of those of an EVERY, found turn by turn. */
function turnsHold(
  { start, length, period, times }: Omit<OperationOf<'EVERY'>['fields'], 'skip'>,
  tick: number,
): boolean {
  for (let turn = 0, from = start; from <= tick && (times === 0 || turn < times); turn++, from += period)
    if (tick < from + length) return true;
  return false;
}

/** Work of one inference. @param touched what touch handlers executed in it */
export function countWork(
  chip: Pick<Chip, 'cores' | 'target' | 'ticks'>,
  touched: readonly TouchExecution[] = [],
): CountedWork {
  const sum = { stateBitsRead: 0, stateBitsWritten: 0, parameterBitsRead: 0, vectorAdds: 0, multiplierBits: 0 };
  for (const { operation, neurons, image } of touched) countExecution(operation, neurons, image, chip.target, sum);
  for (const image of chip.cores) {
    const program = coreProgram(image);
    if ('fault' in program) throw new Error(program.fault);
    for (let tick = 0; tick < chip.ticks; tick++) {
      const operations = program.tick
        .filter(({ window }) => window === undefined || (tick >= window.start && tick < window.start + window.length))
        .filter(({ every }) => every === undefined || turnsHold(every, tick))
        .map(({ operation }): Executed => operation);
      const updated = new Set<number>();
      for (const operation of operations)
        if (deedOf(operation) === 'update') for (const neuron of neuronsOf(operation)) updated.add(neuron);
      for (const operation of operations) {
        const held = operation.op === 'BIAS' || operation.op === 'CURRENT';
        const neurons = neuronsOf(operation).filter((neuron) => !(held && updated.has(neuron)));
        countExecution(operation, neurons, image, chip.target, sum);
      }
    }
  }
  return sum;
}

const neuronsOf = ({ fields: { first, count } }: Executed): number[] =>
  Array.from({ length: count }, (_, k) => first + k);

function countExecution(
  operation: Executed,
  neurons: readonly number[],
  image: CoreImage,
  target: Target,
  into: CountedWork,
): void {
  const deed = deedOf(operation);
  if (deed === 'update') return;
  neurons.forEach((neuron, k) => {
    for (const plane of deed.reads) into.stateBitsRead += widthOf(image, plane, neuron, target);
    for (const plane of deed.writes) into.stateBitsWritten += widthOf(image, plane, neuron, target);
    if ('when' in operation.fields && operation.fields.when !== 0) into.stateBitsRead++;
    if (deed.readsFlag === true) into.stateBitsRead++;
    if (deed.writesFlag === true) into.stateBitsWritten++;
    const shared = 'period' in operation.fields && operation.fields.period === 1;
    if (deed.takesParameter === true && (!shared || k % target.timing.lanes === 0)) into.parameterBitsRead += 32;
    into.vectorAdds += deed.adds;
    into.multiplierBits += deed.multiplied ?? 0;
  });
}

const FIGURES = {
  stateBitsRead: 'stateBitRead',
  stateBitsWritten: 'stateBitWritten',
  parameterBitsRead: 'parameterBitRead',
  vectorAdds: 'vectorAdd',
  multiplierBits: 'multiplierBit',
} as const;

/** What of it the counts of a run show: what the target has a figure for. */
export function shownWork(chip: Chip, touched?: readonly TouchExecution[]): Partial<CountedWork> {
  const shown: Partial<CountedWork> = { ...countWork(chip, touched) };
  for (const name of Object.keys(FIGURES) as (keyof CountedWork)[])
    if (chip.target.energy[FIGURES[name]] === undefined) delete shown[name];
  return shown;
}
