/** When the axon groups of a core can hear events. */
import type { CoreImage } from '../chip.ts';
import type { TickWindow } from '../instruction/row.ts';

/**
 * Per axon group, the ticks in which it can hear the packets of each of its sources: the source's window moved by the delay
 * of the sink row and cut at the end of the inference.
 *
 * @param windows per tree, the ticks in which its packets are sent; trees that are absent never send
 * @param ticks ticks of one inference
 */
export function heardWindows(
  core: Pick<CoreImage, 'groups' | 'sinks'>,
  windows: ReadonlyMap<number, TickWindow>,
  ticks: number,
): readonly (readonly TickWindow[])[] {
  const heard: TickWindow[][] = core.groups.map(() => []);
  for (const { tree, group, delay } of core.sinks) {
    const window = windows.get(tree);
    if (window === undefined) continue;
    const start = window.start + delay;
    if (start < ticks) heard[group]?.push({ start, length: Math.min(window.length, ticks - start) });
  }
  return heard;
}
