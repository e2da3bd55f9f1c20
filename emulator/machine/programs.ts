/** The handlers of a core as the instructions that they execute, in order. Decoded once, when the chip is loaded. */
import {
  type CoreImage,
  decodeHandler,
  type EventMnemonic,
  fail,
  type Handler,
  isExecutedBy,
  type OperationOf,
  type ResetMnemonic,
  resolveWindows,
  type TickMnemonic,
} from '../../isa/machine.ts';

/** Ticks [start, end) in which an instruction of the tick handler is executed. */
export interface TickRange {
  readonly start: number;
  readonly end: number;
}

/** An instruction of the tick handler. */
export interface TickInstruction extends TickRange {
  readonly operation: OperationOf<TickMnemonic>;
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

function handlerAt(image: CoreImage, at: number): Handler {
  const handler = decodeHandler(image.program, at);
  return 'fault' in handler ? refuse(image, handler.at, handler.fault) : handler;
}

/** For every event handler, by its word address, the axons of the largest group that runs it. */
export function largestGroups({ groups }: CoreImage): ReadonlyMap<number, number> {
  const largest = new Map<number, number>();
  for (const { handler, axonCount } of groups) largest.set(handler, Math.max(axonCount, largest.get(handler) ?? 0));
  return largest;
}

/**
 * Instructions of the event handler at a word address.
 *
 * @throws E0405 where the loader should have refused the program
 */
export function eventInstructions(image: CoreImage, at: number): readonly OperationOf<EventMnemonic>[] {
  const instructions: OperationOf<EventMnemonic>[] = [];
  for (const { operation, at: word } of handlerAt(image, at).operations)
    if (isExecutedBy(operation, 'event')) instructions.push(operation);
    else if (operation.op !== 'END') refuse(image, word, `${operation.op} in the handler of an axon group`);
  return instructions;
}

/**
 * Instructions of the tick handler, with WINDOW resolved into the ticks in which each one is executed.
 *
 * @throws E0405 where the loader should have refused the program
 */
export function tickInstructions(image: CoreImage, ticks: number): readonly TickInstruction[] {
  const resolved = resolveWindows(handlerAt(image, image.tickHandler));
  if ('fault' in resolved) return refuse(image, resolved.at, resolved.fault);
  return resolved.map(({ operation, at, window }) => {
    if (!isExecutedBy(operation, 'tick')) return refuse(image, at, `${operation.op} in the tick handler`);
    const start = window?.start ?? 0;
    if (operation.op === 'READ' && start < ticks - 1) refuse(image, at, 'READ before the last tick');
    return { operation, start, end: window === undefined ? ticks : start + window.length };
  });
}

/**
 * Instructions of the reset handler.
 *
 * @throws E0405 where the loader should have refused the program
 */
export function resetInstructions(image: CoreImage): readonly OperationOf<ResetMnemonic>[] {
  const instructions: OperationOf<ResetMnemonic>[] = [];
  for (const { operation, at } of handlerAt(image, image.resetHandler).operations)
    if (isExecutedBy(operation, 'reset')) instructions.push(operation);
    else if (operation.op !== 'END') refuse(image, at, `${operation.op} in the reset handler`);
  return instructions;
}
