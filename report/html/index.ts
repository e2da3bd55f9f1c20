/** Run record → one HTML file that needs nothing else: no script, no network, no font. */
import { plural } from '../format.ts';
import { absentSection } from './absent.ts';
import { accuracySection } from './accuracy.ts';
import { energySection } from './energy.ts';
import { eventsSection } from './events.ts';
import { floorplanSection } from './floorplan.ts';
import { latencySection } from './latency.ts';
import { ledgerSection } from './ledger.ts';
import { html, Markup } from './markup.ts';
import { outputsSection } from './outputs.ts';
import { originSection } from './origin.ts';
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
  const sections: Section[] = [
    await summarySection(source),
    await accuracySection(source),
    eventsSection(source),
    await energySection(source),
    await latencySection(source),
    await floorplanSection(source),
    await rasterSection(source),
    await probesSection(source),
    await ledgerSection(source),
    outputsSection(source),
    originSection(record),
    absentSection(source),
  ].filter((section) => section !== undefined);
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
