/** The text of `snnemu stream`. */
import type { StreamRecord } from '../isa/index.ts';
import { formatCount, formatSi, plural, printable } from './format.ts';

/** What a stream did, and what it cost. */
export function renderStreamText({
  chip,
  ticks,
  events,
  spikes,
  counts,
  cycles,
  clockHz,
  energy,
  host,
}: StreamRecord): string {
  const time = (of: number): string => `${formatCount(of)} cycles (${formatSi(of / clockHz, 's')})`;
  return `${[
    `${printable(chip.network)} on ${printable(chip.target)}: ${printable(chip.file)}`,
    `  ${plural(ticks, 'tick')}, ${plural(events, 'event')} in, ${plural(spikes, 'spike')} out, ${plural(counts.spikes, 'spike')} in all, ${plural(counts.synops + counts.macs, 'synaptic operation')}`,
    ...(cycles === undefined
      ? []
      : [
          `  ${time(cycles.total)}, ${formatSi(cycles.total / ticks / clockHz, 's')} per tick, the longest ${time(cycles.longestTick)}`,
          ...(cycles.overrunTicks === 0
            ? []
            : [
                `  ${plural(cycles.overrunTicks, 'tick')} took longer than the fixed tick, by ${time(cycles.overrun)} in all`,
              ]),
        ]),
    `  energy ${formatSi(energy.jouleTotal, 'J')}${energy.partial ? ' (partial)' : ''}, ${formatSi(energy.joulePerTick, 'J')} per tick`,
    `  emulated in ${formatSi(host.seconds, 's')}, memory at most ${formatSi(host.peakRssBytes, 'B')}`,
  ].join('\n')}\n`;
}
