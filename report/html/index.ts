/** Run record → one HTML file that needs nothing else: no script, no network, no font. */
import { plural } from '../format.ts';
import { absentSection } from './absent.ts';
import { accuracySection } from './accuracy.ts';
import { energySection } from './energy.ts';
import { eventsSection } from './events.ts';
import { floorplanSection } from './floorplan.ts';
import { latencySection } from './latency.ts';
import { ledgerSection } from './ledger.ts';
import { html } from './markup.ts';
import { outputsSection } from './outputs.ts';
import { originSection } from './origin.ts';
import { renderPage } from './page.ts';
import type { ReportSource, Section } from './section.ts';
import { summarySection } from './summary.ts';
import { probesSection, rasterSection } from './traces.ts';

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
  return renderPage({
    title: html`${chip.network} on ${chip.target}`,
    lead: html`${chip.process}; ${plural(record.inferences, 'inference')}; ${record.tool}`,
    sections,
  });
}
