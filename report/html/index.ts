/** Run record → one HTML file that needs nothing else: no script, no network, no font. */
import { countsSchema, type RunRecord } from '../../isa/index.ts';
import { formatCount, formatSi, plural } from '../format.ts';
import { accuracySection } from './accuracy.ts';
import { energySection } from './energy.ts';
import { eventsSection } from './events.ts';
import { floorplanSection } from './floorplan.ts';
import { latencySection } from './latency.ts';
import { ledgerSection } from './ledger.ts';
import { type Content, figure, html, Markup, table } from './markup.ts';
import type { ReportSource, Section } from './section.ts';
import { PATTERNS, STYLE } from './style.ts';
import { summarySection } from './summary.ts';
import { probesSection, rasterSection } from './traces.ts';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The report of a run. Every number of the record that it shows stands in a `data` element with its path in the record
 * and its exact value. Its size is bounded: long lists are cut, and say so.
 *
 * @param source the run record, and the ledger of the build if it is at hand
 * @returns a whole HTML document
 */
export async function renderHtmlReport(source: ReportSource): Promise<string> {
  const { record } = source;
  const events = eventsSection(source);
  const sections: Section[] = [
    summarySection(source),
    await accuracySection(source),
    ...(events === undefined ? [] : [events]),
    await energySection(source),
    await latencySection(source),
    await floorplanSection(source),
    await rasterSection(source),
    await probesSection(source),
    await ledgerSection(source),
    originSection(record),
  ];
  const { chip } = record;
  return html`${new Markup('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${chip.network} on ${chip.target}</title><style>${new Markup(STYLE)}</style></head>
<body>${new Markup(PATTERNS)}
<header><h1>${chip.network} on ${chip.target}</h1><p class="note">${chip.process}; ${plural(record.inferences, 'inference')}; ${record.tool}</p>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav></header>
<main>${sections.map(({ id, title, body }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>\n${body}</section>\n`)}</main>
</body></html>
`.text;
}

/** Where the numbers come from. */
function originSection({ chip, tool, host, spikeDigest, timing, counts }: RunRecord): Section {
  const row = (name: string, value: Content): Content[] => [name, value];
  const { linkHops, ...plain } = counts;
  // In the order of the schema: a record that was read again may have another one.
  const names = Object.keys(countsSchema.shape).filter((name): name is keyof typeof plain => name in plain);
  const rows = names.map((name) => {
    const value = plain[name] ?? null;
    return row(name, value === null ? 'not counted' : figure(`counts.${name}`, value, formatCount(value)));
  });
  for (const side of ['east', 'west', 'north', 'south'] as const)
    rows.push(row(`link hops ${side}`, figure(`counts.linkHops.${side}`, linkHops[side], formatCount(linkHops[side]))));
  for (const name of ['eastWest', 'northSouth'] as const) {
    const hops = linkHops.betweenChips?.[name];
    if (hops === undefined) continue;
    const count = figure(`counts.linkHops.betweenChips.${name}`, hops, formatCount(hops));
    rows.push(row(`of these between chips: ${name}`, count));
  }
  return {
    id: 'origin',
    title: 'Origin',
    body: html`${table(
      'What ran',
      [{ title: '' }, { title: '' }],
      [
        row('chip file', chip.file),
        row('SHA-256', chip.sha256),
        row('bytes', figure('chip.bytes', chip.bytes, formatCount(chip.bytes))),
        row('program', tool),
        row('timing', timing === 'cycle' ? 'cycle by cycle' : 'not computed'),
        row('spike digest', spikeDigest),
        row('emulated in', figure('host.seconds', host.seconds, formatSi(host.seconds, 's'))),
        row(
          'operations',
          html`${figure('host.synopsPerSecond', host.synopsPerSecond, formatSi(host.synopsPerSecond, '').trimEnd())} synops/s`,
        ),
        row('peak memory', figure('host.peakRssBytes', host.peakRssBytes, formatSi(host.peakRssBytes, 'B'))),
      ],
    )}${table('Counts of all inferences, from which the energy is made', [{ title: 'event' }, { title: 'count', number: true }], rows)}`,
  };
}
