/** Whether what events add in several ticks is still a sum at the end of them. */
import { type EventMnemonic, eventRow, type OperationOf, type TickMnemonic, tickRow } from '../ops.ts';
import { planeOf } from '../planes.ts';
import type { Recurrence, TickWindow } from '../recurrence.ts';
import { endOf } from './endless.ts';

/** An instruction of the tick handler and when it is executed. */
interface Step {
  readonly operation: OperationOf<TickMnemonic>;
  readonly turns: Recurrence;
}

export interface Run {
  readonly first: number;
  readonly count: number;
}

/** Neurons [first, end) of both runs; undefined where there are none. */
export function overlap(a: Run, b: Run): { readonly first: number; readonly end: number } | undefined {
  const first = Math.max(a.first, b.first);
  const end = Math.min(a.first + a.count, b.first + b.count);
  return first < end ? { first, end } : undefined;
}

/** The neurons to whose planes an event adds. */
export const runOf = ({ op, fields }: OperationOf<EventMnemonic>): Run => ({
  first: fields.first,
  count: eventRow(op).neurons(fields),
});

/**
 * Whether nothing but events changes what an event adds to, between the first and the last tick of a window. Then an interval
 * that holds all partial sums holds what is there in each of these ticks, whenever the events come.
 */
export const keepsSums = (
  event: OperationOf<EventMnemonic>,
  steps: readonly Step[],
  { start, length }: TickWindow,
): boolean => {
  const between = { start, length: length - 1 };
  return steps.every((step) => !writes(step, event) || !meets(step.turns, between));
};

const writes = ({ operation: { op, fields } }: Step, event: OperationOf<EventMnemonic>): boolean =>
  overlap(fields, runOf(event)) !== undefined && tickRow(op).planes(fields).writes.includes(planeOf(event.fields));

/** Whether any of these ticks can lie among the turns; what comes again is taken as if it came in between too. */
export const meets = (turns: Recurrence, { start, length }: TickWindow): boolean =>
  length > 0 && turns.start < start + length && start < endOf(turns);
