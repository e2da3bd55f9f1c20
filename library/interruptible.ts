/** Long work in steps, between which signals are let in. */
import { platform } from '#platform';

/** A clock, and what the user stops work with. */
export interface Interruptible {
  /** Seconds that only grow. */
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

/** Short enough to stop at once for the user's eyes, long enough to cost nothing. */
export const PATIENCE_SECONDS = 0.05;

/**
 * Runs the steps to their end.
 *
 * @throws whatever the signal was aborted with
 */
export async function interruptible<R>(steps: Iterator<unknown, R, void>, { now, signal }: Interruptible): Promise<R> {
  let last = now();
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done === true) return next.value;
    if (now() - last < PATIENCE_SECONDS) continue;
    await platform.nextTurn();
    signal?.throwIfAborted();
    last = now();
  }
}
