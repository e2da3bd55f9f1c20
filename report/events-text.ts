/** What became of recordings of events, and what an event cost. */
import type { RunRecord } from '../isa/index.ts';
import { formatCount, formatPercent, formatSi, plural } from './format.ts';
import { payloadOf } from './spikes.ts';
import { heading, type TextStyle } from './table.ts';

type Events = NonNullable<RunRecord['events']>;

/** Why events are no input. */
export const LOSSES: readonly (readonly ['outsideTime' | 'outsideFrame' | 'otherPolarity', string])[] = [
  ['outsideTime', 'outside of the time of the steps'],
  ['outsideFrame', 'on pixels that the input does not have'],
  ['otherPolarity', 'of the polarity that is left out'],
];

/** Four digits, of what may be below one. */
export const perEvent = (value: number): string =>
  value >= 1000 ? formatCount(Math.round(value)) : value.toPrecision(4);

/** Empty where the data are no recordings of events. */
export function eventsSection(record: RunRecord, style: TextStyle): string {
  const { events, energy } = record;
  if (events === undefined) return '';
  const { recordings, longestUs, steps, dtUs, ended } = events;
  const lines = [
    `${heading('Events', style)} ${formatCount(events.events)} of ${plural(recordings, 'recording')}, the longest of ${formatSi(longestUs / 1e6, 's')}; ${plural(steps, 'step')} of ${formatSi(dtUs / 1e6, 's')}`,
    ...(ended === undefined
      ? []
      : [
          `  an inference ends with the last event of its recording: ${formatCount(ended.least)} to ${formatCount(ended.most)} steps, ${perEvent(ended.sum / recordings)} in the mean`,
        ]),
    ...eventLines(events),
  ];
  const costs = eventCosts(record);
  if (costs !== undefined) {
    const { joule, synapticOperations, spikes, payload } = costs;
    const payloads = payload === undefined ? '' : ` with payloads of ${perEvent(payload)}`;
    lines.push(
      `  per event that became input: ${formatSi(joule, 'J')}${energy.partial ? ' (partial)' : ''}, ${perEvent(synapticOperations)} synaptic operations, ${perEvent(spikes)} spikes${payloads}`,
    );
  }
  return lines.join('\n');
}

/** What an event that became input cost. */
interface EventCosts {
  readonly joule: number;
  readonly synapticOperations: number;
  readonly spikes: number;
  /** Where payloads are not all 1. */
  readonly payload: number | undefined;
}

/** undefined where no event became input. */
export function eventCosts({ events, counts, energy }: RunRecord): EventCosts | undefined {
  if (events === undefined || events.used === 0) return undefined;
  const { used } = events;
  const payload = payloadOf(counts);
  return {
    joule: energy.jouleTotal / used,
    synapticOperations: (counts.synops + counts.macs) / used,
    spikes: counts.spikes / used,
    payload: payload === undefined ? undefined : payload / used,
  };
}

/** What became of events. */
export function eventLines(events: Omit<Events, 'steps' | 'ended'>): string[] {
  const share = (part: number): string => `${formatCount(part)} (${formatPercent(part / events.events, 1)})`;
  const lines: string[] = [];
  if (events.events > 0) lines.push(`  of the events ${share(events.used)} became input`);
  for (const [name, text] of LOSSES) if (events[name] > 0) lines.push(`  ${share(events[name])} ${text}: dropped`);
  if (events.merged > 0) lines.push(`  ${share(events.merged)} not told apart from others of the same pixel and step`);
  if (events.incomplete > 0)
    lines.push(
      `  before that, ${plural(events.incomplete, 'event')} without time or place: the recording had not said them yet`,
    );
  if (events.invalid > 0)
    lines.push(`  before that, ${plural(events.invalid, 'event')} that the recorder marked as invalid`);
  if (events.cutShort > 0) lines.push(`  ${plural(events.cutShort, 'recording')} cut short`);
  return lines;
}
