/** Recordings of events: what became of them, and what an event cost. */
import type { RunRecord } from '../../isa/index.ts';
import { eventCosts, LOSSES, perEvent } from '../events-text.ts';
import { formatCount, formatPercent, formatSi } from '../format.ts';
import { type Content, figure, html, table } from './markup.ts';
import type { ReportSource, Section } from './section.ts';
import { partialMark } from './verdicts.ts';

type Events = NonNullable<RunRecord['events']>;

/** undefined where the data are no recordings of events. */
export function eventsSection({ record }: ReportSource): Section | undefined {
  const { events } = record;
  if (events === undefined) return undefined;
  return { id: 'events', title: 'Events', body: html`${said(events)}${costs(record)}${fates(events)}` };
}

function said({ events, recordings, longestUs, steps, dtUs, ended }: Events): Content {
  const ends =
    ended === undefined
      ? ''
      : html` An inference ends with the last event of its recording: ${figure('events.ended.least', ended.least, formatCount(ended.least))} to ${figure('events.ended.most', ended.most, formatCount(ended.most))} steps, ${perEvent(ended.sum / recordings)} in the mean.`;
  return html`<p>${figure('events.events', events, formatCount(events))} events of ${figure('events.recordings', recordings, formatCount(recordings))} recordings, the longest of ${figure('events.longestUs', longestUs, formatSi(longestUs / 1e6, 's'))}; ${figure('events.steps', steps, formatCount(steps))} steps of ${figure('events.dtUs', dtUs, formatSi(dtUs / 1e6, 's'))}.${ends}</p>\n`;
}

/** Per event that became input. */
function costs(record: RunRecord): Content {
  const found = eventCosts(record);
  if (found === undefined) return '';
  const { joule, synapticOperations, spikes, payload } = found;
  const cards: [title: string, value: Content, more: Content][] = [
    [
      'Energy per event',
      html`${formatSi(joule, 'J')}${partialMark(record.energy.partial)}`,
      'of the events that became input',
    ],
    ['Synaptic operations per event', perEvent(synapticOperations), 'graded ones included'],
    [
      'Spikes per event',
      perEvent(spikes),
      payload === undefined ? 'of all neurons' : `with payloads of ${perEvent(payload)}`,
    ],
  ];
  return html`<dl class="cards">${cards.map(([title, value, more]) => html`<div><dt>${title}</dt><dd>${value}</dd><dd>${more}</dd></div>\n`)}</dl>\n`;
}

/** What became of all that were decoded. */
function fates(events: Events): Content {
  const row = (name: 'used' | 'merged' | (typeof LOSSES)[number][0], text: string): Content[] => [
    text,
    figure(`events.${name}`, events[name], formatCount(events[name])),
    events.events === 0 ? '' : formatPercent(events[name] / events.events, 1),
  ];
  const rows = [
    row('used', 'became input'),
    ...LOSSES.filter(([name]) => events[name] > 0).map(([name, text]) => row(name, `${text}: dropped`)),
    ...(events.merged > 0 ? [row('merged', 'not told apart from others of the same pixel and step')] : []),
  ];
  const columns = [{ title: '' }, { title: 'events', number: true }, { title: 'share', number: true }];
  return table('What became of the events', columns, rows);
}
