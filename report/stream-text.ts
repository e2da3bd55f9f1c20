/** The text of `snnemu stream`. */
import type { StreamRecord } from '../isa/index.ts';
import { eventLines } from './events-text.ts';
import { formatCount, formatSi, plural, printable } from './format.ts';
import { spikesText } from './spikes.ts';

/** What became of the events of a recording. */
function recordingLines(recording: NonNullable<StreamRecord['recording']>): string[] {
  const { limited, roundedToZero } = recording;
  const lines = eventLines(recording);
  if (limited > 0) lines.push(`  ${plural(limited, 'payload')} limited to the range of the chip`);
  if (roundedToZero > 0) lines.push(`  ${plural(roundedToZero, 'value')} rounded to payload 0`);
  return lines;
}

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
  recording,
}: StreamRecord): string {
  const time = (of: number): string => `${formatCount(of)} cycles (${formatSi(of / clockHz, 's')})`;
  return `${[
    `${printable(chip.network)} on ${printable(chip.target)}: ${printable(chip.file)}`,
    `  ${plural(ticks, 'tick')}, ${plural(events, 'event')} in, ${plural(spikes, 'spike')} out, ${spikesText(counts)}, ${plural(counts.synops + counts.macs, 'synaptic operation')}`,
    ...(recording === undefined ? [] : recordingLines(recording)),
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
    `  energy ${formatSi(energy.jouleTotal, 'J')}${energy.partial ? ' (partial)' : ''}, ${formatSi(energy.joulePerTick, 'J')} per tick${energy.parts.some(({ event }) => event === 'emptyCoreCycle') ? ', leakage of cores that hold nothing included' : ''}`,
    `  emulated in ${formatSi(host.seconds, 's')}, memory at most ${formatSi(host.peakRssBytes, 'B')}`,
  ].join('\n')}\n`;
}
