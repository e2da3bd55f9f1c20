/** The handlers of a core as the instructions that they execute, in order. Decoded once, when the chip is loaded. */
import {
  type CoreImage,
  type CoreProgram,
  coreProgram,
  type EventMnemonic,
  fail,
  type OperationOf,
  recurrenceOf,
  type ResetMnemonic,
  resetRow,
  type Target,
  type TickMnemonic,
  type WindowedOperation,
} from '../../isa/machine.ts';

/** Ticks in which an instruction of the tick handler is executed: the first `length` of every `period` of [start, end). */
export interface TickRange {
  readonly start: number;
  readonly end: number;
  readonly length: number;
  readonly period: number;
}

export const executedIn = ({ start, end, length, period }: TickRange, tick: number): boolean =>
  tick >= start && tick < end && (tick - start) % period < length;

/** In how many ticks of [from, to), which lies in [start, end), it is executed. */
export function executions({ start, length, period }: TickRange, from: number, to: number): number {
  const before = (tick: number): number =>
    Math.floor((tick - start) / period) * length + Math.min(length, (tick - start) % period);
  return before(to) - before(from);
}

export const haveSameTicks = (a: TickRange, b: TickRange): boolean =>
  a.start === b.start && a.end === b.end && a.length === b.length && a.period === b.period;

/** An instruction of the tick handler. */
export interface TickInstruction<M extends TickMnemonic = TickMnemonic> extends TickRange {
  readonly operation: OperationOf<M>;
}

/** What READ sends to the host in the last tick: the potentials of so many neurons, on a tree. */
export interface ReadRun {
  readonly tree: number;
  readonly count: number;
}

/** A program that the loader's checks should have refused; never caused by the data of a run. */
function refuse({ core }: CoreImage, word: number, fault: string): never {
  return fail('E0405', fault, { core, section: 'program', word }, 'rebuild the file with snnc build');
}

/** A handler that events run. */
export interface EventHandler {
  /** Axons of the largest group that runs it. */
  readonly axons: number;
  readonly operations: readonly OperationOf<EventMnemonic>[];
}

/** What the handlers of a core execute. */
export interface CoreInstructions {
  /** By word address. */
  readonly handlers: ReadonlyMap<number, EventHandler>;
  readonly tick: CoreProgram['tick'];
  readonly reset: readonly OperationOf<ResetMnemonic>[];
  /** Of a core in event mode what every event executes behind its synapses. */
  readonly touch: CoreProgram['touch'];
}

/** @throws E0405 where the loader should have refused the program */
export function coreInstructions(image: CoreImage): CoreInstructions {
  const program = coreProgram(image);
  if ('fault' in program) return refuse(image, program.at, program.fault);
  const handlers = new Map<number, EventHandler>();
  for (const { group, operations } of program.groups) {
    const known = handlers.get(group.handler);
    handlers.set(group.handler, {
      axons: Math.max(group.axonCount, known?.axons ?? 0),
      operations: known?.operations ?? operations.map(({ operation }) => operation),
    });
  }
  const reset = program.reset.map(({ operation }) => operation);
  return { handlers, tick: program.tick, reset, touch: program.touch };
}

/**
 * Instructions of the tick or touch handler with the ticks in which each one is executed.
 *
 * @throws E0405 where the loader should have refused the program
 */
export function tickInstructions<M extends TickMnemonic>(
  image: CoreImage,
  tick: readonly WindowedOperation<M>[],
  ticks: number,
): TickInstruction<M>[] {
  return tick.map(({ operation, at, ...gates }) => {
    const { start, length, period, times } = recurrenceOf(gates, ticks);
    if (operation.op === 'READ' && start < ticks - 1) refuse(image, at, 'READ before the last tick');
    const end = times === 0 ? ticks : Math.min(ticks, start + times * period);
    return { operation, start, end, length, period };
  });
}

/** Cycles of a reset handler. */
export const cyclesOfReset = (reset: CoreInstructions['reset'], timing: Target['timing']): number =>
  reset.reduce((sum, { op, fields }) => sum + resetRow(op).cycles.perUnit(fields, timing), 0);
