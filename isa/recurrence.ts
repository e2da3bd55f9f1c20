/** Ticks that come again: those in which a gate lets the instructions behind it be executed. */
/** An interval of ticks [start, start + length). */
export interface TickWindow {
  readonly start: number;
  readonly length: number;
}

/** `length` ticks from `start` on, and again every `period` ticks, `times` times in all; 0 = without end. */
export interface Recurrence extends TickWindow {
  readonly period: number;
  readonly times: number;
}

/** What gates an instruction: one of them at most. */
export interface Gates {
  /** Of the WINDOW that gates it. */
  readonly window: TickWindow | undefined;
  /** Of the EVERY that gates it. */
  readonly every: Recurrence | undefined;
}

/** A window, as ticks that do not come again. */
export const oneTurn = ({ start, length }: TickWindow): Recurrence => ({ start, length, period: length, times: 1 });

/**
 * The ticks in which an instruction is executed, whatever gates it: a WINDOW is one turn, and no gate one that lasts.
 *
 * @param ticks of an inference
 */
export const recurrenceOf = ({ window, every }: Gates, ticks: number): Recurrence => {
  return every ?? oneTurn(window ?? { start: 0, length: ticks });
};

/** Ticks from the first of so many steps to the last, both included. */
export const spanOf = (steps: number, stepTicks = 1): number => (steps - 1) * stepTicks + 1;

/** Whether a tick is one of them. */
export function recursIn({ start, length, period, times }: Recurrence, tick: number): boolean {
  if (tick < start) return false;
  const turn = Math.floor((tick - start) / period);
  return tick - start - turn * period < length && (times === 0 || turn < times);
}

/** Their number in an inference of so many ticks. */
export function recurringTicks({ start, length, period, times }: Recurrence, ticks: number): number {
  const turns = Math.floor(Math.max(0, ticks - start) / period);
  if (times > 0 && turns >= times) return times * length;
  return turns * length + Math.min(length, Math.max(0, ticks - start) - turns * period);
}

/** The windows that they are, one after the other, as far as they begin in an inference of so many ticks. */
export function* turnsOf({ start, length, period, times }: Recurrence, ticks: number): Generator<TickWindow> {
  for (let turn = 0, from = start; from < ticks && (times === 0 || turn < times); turn++, from += period)
    yield { start: from, length: Math.min(length, ticks - from) };
}
