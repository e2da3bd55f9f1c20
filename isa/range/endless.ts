/** Ticks without end: after how many of them no new kind of tick comes. */
import { ENDLESS_TICKS } from '../endless.ts';
import type { Recurrence, TickWindow } from '../recurrence.ts';

/** More ticks without end are not walked: neither until intervals come to rest, nor until what comes again has met. */
export const MOST_WALKED = 2 ** 20;

/** Work on one core in which the intervals of ticks without end must come to rest: a fraction of what the loader has for a file. */
export const SETTLING_WORK = 2 ** 26;

/** Why ticks without end cannot be proven, whatever the numbers are. */
export interface Unprovable {
  readonly fault: string;
}

/** The tick behind the last one of these, or the end of any run. */
export const endOf = ({ start, period, times }: Recurrence): number =>
  times === 0 ? ENDLESS_TICKS : Math.min(ENDLESS_TICKS, start + times * period);

/**
 * So many ticks have all kinds of ticks that there ever are: those until nothing begins or ends any more, and one turn of
 * what comes again without end. Where nothing does, no more than the last of them is of its kind: all ticks there are.
 *
 * @param turns of the instructions
 * @param heard when groups can hear events: from some tick on, always
 * @param claimed whether claims are walked through, which alone say the same of each tick of a kind
 */
export function ticksOfAllKinds(
  turns: readonly Recurrence[],
  heard: readonly TickWindow[],
  claimed: boolean,
): number | Unprovable {
  const recurring = turns.filter((each) => each.length < each.period && endOf(each) === ENDLESS_TICKS);
  if (recurring.length === 0) return ENDLESS_TICKS;
  if (!claimed)
    return { fault: 'its EVERY come again without end, and not every plane of every neuron claims a range' };
  let period = 1;
  for (const { period: other } of recurring) {
    period = leastCommonMultiple(period, other);
    if (period > MOST_WALKED)
      return { fault: `its EVERY come again in the same order only after ${period} ticks; ${MOST_WALKED} are walked` };
  }
  let last = 0;
  for (const { start } of heard) last = Math.max(last, start);
  for (const each of turns) last = Math.max(last, each.start, endOf(each) % ENDLESS_TICKS);
  return Math.min(ENDLESS_TICKS, last + period);
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
