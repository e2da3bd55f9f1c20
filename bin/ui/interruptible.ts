/** Long work in steps, between which signals are let in. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Io } from './io.ts';

/** Short enough to stop at once for the user's eyes, long enough to cost nothing. */
const PATIENCE_SECONDS = 0.05;

/**
 * Runs the steps to their end.
 *
 * @throws Interruption where the user stops it
 */
export async function interruptible<R>(steps: Iterator<unknown, R, void>, io: Io): Promise<R> {
  let last = io.now();
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done === true) return next.value;
    if (io.now() - last < PATIENCE_SECONDS) continue;
    await nextTurn();
    io.signal.throwIfAborted();
    last = io.now();
  }
}
