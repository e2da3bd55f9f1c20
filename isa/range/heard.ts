/** When the axon groups of a core can hear events. */
import type { CoreImage } from '../chip.ts';
import { isEventMode } from '../event-mode.ts';
import { oneTurn, type Recurrence } from '../recurrence.ts';

/** The ticks in which packets come. */
export interface Sending extends Recurrence {
  /** Whether each neuron sends one of them at most in all of these ticks together (one-shot.ts); absent: one in each. */
  readonly once?: boolean;
}

/**
 * Per axon group, the ticks in which it can hear the packets of each of its sources: the source's turns moved by the delay
 * of the sink row; a single one is cut at the end of the inference.
 *
 * @param sent per tree, the ticks in which its packets are sent; trees that are absent never send
 * @param ticks ticks of one inference
 */
export function heardTurns(
  core: Pick<CoreImage, 'groups' | 'sinks' | 'touchHandler'>,
  sent: ReadonlyMap<number, Sending>,
  ticks: number,
): readonly (readonly Sending[])[] {
  const heard: Sending[][] = core.groups.map(() => []);
  // In event mode counters are cut in every tick: over several of them more can come than in one.
  const isCut = isEventMode(core);
  for (const { tree, group, delay } of core.sinks) {
    const turns = sent.get(tree);
    if (turns === undefined) continue;
    const start = turns.start + delay;
    const length = Math.min(turns.length, ticks - start);
    const { once = false, period, times } = turns;
    if (start >= ticks) continue;
    heard[group]?.push({
      start,
      length,
      period: times === 1 ? length : period,
      times,
      ...(once && !isCut && { once }),
    });
  }
  return heard;
}

/**
 * Ticks that stand for these where only sums matter. What each source sends once lies in the payload range of its axon, all
 * sources of the axon together (the loader sums them whatever their ticks): it is as if all of it came in the first tick.
 */
export const summedTicks = (sending: Sending): Recurrence =>
  sending.once ? oneTurn({ start: sending.start, length: 1 }) : sending;
