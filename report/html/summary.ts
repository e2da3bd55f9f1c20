/** The answer, before all else: what is kept and what is not, the chip beside its alternatives, and what an inference is. */
import type { RunRecord } from '../../isa/index.ts';
import { isPartial } from '../energy-text.ts';
import { formatCount, formatMean, formatSi, plural } from '../format.ts';
import { payloadOf } from '../spikes.ts';
import { alternativesChart } from './alternatives.ts';
import { wholeLegend } from './looks.ts';
import { type Content, figure, html, perInference } from './markup.ts';
import type { ReportSource, Section } from './section.ts';
import { partialMark, verdicts } from './verdicts.ts';

export async function summarySection({ record }: ReportSource): Promise<Section> {
  return {
    id: 'answer',
    title: 'The answer',
    body: html`${verdicts(record)}<div class="row">${await alternativesChart(record)}<div>${cards(record)}</div></div>\n${wholeLegend()}`,
  };
}

type Card = [title: string, value: Content, more: Content];

/** An inference in figures. */
function cards(record: RunRecord): Content {
  const { chip, energy, latency, counts, inferences, ticks } = record;
  const each = (name: 'synops' | 'macs' | 'spikes'): Content =>
    perInference([`counts.${name}`], counts[name], inferences, formatMean);
  const payloads = payloadOf(counts);
  const payload =
    payloads === undefined
      ? ''
      : html`, with payloads of ${perInference(['counts.spikePayload'], payloads, inferences, formatMean)}`;
  const list: Card[] = [
    [
      'Energy per inference',
      html`${figure('energy.joulePerInference', energy.joulePerInference, formatSi(energy.joulePerInference, 'J'))}${partialMark(isPartial(energy))}`,
      html`${figure('energy.jouleTotal', energy.jouleTotal, formatSi(energy.jouleTotal, 'J'))}${partialMark(isPartial(energy))} for ${figure('inferences', inferences, plural(inferences, 'inference'))}`,
    ],
  ];
  if (latency !== undefined) {
    const { median, p99 } = latency.secondsPerInference;
    list.push([
      'Latency, median',
      figure('latency.secondsPerInference.median', median, formatSi(median, 's')),
      html`99 % within ${figure('latency.secondsPerInference.p99', p99, formatSi(p99, 's'))}; ${figure('latency.inferencesPerSecond', latency.inferencesPerSecond, formatMean(latency.inferencesPerSecond))} inferences/s`,
    ]);
  }
  list.push(
    [
      'Synaptic operations per inference',
      each('synops'),
      html`and ${each('macs')} graded; ${each('spikes')} spikes${payload}`,
    ],
    [
      'Cores',
      html`${figure('chip.cores', chip.cores, formatCount(chip.cores))} of ${figure('chip.coresTotal', chip.coresTotal, formatCount(chip.coresTotal))}`,
      html`${figure('chip.neurons', chip.neurons, formatCount(chip.neurons))} neurons; T = ${figure('chip.window', chip.window, String(chip.window))}, ${figure('ticks', ticks, formatCount(ticks))} ticks per inference`,
    ],
  );
  return html`<dl class="cards">${list.map(([title, value, more]) => html`<div><dt>${title}</dt><dd>${value}</dd><dd>${more}</dd></div>\n`)}</dl>`;
}
