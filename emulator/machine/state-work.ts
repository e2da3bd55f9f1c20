/**
 * The work on states that a program does beside neuron updates: bits of planes, flags and parameters, additions and
 * multiplications (spec/energy.md). It does not depend on any data, so it is found once per chip, and kernels count none.
 */
import {
  type Chip,
  type CoreImage,
  formOfRun,
  type OperationOf,
  type PassedOver,
  type Target,
  type TickMnemonic,
  tickRow,
} from '../../isa/machine.ts';
import { newStateWork, STATE_COUNTS, type StateWork } from './counts.ts';
import { coreInstructions, executions, type TickInstruction, tickInstructions } from './programs.ts';

const PARAMETER_BITS = 32;

/**
 * Work of a chip, as the loader delivers it, checked.
 *
 * @param ticks since the reset, with those that are passed over
 */
export function stateWorkOf(chip: Pick<Chip, 'cores' | 'target'>, ticks: number, passed?: PassedOver): StateWork {
  const sum = newStateWork();
  for (const image of chip.cores) {
    const instructions = tickInstructions(image, coreInstructions(image).tick, ticks);
    const updates = instructions.filter(({ operation }) => tickRow(operation.op).work.counted === 'never');
    for (const instruction of instructions)
      for (const { neurons, ticks } of stretches(instruction, updates, passed)) {
        const work = workOf(instruction.operation, neurons, image, chip.target);
        for (const name of STATE_COUNTS) sum[name] += ticks * work[name];
      }
  }
  return sum;
}

/** So many neurons of a run in each of so many ticks. */
interface Stretch {
  readonly neurons: number;
  readonly ticks: number;
}

/**
 * For how many neurons, and in how many ticks, the work of an instruction is counted.
 *
 * @param updates of the core; no neuron is in two of them
 */
function* stretches(
  instruction: TickInstruction,
  updates: readonly TickInstruction[],
  passed: PassedOver | undefined,
): Generator<Stretch> {
  const { operation, start, end } = instruction;
  const { counted } = tickRow(operation.op).work;
  if (counted === 'never' || end <= start) return;
  const { count } = operation.fields;
  const changes = counted === 'always' ? [] : changesOfUpdated(instruction, updates);
  let [tick, updated] = [start, 0];
  for (const change of changes) {
    yield { neurons: count - updated, ticks: executionsOutside(passed, instruction, tick, change.tick) };
    tick = change.tick;
    updated += change.neurons;
  }
  yield { neurons: count - updated, ticks: executionsOutside(passed, instruction, tick, end) };
}

function executionsOutside(
  passed: PassedOver | undefined,
  instruction: TickInstruction,
  from: number,
  to: number,
): number {
  const all = executions(instruction, from, to);
  if (passed === undefined) return all;
  const [first, end] = [Math.max(from, passed.from), Math.min(to, passed.to)];
  return first < end ? all - executions(instruction, first, end) : all;
}

/** When neurons of a run begin or cease to be updated while the instruction is executed: how many more they are, by tick. */
function changesOfUpdated({ operation, start, end }: TickInstruction, updates: readonly TickInstruction[]) {
  const { first, count } = operation.fields;
  return updates
    .flatMap((update) => {
      const run = update.operation.fields;
      const neurons = Math.min(first + count, run.first + run.count) - Math.max(first, run.first);
      const from = Math.max(start, update.start);
      const to = Math.min(end, update.end);
      return neurons <= 0 || to <= from
        ? []
        : [
            { tick: from, neurons },
            { tick: to, neurons: -neurons },
          ];
    })
    .sort((a, b) => a.tick - b.tick);
}

/** Work of one execution for so many neurons of its run. */
export function workOf(
  { op, fields }: OperationOf<TickMnemonic>,
  neurons: number,
  image: CoreImage,
  target: Pick<Target, 'widths' | 'timing'>,
): StateWork {
  const row = tickRow(op);
  const { reads, writes } = row.planes(fields);
  const { additions = 0, multiplierBits = 0, flagsRead = 0, flagsWritten = 0 } = row.work.ofNeuron(fields);
  const width = (planes: readonly number[]): number =>
    planes.reduce((bits, plane) => bits + formOfRun(image, plane, fields, target)!.bits, 0);
  return {
    stateBitsRead: neurons * (width(reads) + flagsRead),
    stateBitsWritten: neurons * (width(writes) + flagsWritten),
    parameterBitsRead: 'period' in fields ? PARAMETER_BITS * parametersOf(fields.period, neurons, target) : 0,
    vectorAdds: neurons * additions,
    multiplierBits: neurons * multiplierBits,
  };
}

/** One parameter that all neurons share is read once for all lanes. */
const parametersOf = (period: number, neurons: number, { timing }: Pick<Target, 'timing'>): number =>
  period === 1 ? Math.ceil(neurons / timing.lanes) : neurons;
