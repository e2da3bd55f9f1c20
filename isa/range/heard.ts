/** When the axon groups of a core can hear events. */
import type { CoreImage } from '../chip.ts';
import type { Recurrence } from '../recurrence.ts';

/**
 * Per axon group, the ticks in which it can hear the packets of each of its sources: the source's turns moved by the delay
 * of the sink row; a single one is cut at the end of the inference.
 *
 * @param sent per tree, the ticks in which its packets are sent; trees that are absent never send
 * @param ticks ticks of one inference
 */
export function heardTurns(
  core: Pick<CoreImage, 'groups' | 'sinks'>,
  sent: ReadonlyMap<number, Recurrence>,
  ticks: number,
): readonly (readonly Recurrence[])[] {
  const heard: Recurrence[][] = core.groups.map(() => []);
  for (const { tree, group, delay } of core.sinks) {
    const turns = sent.get(tree);
    if (turns === undefined) continue;
    const start = turns.start + delay;
    const length = Math.min(turns.length, ticks - start);
    if (start < ticks) heard[group]?.push({ ...turns, start, length, ...(turns.times === 1 && { period: length }) });
  }
  return heard;
}
