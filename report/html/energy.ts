/** Energy by part and by layer, how certain it is, and the conventional network beside it: each joule with its count. */
import type { RunRecord } from '../../isa/index.ts';
import { emptyCoresText, isPartial } from '../energy-text.ts';
import { formatPercent, formatSi, plural } from '../format.ts';
import { barAxes, BARS_PIXELS, renderChart, unitFor } from './chart.ts';
import { conventionalBody } from './conventional.ts';
import { energyByLayer } from './energy-layers.ts';
import { fillOf, legendOf, workOfEvent, worksIn } from './looks.ts';
import { type Content, figure, fold, html, note, sentence, table } from './markup.ts';
import { MOST_PARTS, partsTable, uncertaintyText } from './parts.ts';
import { axisNames, type ReportSource, type Section } from './section.ts';
import { partialMark } from './verdicts.ts';

export async function energySection({ record }: ReportSource): Promise<Section> {
  const { energy, inferences, chip } = record;
  const empty = emptyCoresText(energy, chip);
  const { joulePerInference, jouleTotal, unknown } = energy;
  const partial = isPartial(energy);
  const parts = partsTable(
    { caption: 'Energy of an inference by part', path: 'energy.parts', parts: energy.parts },
    { inferences, chartId: 'energy' },
  );
  const body = html`<p>${figure('energy.joulePerInference', joulePerInference, formatSi(joulePerInference, 'J'))}${partialMark(partial)} per inference; ${figure('energy.jouleTotal', jouleTotal, formatSi(jouleTotal, 'J'))}${partialMark(partial)} for ${figure('inferences', inferences, plural(inferences, 'inference'))}. Each part is a count times a figure of the target.</p>
${unknown.length > 0 ? html`<p class="warn">Unknown, left out of the sum, which is partial: ${sentence(unknown.slice(0, MOST_PARTS).join(', '))}.</p>` : ''}
${energy.parts.some(({ count, joule }) => count === null && joule === null) ? note('Cycles were not counted: timing was not computed (--timing cycle).') : ''}${assumedShare(record)}
<div class="row beside">${await partsChart(record)}<div>${parts.list}</div></div>${fold('Sources of these figures', parts.sources)}${empty === undefined ? '' : note(`On this target, ${empty}.`)}${await energyByLayer(record)}${certainty(record)}${conventionalBody(record)}`;
  return { id: 'energy', title: 'Energy', body };
}

/** How much of the sum rests on figures that nobody has published, and which these are. */
function assumedShare({ energy }: RunRecord): Content {
  const { assumed, parts } = energy;
  if (assumed.length === 0) return '';
  const sum = (list: typeof parts): number => list.reduce((total, { joule }) => total + (joule ?? 0), 0);
  const all = sum(parts);
  const share =
    all > 0
      ? `${formatPercent(sum(parts.filter(({ kind }) => kind === 'assumed')) / all, 1)} of the known sum`
      : 'This';
  return html`<p><span class="warn">${share} rests on assumed figures</span>, which nobody has published.</p>
${fold(`The ${plural(assumed.length, 'assumed figure')}`, html`<p>${sentence(assumed.slice(0, MOST_PARTS).join(', '))}</p>`)}`;
}

async function partsChart({ energy, inferences }: RunRecord): Promise<Content> {
  const known = energy.parts
    .flatMap(({ event, joule }) => (joule === null || joule === 0 ? [] : [{ event, joule }]))
    .sort((a, b) => b.joule - a.joule)
    .slice(0, MOST_PARTS);
  if (known.length === 0 || inferences === 0) return note('No part of the energy is known and above zero.');
  const names = axisNames(known.map(({ event }) => event));
  const works = worksIn(known.map(({ event }) => workOfEvent(event)));
  const largest = known[0]!.joule / inferences;
  const { scale, unit } = unitFor(largest, 'J');
  const partial = isPartial(energy) ? '; the sum is partial' : '';
  return renderChart({
    id: 'chart-energy-parts',
    title: `Energy per inference by part${partial}`,
    description: `Bars, the largest first: ${names.map((name, k) => `${name} ${formatSi(known[k]!.joule / inferences, 'J')}`).join(', ')}${partial}.`,
    key: legendOf(works),
    spec: {
      width: BARS_PIXELS,
      height: { step: 21 },
      data: {
        values: known.map(({ event, joule }, k) => ({
          event: names[k]!,
          work: workOfEvent(event),
          value: (joule / inferences) * scale,
          text: formatSi(joule / inferences, 'J'),
        })),
      },
      encoding: barAxes('event', names, unit, largest * scale),
      layer: [
        { mark: { type: 'bar' }, encoding: { fill: fillOf('work', works) } },
        { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { text: { field: 'text' } } },
      ],
    },
  });
}

function certainty({ energy }: RunRecord): Content {
  const { sensitivity } = energy;
  if (sensitivity === undefined) return '';
  const { range, oneAtATime, deciding, formula } = sensitivity;
  const partial = partialMark(isPartial(energy));
  const ends = (path: string, { lowJoulePerInference: low, highJoulePerInference: high }: typeof range): Content =>
    html`${figure(`${path}.lowJoulePerInference`, low, formatSi(low, 'J'))} to ${figure(`${path}.highJoulePerInference`, high, formatSi(high, 'J'))}${partial}`;
  const rows = deciding.slice(0, MOST_PARTS).map(({ event, share, relativeUncertainty }, k) => {
    const at = oneAtATime.findIndex((one) => one.event === event);
    const path = `energy.sensitivity.deciding.${k}`;
    return [
      event,
      figure(`${path}.share`, share, formatPercent(share, 1)),
      figure(`${path}.relativeUncertainty`, relativeUncertainty, uncertaintyText(relativeUncertainty)),
      at < 0 ? 'taken as certain' : ends(`energy.sensitivity.oneAtATime.${at}`, oneAtATime[at]!),
    ];
  });
  const columns = [
    { title: 'event' },
    { title: 'of the sum', number: true },
    { title: 'uncertainty', number: true },
    { title: 'per inference, this one alone at its ends' },
  ];
  return html`<h3>How certain it is</h3>
<p>All uncertain figures low, all high: ${ends('energy.sensitivity.range', range)} per inference.</p>
${table('What decides it', columns, rows)}${fold('How that is computed', note('Formula: ', formula))}`;
}
