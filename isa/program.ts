/** The program of a core: from word addresses to instructions, in the order and in the ticks in which they are executed. */
import type { AxonGroup, CoreImage } from './chip.ts';
import { isTouching, TOUCH_MNEMONICS, type TouchMnemonic } from './event-mode.ts';
import {
  type Executed,
  isExecutedBy,
  isOrder,
  type Mnemonic,
  type OperationOf,
  type OrderMnemonic,
  rowOf,
} from './ops.ts';
import type { Gates } from './recurrence.ts';
import { type DecodeFault, decodeOperation, operationLength } from './words.ts';

/** An instruction and the word address where it stands. */
export interface PlacedOperation<M extends Mnemonic = Mnemonic> {
  readonly operation: OperationOf<M>;
  readonly at: number;
}

/** A handler: its instructions in order, END included as the last one. */
export interface Handler {
  readonly operations: readonly PlacedOperation[];
  /** Word address behind END. */
  readonly end: number;
}

/** Why a handler cannot be decoded, and where. */
export interface HandlerFault extends DecodeFault {
  readonly at: number;
}

/** An instruction of a tick handler with the ticks in which it is executed: those of its gate, or all without one. */
export interface WindowedOperation<M extends Mnemonic = Exclude<Mnemonic, OrderMnemonic>>
  extends PlacedOperation<M>, Gates {}

/**
 * Decodes the handler that starts at word address `at`, up to and including END. The work is bounded by the length of
 * the program: there are no backward jumps.
 *
 * @returns the handler, or the first fault and its word address
 */
function decodeHandler(program: Uint32Array, at: number): Handler | HandlerFault {
  if (!Number.isInteger(at) || at < 0 || at >= program.length)
    return { fault: `the handler address lies outside of the program of ${program.length} words`, at };
  const operations: PlacedOperation[] = [];
  let next = at;
  for (;;) {
    const operation = decodeOperation(program, next);
    if ('fault' in operation) return { fault: operation.fault, at: next };
    operations.push({ operation, at: next });
    next += operationLength(operation.op);
    if (operation.op === 'END') return { operations, end: next };
  }
}

/**
 * Resolves the gates of a tick handler, WINDOW and EVERY: each following instruction gets the ticks in which it is executed.
 * Gates do not nest, hold at least one instruction, and end at an instruction of the same handler (END at the latest).
 *
 * @returns the instructions without gates and END, or the first fault
 */
export function resolveWindows(handler: Handler): readonly WindowedOperation[] | HandlerFault {
  const resolved: WindowedOperation[] = [];
  let gate: OperationOf<'WINDOW' | 'EVERY'> | undefined;
  let end = 0;
  for (const { operation, at } of handler.operations) {
    if (at === end) gate = undefined;
    const inside = gate !== undefined && (at > end || operation.op === 'END');
    if (inside) return { fault: `${gate!.op} ends at word ${end}, inside of an instruction`, at };
    if (operation.op === 'WINDOW' || operation.op === 'EVERY') {
      const { op, fields } = operation;
      if (gate !== undefined) return { fault: `${op} inside of ${gate.op === 'EVERY' ? 'an' : 'a'} ${gate.op}`, at };
      end = at + operationLength(op) + fields.skip;
      if (fields.skip === 0) return { fault: `${op} that gates nothing`, at };
      if (end >= handler.end) return { fault: `${op} skips beyond the END of its handler`, at };
      gate = operation;
    } else if (!isOrder(operation))
      resolved.push({
        operation,
        at,
        window: gate?.op === 'WINDOW' ? gate.fields : undefined,
        every: gate?.op === 'EVERY' ? gate.fields : undefined,
      });
  }
  return resolved;
}

/** All handlers of a core by address; groups may share a handler. */
export interface ProgramHandlers {
  readonly handlers: ReadonlyMap<number, Handler>;
}

/** Where the program of a core stands, and which words of it are handlers. */
type ProgramMemory = Pick<CoreImage, 'program' | 'groups' | 'tickHandler' | 'resetHandler' | 'touchHandler'>;

/**
 * Decodes every handler of a core. Handlers either are the same or do not touch, and together they fill the program:
 * there are no words that no handler executes, so that a program has one form only.
 */
export function decodeProgram(core: ProgramMemory): ProgramHandlers | HandlerFault {
  const { groups, tickHandler, resetHandler, touchHandler = tickHandler } = core;
  const starts = new Set([...groups.map((group) => group.handler), tickHandler, resetHandler, touchHandler]);
  const handlers = new Map<number, Handler>();
  let next = 0;
  for (const at of [...starts].sort((a, b) => a - b)) {
    if (at < next) return { fault: `handler ${at} starts inside of another handler`, at };
    if (at > next) return { fault: `words ${next}..${at - 1} belong to no handler`, at: next };
    const handler = decodeHandler(core.program, at);
    if ('fault' in handler) return handler;
    handlers.set(at, handler);
    next = handler.end;
  }
  if (next !== core.program.length)
    return { fault: `words ${next}..${core.program.length - 1} belong to no handler`, at: next };
  return { handlers };
}

/**
 * The instructions of a handler that a handler of its kind executes, one after the other.
 *
 * @param misplaced called in between for each one that belongs into a handler of another kind
 */
export function* executed<T extends keyof Executed, P extends PlacedOperation>(
  operations: readonly P[],
  trigger: T,
  misplaced: (fault: HandlerFault) => void,
): Generator<P & PlacedOperation<Executed[T]>> {
  for (const placed of operations) {
    const { operation, at } = placed;
    const { trigger: belongs } = rowOf(operation.op);
    if (isExecutedBy(operation, trigger)) yield { ...placed, operation };
    else if (belongs !== 'any' && belongs !== trigger)
      misplaced({
        fault: `${operation.op} stands in the ${trigger} handler; it belongs to the ${belongs} handler${remedy(trigger, belongs)}`,
        at,
      });
  }
}

/** What is there for those who want to look at a threshold after every event. */
const remedy = (trigger: keyof Executed, belongs: string): string =>
  trigger === 'event' && belongs === 'tick'
    ? ', or to the touch handler of a core in event mode: without the mode, events have no order'
    : '';

/**
 * The instructions of a touch handler.
 *
 * @param misplaced called in between for each one that no touch handler executes
 */
export function* touching(
  operations: readonly WindowedOperation[],
  misplaced: (fault: HandlerFault) => void,
): Generator<WindowedOperation<TouchMnemonic>> {
  for (const placed of operations) {
    const { operation, at } = placed;
    if (isExecutedBy(operation, 'tick') && isTouching(operation)) yield { ...placed, operation };
    else misplaced({ fault: `${operation.op} in a touch handler, which executes ${TOUCH_MNEMONICS.join(', ')}`, at });
  }
}

/** What a core executes, in order. */
export interface CoreProgram {
  /** What an event executes, by axon group. Groups that share a handler share the instructions. */
  readonly groups: readonly GroupProgram[];
  readonly tick: readonly WindowedOperation<Executed['tick']>[];
  readonly reset: readonly PlacedOperation<Executed['reset']>[];
  /** Of a core in event mode what every event executes behind its synapses; else nothing. */
  readonly touch: readonly WindowedOperation<TouchMnemonic>[];
}

export interface GroupProgram {
  readonly group: AxonGroup;
  readonly operations: readonly PlacedOperation<Executed['event']>[];
}

/**
 * Everything that a core executes.
 *
 * @returns the program, or the first reason why it is none
 */
export function coreProgram(core: ProgramMemory): CoreProgram | HandlerFault {
  const decoded = decodeProgram(core);
  if ('fault' in decoded) return decoded;
  const handlerAt = (at: number): Handler => decoded.handlers.get(at)!;
  const windowed = resolveWindows(handlerAt(core.tickHandler));
  if ('fault' in windowed) return windowed;
  const afterEvents = core.touchHandler === undefined ? [] : resolveWindows(handlerAt(core.touchHandler));
  if ('fault' in afterEvents) return afterEvents;
  const faults: HandlerFault[] = [];
  const misplaced = (fault: HandlerFault): void => void faults.push(fault);
  const onEvent = new Map<number, GroupProgram['operations']>();
  for (const { handler } of core.groups)
    if (!onEvent.has(handler)) onEvent.set(handler, [...executed(handlerAt(handler).operations, 'event', misplaced)]);
  const program: CoreProgram = {
    groups: core.groups.map((group) => ({ group, operations: onEvent.get(group.handler)! })),
    tick: [...executed(windowed, 'tick', misplaced)],
    reset: [...executed(handlerAt(core.resetHandler).operations, 'reset', misplaced)],
    touch: [...touching(afterEvents, misplaced)],
  };
  return faults[0] ?? program;
}
